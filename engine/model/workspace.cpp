#include "engine/model/workspace.h"

#include <algorithm>

namespace dsm {
namespace {

std::int64_t sharedWidth(const ModelConfig& c) {
    return std::max(c.denseWidth, c.sharedWidth());
}

// Sizes are rounded up so that every view begins on a 64-byte boundary.
constexpr std::int64_t padded(std::int64_t numbers) {
    return (numbers + 15) / 16 * 16;
}

std::int64_t floatsNeeded(const ModelConfig& c, std::int64_t t, std::int64_t capacity) {
    return 2 * padded(t * c.hiddenSize) + 2 * padded(t * c.heads * c.headSize) +
           padded(c.heads * capacity) + padded(t * c.routedExperts) +
           padded(t * c.expertsPerToken) + padded(t * c.expertsPerToken * c.expertWidth) +
           padded(t * sharedWidth(c));
}

std::int64_t integersNeeded(const ModelConfig& c, std::int64_t t) {
    return 2 * padded(t * c.expertsPerToken) + padded(c.routedExperts + 1);
}

}  // namespace

Workspace::Workspace(const ModelConfig& c, std::int64_t maximumTokens, std::int64_t cacheCapacity)
    : maximumTokens_(maximumTokens),
      cacheCapacity_(cacheCapacity),
      hidden_(c.hiddenSize),
      queryWidth_(c.heads * c.headSize),
      heads_(c.heads),
      experts_(c.routedExperts),
      active_(c.expertsPerToken),
      expertWidth_(c.expertWidth),
      sharedWidth_(dsm::sharedWidth(c)),
      floats_(static_cast<std::size_t>(floatsNeeded(c, maximumTokens, cacheCapacity))),
      integers_(static_cast<std::size_t>(integersNeeded(c, maximumTokens))) {}

std::uint64_t Workspace::plannedBytes(const ModelConfig& c, std::int64_t maximumTokens,
                                      std::int64_t cacheCapacity) {
    return static_cast<std::uint64_t>(floatsNeeded(c, maximumTokens, cacheCapacity)) *
               sizeof(float) +
           static_cast<std::uint64_t>(integersNeeded(c, maximumTokens)) * sizeof(std::int32_t);
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
    v.scores = floats(heads_, heads_, cacheCapacity_);
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
