// generation_config.json: how the makers of a model want its replies drawn.
//
//   do_sample           false: always the likeliest token, whatever the temperature
//   temperature, top_k, top_p, repetition_penalty, max_new_tokens   as in generation.h
//
// The file is optional, and so is each key: without it the program's default holds. Other keys are
// ignored; the end-of-text id is config.json's.
//
// Source  GenerationConfig of Hugging Face transformers.
// Errors  Malformed: a wrong type or a value out of bounds. Messages name the file and the key.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "engine/generate/generation.h"
#include "kernels/base/result.h"

namespace dsm {

// `file` is the name that messages give.
Result<GenerationSettings> parseGenerationConfig(std::string_view json, const std::string& file);
Result<GenerationSettings> readGenerationConfig(const std::filesystem::path& folder);

}  // namespace dsm
