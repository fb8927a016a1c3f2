#include "engine/generate/prompt_lookup.h"

#include <algorithm>
#include <bit>

#include "kernels/base/check.h"
#include "kernels/base/splitmix.h"

namespace dsm {
namespace {

constexpr std::size_t kMostPlaces = 32;  // that one proposal looks at
constexpr std::size_t kLongMatch = 64;   // longer ones are not told apart

}  // namespace

PromptLookup::PromptLookup(std::size_t mostIds)
    : lastOfBucket_(std::bit_ceil(std::max<std::size_t>(mostIds, 16))), placeBefore_(mostIds + 1) {
    ids_.reserve(mostIds);
}

std::size_t PromptLookup::bucketBefore(std::size_t end) const {
    std::uint64_t hash = 0;
    for (std::size_t i = end - kAnchor; i < end; ++i)
        hash = splitmix64(hash + static_cast<std::uint32_t>(ids_[i]));
    return static_cast<std::size_t>(hash) & (lastOfBucket_.size() - 1);
}

void PromptLookup::append(std::span<const TokenId> ids) {
    DSM_CHECK(ids_.size() + ids.size() < placeBefore_.size());
    for (const TokenId id : ids) {
        ids_.push_back(id);
        if (ids_.size() < kAnchor) continue;
        std::int32_t& last = lastOfBucket_[bucketBefore(ids_.size())];
        placeBefore_[ids_.size()] = last;
        last = static_cast<std::int32_t>(ids_.size());
    }
}

std::size_t PromptLookup::matchAt(std::size_t place) const {
    const std::size_t most = std::min(place, kLongMatch);
    std::size_t same = 0;
    while (same < most && ids_[place - 1 - same] == ids_[ids_.size() - 1 - same])
        ++same;
    return same;
}

std::size_t PromptLookup::propose(std::size_t leastMatch, std::span<TokenId> draft) const {
    if (ids_.size() < kAnchor || draft.empty()) return 0;
    std::size_t best = 0;
    std::size_t longest = std::max(leastMatch, kAnchor) - 1;
    auto place = static_cast<std::size_t>(placeBefore_[ids_.size()]);
    for (std::size_t seen = 0; place > 0 && seen < kMostPlaces && longest < kLongMatch; ++seen) {
        if (const std::size_t match = matchAt(place); match > longest) {
            longest = match;
            best = place;
        }
        place = static_cast<std::size_t>(placeBefore_[place]);
    }
    if (best == 0) return 0;
    for (std::size_t i = 0; i < draft.size(); ++i) {
        const std::size_t from = best + i;
        draft[i] = from < ids_.size() ? ids_[from] : draft[from - ids_.size()];
    }
    return draft.size();
}

}  // namespace dsm
