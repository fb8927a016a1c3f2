// Token ranges: which part of a text each of its tokens stands for.
//
// A token of a part of a character stands for the whole character, so that several may stand for the
// same. One that spells nothing, as the beginning of a text does, has an empty range.
//
// Threads   Any.
// Errors    None. Where a tokenizer changes what it reads (U+2581 to a space), ranges may be off, but
//           never outside of the text or in the middle of a character.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "engine/text/tokenizer.h"

namespace dsm {

struct TokenRange {
    std::size_t begin = 0;  // bytes
    std::size_t end = 0;

    bool operator==(const TokenRange&) const = default;
};

// `ids` are the tokens of `text`, which is valid UTF-8; one range for each, in order.
std::vector<TokenRange> tokenRanges(const Tokenizer& tokenizer, std::string_view text,
                                    std::span<const TokenId> ids);

}  // namespace dsm
