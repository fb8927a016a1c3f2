// Loading the tokenizer of a checkpoint's folder.
//
// Errors  NotFound where the folder has none; Malformed or Unsupported, naming the file and the key;
//         Io; OutOfMemory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "engine/text/tokenizer.h"
#include "kernels/base/result.h"

namespace dsm {

// Reads the tokenizer of a checkpoint folder: tokenizer.json if it is there, else tokenizer.model;
// tokenizer_config.json says which tokens begin and end a text.
Result<std::unique_ptr<Tokenizer>> loadTokenizer(const std::filesystem::path& folder);
// The same for a model of so many ids: a tokenizer that has more is Malformed, because a text could
// then hold ids that the model does not know.
Result<std::unique_ptr<Tokenizer>> loadTokenizer(const std::filesystem::path& folder,
                                                 std::int64_t modelVocabSize);

}  // namespace dsm
