// CharClasses: which of a few sets of characters each character of a text belongs to.
//
// Membership is asked of the regular expression engine for all of Unicode, once for each pattern as
// long as the program runs; a text is then classified by table, one mask per byte, and scanning it is
// comparing masks.
//
// Threads  Immutable after the last add(). What is remembered of patterns, all threads share.
// Errors   Those of Regex::compile().
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/text/regex.h"

namespace dsm {

class CharClasses {
  public:
    using Mask = std::uint16_t;

    // Set on every byte of a character but its first.
    static constexpr Mask kContinuation = 0x8000;

    CharClasses();

    // The bit of the class that `pattern`, a pattern of one class, describes. No value: all bits
    // are taken.
    Result<std::optional<Mask>> add(std::string_view pattern);

    // masks[i] for each byte i of `text`, which is valid UTF-8.
    void classify(std::string_view text, std::vector<Mask>& masks) const;

  private:
    static constexpr std::size_t kBlockSize = 128;

    Mask lookUp(char32_t codePoint) const {
        return blocks_[blockOf_[codePoint / kBlockSize]][codePoint % kBlockSize];
    }
    void setRange(char32_t first, char32_t last, Mask bit);

    using Block = std::array<Mask, kBlockSize>;
    std::vector<std::string> patterns_;  // at index i the one whose bit is 1 << i
    std::vector<std::uint16_t> blockOf_;
    std::vector<Block> blocks_;  // block 0 is all zero and shared
};

}  // namespace dsm
