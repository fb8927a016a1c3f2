#include "engine/text/bpe_model.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

namespace dsm {
namespace {

using Symbol = BpeModel::Scratch::Symbol;

// Up to here scanning all ranks for the lowest beats keeping a heap.
constexpr std::size_t kShortPieceBytes = 128;
constexpr std::uint32_t kNone = 0xFFFFFFFF;
constexpr std::uint64_t kHashFactor = 0x9E3779B97F4A7C15;  // 2^64 over the golden ratio
constexpr int kFilterBits = 20;
constexpr int kFilterShift = 64 - kFilterBits;

std::uint64_t pairOf(TokenId left, TokenId right) {
    return (static_cast<std::uint64_t>(left) << 32) | static_cast<std::uint32_t>(right);
}

std::uint64_t heapKey(std::uint32_t rank, std::size_t position) {
    return (static_cast<std::uint64_t>(rank) << 32) | static_cast<std::uint32_t>(position);
}

}  // namespace

BpeModel::BpeModel(const std::array<TokenId, 256>& byteTokens, const std::vector<Merge>& merges,
                   std::unordered_map<std::string_view, TokenId> wholePieces)
    : byteTokens_(byteTokens),
      mayMerge_(std::size_t{1} << kFilterBits),
      bytePairs_(65536),
      wholePieces_(std::move(wholePieces)) {
    const std::size_t size = std::bit_ceil(merges.size() * 2 + 2);
    slots_.resize(size);
    shift_ = 64 - std::countr_zero(size);
    std::uint32_t rank = 0;
    for (const Merge& merge : merges)
        insert(pairOf(merge.left, merge.right), rank++, merge.result);
    for (std::size_t i = 0; i < bytePairs_.size(); ++i) {
        const TokenId left = byteTokens_[i >> 8];
        const TokenId right = byteTokens_[i & 0xFF];
        if (left >= 0 && right >= 0) bytePairs_[i] = find(left, right);
    }
}

void BpeModel::insert(std::uint64_t pair, std::uint32_t rank, TokenId merged) {
    const std::uint64_t hash = pair * kHashFactor;
    mayMerge_[hash >> kFilterShift] = true;
    std::size_t at = hash >> shift_;
    while (slots_[at].pair != kNoPair)
        at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {pair, rank, merged};
}

const BpeModel::Slot& BpeModel::find(TokenId left, TokenId right) const {
    static constexpr Slot kNoMerge;
    const std::uint64_t pair = pairOf(left, right);
    const std::uint64_t hash = pair * kHashFactor;
    if (!mayMerge_[hash >> kFilterShift]) return kNoMerge;
    std::size_t at = hash >> shift_;
    while (slots_[at].pair != pair && slots_[at].pair != kNoPair) {
        at = (at + 1) & (slots_.size() - 1);
    }
    return slots_[at];
}

void BpeModel::rate(Symbol& left, const Symbol& right) const {
    const Slot& slot = find(left.id, right.id);
    left.rank = slot.rank;
    left.merged = slot.merged;
}

void BpeModel::encode(std::string_view piece, Scratch& scratch, std::vector<TokenId>& out) const {
    if (!wholePieces_.empty()) {
        const auto whole = wholePieces_.find(piece);
        if (whole != wholePieces_.end()) return out.push_back(whole->second);
    }
    std::vector<Symbol>& symbols = scratch.symbols;
    symbols.clear();
    unsigned char before = 0;
    for (const char c : piece) {
        const auto byte = static_cast<unsigned char>(c);
        if (!hasByte(byte)) continue;
        if (!symbols.empty()) {
            const Slot& slot = bytePairs_[static_cast<std::size_t>(before) << 8 | byte];
            symbols.back().rank = slot.rank;
            symbols.back().merged = slot.merged;
        }
        symbols.push_back({kNoRank, -1, byteTokens_[byte]});
        before = byte;
    }
    if (symbols.size() <= kShortPieceBytes) {
        mergeShort(scratch);
    } else {
        mergeLong(scratch);
    }
    for (const Symbol& symbol : symbols)
        out.push_back(symbol.id);
}

void BpeModel::mergeShort(Scratch& scratch) const {
    std::vector<Symbol>& symbols = scratch.symbols;
    std::size_t count = symbols.size();
    while (count > 1) {
        // Rank and position in one number: the lowest is the leftmost of the lowest rank.
        std::uint64_t lowest = heapKey(symbols[0].rank, 0);
        for (std::size_t i = 1; i + 1 < count; ++i) {
            lowest = std::min(lowest, heapKey(symbols[i].rank, i));
        }
        if (lowest >> 32 == kNoRank) break;
        const auto best = static_cast<std::uint32_t>(lowest);
        symbols[best].id = symbols[best].merged;
        std::move(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 2,
                  symbols.begin() + static_cast<std::ptrdiff_t>(count),
                  symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
        --count;
        if (best > 0) rate(symbols[best - 1], symbols[best]);
        if (best + 1 < count) {
            rate(symbols[best], symbols[best + 1]);
        } else {
            symbols[best].rank = kNoRank;
        }
    }
    symbols.resize(count);
}

// A heap of every possible merge. A merge changes the pairs beside it; what the heap still holds of
// those is recognised by its rank, which is no longer that of the symbol, and thrown away.
void BpeModel::mergeLong(Scratch& scratch) const {
    std::vector<Symbol>& symbols = scratch.symbols;
    auto& links = scratch.links;
    auto& heap = scratch.heap;
    const auto later = std::greater<std::uint64_t>();
    links.resize(symbols.size());
    heap.clear();
    for (std::uint32_t i = 0; i < symbols.size(); ++i) {
        links[i] = {i - 1, i + 1 < symbols.size() ? i + 1 : kNone};  // before the first: kNone
        if (symbols[i].rank != kNoRank) heap.push_back(heapKey(symbols[i].rank, i));
    }
    std::make_heap(heap.begin(), heap.end(), later);
    const auto rateAt = [&](std::uint32_t at) {
        rate(symbols[at], symbols[links[at].after]);
        if (symbols[at].rank == kNoRank) return;
        heap.push_back(heapKey(symbols[at].rank, at));
        std::push_heap(heap.begin(), heap.end(), later);
    };
    while (!heap.empty()) {
        const std::uint64_t key = heap.front();
        std::pop_heap(heap.begin(), heap.end(), later);
        heap.pop_back();
        const auto at = static_cast<std::uint32_t>(key);
        if (symbols[at].rank != key >> 32) continue;
        const std::uint32_t gone = links[at].after;
        symbols[at] = {kNoRank, -1, symbols[at].merged};
        symbols[gone] = {kNoRank, -1, -1};
        links[at].after = links[gone].after;
        if (links[at].after != kNone) {
            links[links[at].after].before = at;
            rateAt(at);
        }
        if (links[at].before != kNone) rateAt(links[at].before);
    }
    std::erase_if(symbols, [](const Symbol& symbol) { return symbol.id < 0; });
}

}  // namespace dsm
