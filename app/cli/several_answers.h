// Several answers: to one prompt, written at once and shown one under the other, each under its
// number: the first as it comes, the others once those before them are whole.
//
// Errors  Those of LanguageModel::generateAnswers().
#pragma once

#include <span>
#include <stop_token>
#include <vector>

#include "engine/generate/language_model.h"
#include "kernels/base/result.h"

namespace dsm::cli {

// Their seeds follow one another, beginning with that of the settings. `isReply`: the space before
// the first word is the template's.
Result<std::vector<Generation>> writeAnswers(LanguageModel& model, std::span<const TokenId> prompt,
                                             const GenerationSettings& settings, int count,
                                             bool isReply, const std::stop_token& stop);

// Asks on the terminal which of them goes on; the first where nobody answers.
std::size_t chooseAnswer(std::size_t count);

}  // namespace dsm::cli
