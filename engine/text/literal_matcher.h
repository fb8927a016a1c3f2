// LiteralMatcher: finds given strings in a text, leftmost first, the longest at one place.
//
// Letters  N strings, of at most n bytes. Making one costs O(N log N); each place of a text
//          O(n log N), and nothing where no string begins with its byte.
// Threads  Immutable.
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
    struct Literal {
        std::string text;
        TokenId id;
    };

    struct Match {
        std::size_t begin = 0;
        std::size_t end = 0;
        TokenId id = -1;  // -1: nothing found
    };

    LiteralMatcher() = default;
    // None of them is empty, and none is there twice.
    explicit LiteralMatcher(std::vector<Literal> literals);

    bool empty() const { return literals_.empty(); }

    // The first match that begins at `from` or later.
    Match find(std::string_view text, std::size_t from) const;

  private:
    struct Range {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
    };

    const Literal* longestAt(std::string_view text) const;

    std::vector<Literal> literals_;  // sorted
    std::array<Range, 256> byFirstByte_{};
};

}  // namespace dsm
