// Vocabulary: what every token id of a tokenizer stands for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/text/literal_matcher.h"

namespace dsm {

struct Token {
    std::string bytes;  // what it prints; "" for special tokens
    std::string name;   // of a special token, as its file spells it; else ""
    bool special = false;
};

// `tokens` is indexed by id and has no holes.
struct Vocabulary {
    std::vector<Token> tokens;
    TokenId bos = -1;
    TokenId eos = -1;
    bool addBos = false;
};

}  // namespace dsm
