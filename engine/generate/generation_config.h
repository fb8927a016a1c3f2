// generation_config.json: how the makers of a model want its replies drawn.
//
//   do_sample           false: always the likeliest token, whatever the temperature
//   temperature, top_k, top_p, min_p, repetition_penalty, max_new_tokens, stop_strings
//                       as in generation.h
//   max_length          of prompt and reply together, where max_new_tokens does not say of the reply;
//                       20 says nothing: transformers has it by itself
//   eos_token_id        an id or a list: each ends a reply, besides those of config.json
//
// Each key is optional: without it, or where it is null, the program's default holds. So is the
// file: without it the same keys are looked for in config.json, where models had them before. Keys
// that change no token are listed in the source; those that ask for another way of choosing (beams,
// typical_p, suppressed tokens), at a value that changes something, and keys that nobody knows are
// refused by name.
//
// Source  GenerationConfig of Hugging Face transformers 4 and 5.
// Errors  Malformed: a wrong type or a value out of bounds. Unsupported: as above. Messages name
//         the file and the key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/generate/generation.h"
#include "kernels/base/result.h"

namespace dsm {

struct GenerationConfig {
    GenerationSettings settings;
    std::vector<TokenId> endIds = {};
};

// `file` is the name that messages give; ids are below `vocabSize`.
Result<GenerationConfig> parseGenerationConfig(std::string_view json, const std::string& file,
                                               std::int64_t vocabSize);
Result<GenerationConfig> readGenerationConfig(const std::filesystem::path& folder,
                                              std::int64_t vocabSize);

}  // namespace dsm
