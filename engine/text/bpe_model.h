// BpeModel: merges the bytes of one piece into tokens, by byte-pair encoding.
//
//   Start with one token per byte. While a neighbouring pair has a merge: apply the merge of lowest
//   rank, the leftmost where several places have it.
//
// Source  Sennrich et al. (arXiv 1508.07909) with the byte alphabet of GPT-2.
// Letters n bytes of a piece. Short pieces cost O(n^2) cheap steps, long ones O(n log n).
// Threads Immutable after loading; each thread brings its own Scratch.
// Errors  None: a byte that has no token is left out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/text/vocabulary.h"

namespace dsm {

class BpeModel {
  public:
    struct Merge {
        TokenId left;
        TokenId right;
        TokenId result;
    };

    // Memory that encode() works in, kept between calls.
    struct Scratch {
        struct Symbol {
            std::uint32_t rank;  // of merging this symbol with the next; kNoRank: they do not merge
            TokenId merged;      // what the merge gives
            TokenId id;
        };
        struct Link {
            std::uint32_t before;
            std::uint32_t after;
        };
        std::vector<Symbol> symbols;
        std::vector<Link> links;
        std::vector<std::uint64_t> heap;  // rank in the high half, position in the low half
    };

    static constexpr std::uint32_t kNoRank = 0xFFFFFFFF;

    // `byteTokens[b]` is the token of byte b alone, or -1. `merges` come in order of rank, no pair
    // twice. `wholePieces` may name pieces that are tokens at once, whatever the merges say; its
    // keys outlive the model.
    BpeModel(const std::array<TokenId, 256>& byteTokens, const std::vector<Merge>& merges,
             std::unordered_map<std::string_view, TokenId> wholePieces);

    bool hasByte(unsigned char byte) const { return byteTokens_[byte] >= 0; }

    // Appends the tokens of `piece`, shorter than 4 GiB.
    void encode(std::string_view piece, Scratch& scratch, std::vector<TokenId>& out) const;

  private:
    struct Slot {
        std::uint64_t pair = kNoPair;
        std::uint32_t rank = kNoRank;
        TokenId merged = -1;
    };
    static constexpr std::uint64_t kNoPair = ~std::uint64_t{0};

    void insert(std::uint64_t pair, std::uint32_t rank, TokenId merged);
    const Slot& find(TokenId left, TokenId right) const;
    void rate(Scratch::Symbol& left, const Scratch::Symbol& right) const;
    void mergeShort(Scratch& scratch) const;
    void mergeLong(Scratch& scratch) const;

    std::array<TokenId, 256> byteTokens_;
    std::vector<Slot> slots_;  // open addressing; a power of two, at least twice the merges
    int shift_ = 0;
    // By the first bits of the hash: whether any pair there has a merge. Most do not, and these
    // 128 KiB, unlike the slots, stay in the second-level cache.
    std::vector<bool> mayMerge_;
    // Merges of two single bytes, [left byte, right byte]: most first look-ups end here.
    std::vector<Slot> bytePairs_;
    std::unordered_map<std::string_view, TokenId> wholePieces_;
};

}  // namespace dsm
