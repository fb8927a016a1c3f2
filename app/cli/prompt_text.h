// Prompt text: what the model is asked, from an argument or from standard input, and what a person
// should know about how it is read.
//
// One line feed at the end of standard input (or "\r\n") ends its last line and is no part of the
// text, unless it is to be kept; further ones are.
//
// Errors  readPrompt(): Io, where standard input cannot be read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/tokenizer.h"
#include "kernels/base/result.h"

namespace dsm::cli {

// `argument`, else standard input.
Result<std::string> readPrompt(const std::optional<std::string>& argument, bool keepsLineFeed);

// The text with U+FFFD in place of bytes that are not UTF-8, so that all read the same. Notes that,
// and names of special tokens in it, which are read as plain text.
std::string checkedPrompt(std::string text, const Tokenizer& tokenizer);

// Ids of a text as the model of a folder reads it, cut to `limit`.
// Errors  Those of its config and tokenizer; Unsupported: the text is empty.
Result<std::vector<TokenId>> idsOf(const std::filesystem::path& model, std::string_view text,
                                   std::int64_t limit);

}  // namespace dsm::cli
