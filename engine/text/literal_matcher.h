// LiteralMatcher: finds given strings in a text, leftmost first, the longest at one place.
//
// Threads  Immutable after the last add().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dsm {

using TokenId = std::int32_t;

class LiteralMatcher {
  public:
    struct Match {
        std::size_t begin = 0;
        std::size_t end = 0;
        TokenId id = -1;  // -1: nothing found
    };

    // `literal` is not empty and was not added before.
    void add(std::string literal, TokenId id);
    bool empty() const { return count_ == 0; }

    // The first match that begins at `from` or later.
    Match find(std::string_view text, std::size_t from) const;

  private:
    struct Literal {
        std::string text;
        TokenId id;
    };

    std::size_t count_ = 0;
    std::array<std::vector<Literal>, 256> byFirstByte_;  // longest first
};

}  // namespace dsm
