// What a model's folder holds besides weights and config.json, and what of it goes along when the
// model is written anew:
//
//   tokenizer, chat templates (additional_chat_templates/*.jinja too), generation settings
//   the code that config.json and tokenizer_config.json name under auto_map, and the modules beside
//   it that this code imports
//   licences and notices: *LICENSE*, *LICENCE*, NOTICE*, COPYING*
//
// Code is copied, never run.
//
// Errors  Io or NotFound, naming the file; Malformed: larger than any file of its kind.
#pragma once

#include <filesystem>
#include <string>

#include "kernels/base/result.h"

namespace dsm {

// Copies those that are there.
Result<void> copyModelFiles(const std::filesystem::path& from, const std::filesystem::path& to);

// config.json for weights of the type ("bfloat16"), all else as it was; a folder with it is a
// model, so it comes last.
Result<void> copyConfigOfType(const std::filesystem::path& from, const std::filesystem::path& to,
                              const std::string& type);

}  // namespace dsm
