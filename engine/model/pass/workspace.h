// Workspace: every intermediate result of a forward pass, planned once per model and batch size,
// so that nothing is allocated per token.
//
// Letters   T tokens of one pass (at most maximumTokens()), D hidden, H heads, G key/value
//           heads, K head size, S capacity of the cache, E routed experts, A active experts, F
//           expert width, Fs the largest width of a shared expert or dense MLP.
// Ownership Owns the memory; views are for the pass in progress.
// Threads   One pass at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/model/checkpoint/config.h"
#include "kernels/base/views.h"
#include "kernels/ops/expert_groups.h"

namespace dsm {

class Workspace {
  public:
    // Throws std::bad_alloc where memory does not suffice.
    Workspace(const ModelConfig& config, std::int64_t maximumTokens, std::int64_t cacheCapacity);
    // In this memory, plannedBytes() of it on a 64-byte boundary.
    // With at least so much scratch.
    Workspace(const ModelConfig& config, std::int64_t maximumTokens, std::int64_t cacheCapacity,
              std::shared_ptr<std::byte> memory, std::int64_t leastScratchBytes = 0);

    static std::uint64_t plannedBytes(const ModelConfig& config, std::int64_t maximumTokens,
                                      std::int64_t cacheCapacity,
                                      std::int64_t leastScratchBytes = 0);

    // Views of one pass over T tokens. A dense layer uses no routed part: activeExperts 0.
    struct Views {
        Matrix<float> x;              // [T, D] the residual stream
        Matrix<float> normed;         // [T, D]
        Matrix<float> q;              // [T, H*K]
        Matrix<float> attended;       // [T, H*K]
        Matrix<float> keys;           // [T, G*K]
        Matrix<float> values;         // [T, G*K]
        Matrix<float> routerScores;   // [T, E]
        Matrix<std::int32_t> expert;  // [T, A]
        Matrix<float> expertWeight;   // [T, A]
        ExpertGroups groups;
        Matrix<float> routedHidden;  // [T*A, F]
    };
    Views views(std::int64_t tokens);
    // What operations work in (op_context.h), enough for each of them.
    std::span<std::byte> scratch() const { return scratch_; }
    // [T, width], width at most Fs.
    Matrix<float> sharedHidden(std::int64_t tokens, std::int64_t width);

    std::int64_t maximumTokens() const { return maximumTokens_; }

  private:
    std::int64_t maximumTokens_;
    std::int64_t hidden_, queryWidth_, keyWidth_, experts_, active_, expertWidth_, sharedWidth_;
    std::shared_ptr<std::byte> memory_;
    std::span<float> floats_;
    std::span<std::int32_t> integers_;
    std::span<std::byte> scratch_;
};

}  // namespace dsm
