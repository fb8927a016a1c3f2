// GPU session: one GPU in use: its memory, and the stream in which all work for it happens in order.
//
// What is queued returns at once. Failures of queued work, and of queueing it, are kept; finish()
// and waitFor() give the first of them, and from then on nothing is queued any more.
//
// After a lost GPU (lost_gpu.h) nothing is asked of any GPU, by no session and at no session's end;
// no other session is opened.
//
// Ownership Memory is freed with the last holder of its block; blocks must go before their session.
//           That of a lost GPU, and pinned memory then, stays until the process ends.
// Threads   One thread at a time; each thread calls use() before it queues work.
// Errors    OutOfMemory: the GPU's, with numbers, or pinned memory of the host. DeviceLost: the GPU
//           failed or went away. Unsupported: no CUDA in this build, a driver or a GPU that is too
//           old. Each says what to do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "kernels/base/result.h"
#include "kernels/cuda/device.h"

namespace dsm {

// What the driver takes of a GPU's memory for each kernel or copy of a graph: parameters, and what it
// launches by. Assumed with room to spare, not measured.
inline constexpr std::uint64_t kGraphNodeBytes = 8192;

using GpuBlock = std::shared_ptr<std::byte>;  // on a boundary of at least 256 bytes

class GpuSession {
  public:
    virtual ~GpuSession() = default;

    // As it was when the session began.
    virtual const CudaDevice& device() const = 0;
    // Whether the code that runs there was compiled to wait for the launch before it
    // (OpContext::overlaps): code for an older generation, which newer GPUs run as well, was not.
    virtual bool overlapsLaunches() const = 0;
    virtual Result<std::uint64_t> freeBytes() = 0;

    // `what` is for messages: "the weights". The memory holds anything.
    virtual Result<GpuBlock> allocate(std::uint64_t bytes, const std::string& what) = 0;
    // Memory of the host that the GPU reads and writes by itself: what queued copies need.
    virtual Result<GpuBlock> allocatePinned(std::uint64_t bytes, const std::string& what) = 0;

    // Makes it the GPU of the calling thread.
    virtual void use() = 0;
    // A cudaStream_t, for OpContext.
    virtual void* stream() const = 0;

    // Queued. The host's side is pinned memory, untouched until the copy is done.
    virtual void copyToGpu(void* to, const void* from, std::uint64_t bytes) = 0;
    virtual void copyToHost(void* to, const void* from, std::uint64_t bytes) = 0;
    virtual void copyOnGpu(void* to, const void* from, std::uint64_t bytes) = 0;
    virtual void clear(void* to, std::uint64_t bytes) = 0;

    // Events of the stream: waitFor() returns once all that was queued before the event is done. The
    // thread sleeps meanwhile, as it does in finish().
    // One that was never recorded is past.
    static constexpr int kEvents = 8;
    virtual void record(int event) = 0;
    virtual Result<void> waitFor(int event) = 0;
    // Milliseconds of the GPU between two events that are past.
    virtual double millisecondsBetween(int first, int second) = 0;

    // What is queued from beginCapture() on is captured instead of done; endCapture() makes it a
    // CUDA graph that replay() queues as often as wanted. Graphs are numbered from 0 on and live
    // until forgetGraphs(), which is called when none is under way, or the end of the session. No
    // event is recorded or waited for while one is captured. A graph that the GPU has no memory for
    // leaves the queue as it was.
    virtual void beginCapture() = 0;
    virtual Result<int> endCapture() = 0;
    virtual void replay(int graph) = 0;
    virtual void forgetGraphs() = 0;

    // Waits for everything.
    virtual Result<void> finish() = 0;
    // Keeps a failure of a library that queues work in stream(), unless there was one before.
    virtual void fail(Error failure) = 0;
    // The failure that ended the stream: the first one.
    virtual bool hasFailed() const = 0;
};

// `index` is that of a device in cudaDevices().
Result<std::unique_ptr<GpuSession>> openGpu(int index);

}  // namespace dsm
