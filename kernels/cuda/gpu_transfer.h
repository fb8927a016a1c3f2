// GPU transfer: large amounts of bytes to a GPU and back, through two pinned buffers in turn: while
// the GPU copies one, the processor fills or empties the other.
//
// A mapped file is read at the speed of the disk or of the bus, whichever is slower: its pages are
// asked for ahead, and the threads of the pool share the copy into the pinned buffer.
//
// Ownership Owns the buffers; borrows session and pool.
// Threads   One at a time, that of the session. Uses the events 0 and 1 of the session.
// Errors    Those of gpu_session.h; Cancelled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

#include "kernels/base/thread_pool.h"
#include "kernels/cuda/gpu_session.h"

namespace dsm {

class GpuTransfer {
  public:
    static constexpr std::uint64_t kBufferBytes = std::uint64_t{16} << 20;  // of each of the two

    static Result<GpuTransfer> make(GpuSession& gpu, ThreadPool& pool,
                                    std::uint64_t bufferBytes = kBufferBytes);

    // Queues the last of it and returns; the bytes are no longer needed then. Looks at `stop`
    // before each buffer.
    Result<void> put(std::byte* to, std::span<const std::byte> bytes, const std::stop_token& stop);

    // Hands all bytes to `sink`, in order and in pieces that last until it returns; ends with the
    // first failure.
    using Sink = std::function<Result<void>(std::span<const std::byte> piece)>;
    Result<void> get(const std::byte* from, std::uint64_t bytes, const Sink& sink);

  private:
    GpuTransfer(GpuSession& gpu, ThreadPool& pool, std::uint64_t bufferBytes, GpuBlock memory)
        : gpu_(&gpu), pool_(&pool), bufferBytes_(bufferBytes), memory_(std::move(memory)) {}

    std::byte* buffer(int i) const {
        return memory_.get() + static_cast<std::uint64_t>(i) * bufferBytes_;
    }
    void fill(std::byte* to, std::span<const std::byte> bytes);

    GpuSession* gpu_;
    ThreadPool* pool_;
    std::uint64_t bufferBytes_;
    GpuBlock memory_;  // pinned
    int next_ = 0;     // the buffer that is used next
};

}  // namespace dsm
