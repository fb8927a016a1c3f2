// What a model's folder holds besides weights and config.json: tokenizer, generation settings, chat
// template.
//
// Errors  Io, naming the file.
#pragma once

#include <filesystem>

#include "kernels/base/result.h"

namespace dsm {

// Copies those that are there.
Result<void> copyModelFiles(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace dsm
