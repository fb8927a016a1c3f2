// GPU sampler: chooses the tokens of a reply where the logits are, and hands them to the host when
// it asks, so that the GPU can be a token ahead.
//
//   start()   the settings, what was seen, and the position of the last token read, to the GPU
//   queue()   one choice, from the logits that lie there when it is made (kernels/ops/sample.h)
//   mark()    behind a choice that was queued
//   next()    waits for the oldest choice that was not taken yet
//
// The state on the GPU (id and position of the last token) is where recorded passes look for them.
//
// Letters   V the ids that may be chosen, S positions of the context.
// Ownership Borrows session, transfer and memory.
// Threads   The session's; uses its marks 4 and 5.
// Errors    Those of gpu_session.h.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/base/buffer.h"
#include "kernels/cuda/gpu_session.h"
#include "kernels/cuda/gpu_transfer.h"
#include "kernels/cuda_ops.h"

namespace dsm {

class GpuSampler {
  public:
    struct Memory {
        SampleState* state = nullptr;        // on the GPU
        SampleSettings* settings = nullptr;  // on the GPU
        std::int32_t* history = nullptr;     // [V] on the GPU
        std::int32_t* tokens = nullptr;      // [S] pinned
    };
    static constexpr std::int64_t kMostAhead = 2;  // choices that were marked and not taken

    GpuSampler(GpuSession& gpu, GpuTransfer& transfer, SampleOp sample, std::int64_t vocabulary,
               const Memory& memory);

    Result<void> start(const SampleSettings& settings, std::span<const std::int32_t> seen,
                       std::int64_t position);
    void queue(OpContext& context, const float* logits) const;
    void mark();
    std::int64_t marked() const { return marked_; }
    std::int64_t taken() const { return taken_; }
    // At least one choice is marked and not taken (CHECK).
    Result<std::int32_t> next();

    SampleState* state() const { return memory_.state; }

  private:
    GpuSession* gpu_;
    GpuTransfer* transfer_;
    SampleOp sample_;
    Memory memory_;
    Buffer<std::int32_t> history_;  // [V] as it begins
    std::int64_t marked_ = 0;
    std::int64_t taken_ = 0;
};

}  // namespace dsm
