// The check of what a generation is asked for against the ranges of engine/text/chat_values.h.
//
// Errors  Unsupported, naming the setting, its value and its range.
#pragma once

#include <string>

#include "engine/generate/generation.h"
#include "kernels/base/result.h"

namespace dsm {

// "0 to 10"
std::string inWords(const SettingRange& range);
std::string inText(double value);

Result<void> checkSettings(const GenerationSettings& settings);

}  // namespace dsm
