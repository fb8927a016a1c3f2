#include "engine/model/pass/workspace.h"

#include <algorithm>

#include "kernels/base/buffer.h"
#include "kernels/base/rounded_rows.h"
#include "kernels/ops/attend.h"

namespace dsm {
namespace {

std::int64_t sharedWidth(const ModelConfig& c) {
    return std::max(c.denseWidth, c.sharedWidth());
}

// Sizes are rounded up so that every view begins on a 64-byte boundary.
constexpr std::int64_t padded(std::int64_t numbers) {
    return (numbers + 15) / 16 * 16;
}

std::int64_t floatsNeeded(const ModelConfig& c, std::int64_t t) {
    return 2 * padded(t * c.hiddenSize) + 2 * padded(t * c.heads * c.headSize) +
           2 * padded(t * c.keyValueHeads * c.headSize) + padded(t * c.routedExperts) +
           padded(t * c.expertsPerToken) + padded(t * c.expertsPerToken * c.expertWidth) +
           padded(t * sharedWidth(c));
}

std::int64_t integersNeeded(const ModelConfig& c, std::int64_t t) {
    return 2 * padded(t * c.expertsPerToken) + padded(c.routedExperts + 1);
}

// The most that an operation's header asks for.
std::int64_t scratchNeeded(const ModelConfig& c, std::int64_t t, std::int64_t capacity) {
    const std::int64_t slots = t * c.expertsPerToken;
    return std::max({attendScratchBytes(c.heads, c.headSize, capacity, kMostRuns),
                     roundedBytes(t, c.heads * c.headSize),
                     roundedBytes(t, c.hiddenSize) + roundedBytes(slots, c.hiddenSize),
                     roundedBytes(t, sharedWidth(c)) + roundedBytes(slots, c.expertWidth)});
}

}  // namespace

Workspace::Workspace(const ModelConfig& c, std::int64_t maximumTokens, std::int64_t cacheCapacity)
    : Workspace(c, maximumTokens, cacheCapacity,
                hostMemory(plannedBytes(c, maximumTokens, cacheCapacity))) {}

Workspace::Workspace(const ModelConfig& c, std::int64_t maximumTokens, std::int64_t cacheCapacity,
                     std::shared_ptr<std::byte> memory, std::int64_t leastScratchBytes)
    : maximumTokens_(maximumTokens),
      hidden_(c.hiddenSize),
      queryWidth_(c.heads * c.headSize),
      keyWidth_(c.keyValueHeads * c.headSize),
      experts_(c.routedExperts),
      active_(c.expertsPerToken),
      expertWidth_(c.expertWidth),
      sharedWidth_(dsm::sharedWidth(c)),
      memory_(std::move(memory)),
      floats_(reinterpret_cast<float*>(memory_.get()),
              static_cast<std::size_t>(floatsNeeded(c, maximumTokens))),
      integers_(reinterpret_cast<std::int32_t*>(floats_.data() + floats_.size()),
                static_cast<std::size_t>(integersNeeded(c, maximumTokens))),
      scratch_(reinterpret_cast<std::byte*>(integers_.data() + integers_.size()),
               static_cast<std::size_t>(
                   std::max(scratchNeeded(c, maximumTokens, cacheCapacity), leastScratchBytes))) {}

std::uint64_t Workspace::plannedBytes(const ModelConfig& c, std::int64_t maximumTokens,
                                      std::int64_t cacheCapacity, std::int64_t leastScratchBytes) {
    return static_cast<std::uint64_t>(floatsNeeded(c, maximumTokens)) * sizeof(float) +
           static_cast<std::uint64_t>(integersNeeded(c, maximumTokens)) * sizeof(std::int32_t) +
           static_cast<std::uint64_t>(
               std::max(scratchNeeded(c, maximumTokens, cacheCapacity), leastScratchBytes));
}

Workspace::Views Workspace::views(std::int64_t tokens) {
    DSM_CHECK(tokens >= 0 && tokens <= maximumTokens_);
    float* nextFloat = floats_.data();
    const auto floats = [&](std::int64_t rows, std::int64_t maximumRows, std::int64_t cols) {
        const Matrix<float> view{nextFloat, rows, cols};
        nextFloat += padded(maximumRows * cols);
        return view;
    };
    std::int32_t* nextInteger = integers_.data();
    const auto integers = [&](std::int64_t maximumCount) {
        std::int32_t* begin = nextInteger;
        nextInteger += padded(maximumCount);
        return begin;
    };
    const std::int64_t t = tokens;
    const std::int64_t most = maximumTokens_;
    Views v;
    v.x = floats(t, most, hidden_);
    v.normed = floats(t, most, hidden_);
    v.q = floats(t, most, queryWidth_);
    v.attended = floats(t, most, queryWidth_);
    v.keys = floats(t, most, keyWidth_);
    v.values = floats(t, most, keyWidth_);
    v.routerScores = floats(t, most, experts_);
    v.expertWeight = floats(t, most, active_);
    v.routedHidden = floats(t * active_, most * active_, expertWidth_);
    v.expert = {integers(most * active_), t, active_};
    v.groups.slots = {integers(most * active_), static_cast<std::size_t>(t * active_)};
    v.groups.begin = {integers(experts_ + 1), static_cast<std::size_t>(experts_ + 1)};
    return v;
}

Matrix<float> Workspace::sharedHidden(std::int64_t tokens, std::int64_t width) {
    DSM_CHECK(tokens <= maximumTokens_ && width <= sharedWidth_);
    float* begin = floats_.data() + floats_.size() - padded(maximumTokens_ * sharedWidth_);
    return {begin, tokens, width};
}

}  // namespace dsm
