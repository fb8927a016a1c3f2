// PieceCache: remembers, within one call of encode(), the tokens of short pieces seen before.
//
// A piece of at most 15 bytes and its at most 3 tokens lie in one half of a cache line, so a hit
// reads no other memory. A piece that falls on a used place replaces what is there.
//
// Threads  One thread.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "engine/text/vocabulary.h"

namespace dsm {

class PieceCache {
  public:
    static constexpr std::size_t kMaxPieceBytes = 15;
    static constexpr std::size_t kMaxTokens = 3;

    // What a short piece is looked up by: its bytes and, in the last one, its length.
    struct Key {
        std::uint64_t low = 0;
        std::uint64_t high = 0;

        bool operator==(const Key&) const = default;
    };

    struct Entry {
        Key key;  // all zero: unused, as no piece is empty
        TokenId ids[kMaxTokens] = {};
        std::uint32_t count = 0;
    };

    // Sized for a text of so many bytes: a short text must not pay for a large cache.
    explicit PieceCache(std::size_t textBytes) : entries_(slotCount(textBytes)) {}

    static Key keyOf(std::string_view piece) {
        Key key;
        if (piece.size() >= 8) {
            std::memcpy(&key.low, piece.data(), 8);
            std::memcpy(&key.high, piece.data() + piece.size() - 8, 8);
            // The last 8 bytes overlap the first 8; shift out what is there already.
            key.high = piece.size() == 8 ? 0 : key.high >> (8 * (16 - piece.size()));
        } else {
            for (std::size_t i = piece.size(); i-- > 0;) {
                key.low = key.low << 8 | static_cast<unsigned char>(piece[i]);
            }
        }
        key.high |= static_cast<std::uint64_t>(piece.size()) << 56;
        return key;
    }

    Entry& entryFor(const Key& key) {
        const std::uint64_t mixed = (key.low ^ std::rotl(key.high, 29)) * 0x9E3779B97F4A7C15;
        return entries_[(mixed >> 40) & (entries_.size() - 1)];
    }

  private:
    static std::size_t slotCount(std::size_t textBytes) {
        constexpr std::size_t kMaxSlots = 32768;  // 1 MiB: within the second-level cache
        const std::size_t wanted = textBytes / 8 + 1;
        return wanted >= kMaxSlots ? kMaxSlots : std::bit_ceil(wanted);
    }

    std::vector<Entry> entries_;
};

}  // namespace dsm
