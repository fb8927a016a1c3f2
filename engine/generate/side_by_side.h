// Side by side: the answer of a model and that of the same model with an adapter.
//
// Threads  As LanguageModel::generate().
// Errors   Those of useAdapter() and generate(). The model has the adapter that it had before, also
//          after a failure.
#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "engine/generate/language_model.h"
#include "kernels/base/result.h"

namespace dsm {

struct SideBySide {
    Generation base;
    Generation tuned;

    // What StopReason::NotFinite of either says, and of which; "" where all numbers were finite.
    std::string problem() const;
};

// `sink` gets the pieces of the base's answer first, then those of the other (isTuned).
Result<SideBySide> generateSideBySide(
    LanguageModel& model, const AdapterChoice& adapter, std::span<const TokenId> prompt,
    const GenerationSettings& settings,
    const std::function<void(bool isTuned, std::string_view text)>& sink,
    const std::stop_token& stop);

}  // namespace dsm
