// Work memory: where the numbers of a training lie, and how they come there and back: in the memory
// of the process, or in that of a GPU (kernels/cuda/gpu_work_memory.h).
//
// Ownership Memory is freed with its last holder, which must go before the work memory.
// Threads   One at a time.
// Device    Everything happens in the order of the calls and of the operations between them; get(),
//           finish() and waitFor() wait.
// Errors    allocate() throws std::bad_alloc. Other failures of a GPU are kept: what follows does
//           nothing, get() gives zeros, and finish() tells the first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/result.h"

namespace dsm {

class WorkMemory {
  public:
    virtual ~WorkMemory() = default;

    virtual bool isHost() const = 0;
    // Zeros, on a 64-byte boundary.
    virtual std::shared_ptr<std::byte> allocate(std::size_t bytes) = 0;
    virtual void put(void* to, std::span<const std::byte> from) = 0;  // from the host
    virtual void get(std::span<std::byte> to, const void* from) = 0;  // to the host
    virtual void copy(void* to, const void* from, std::size_t bytes) = 0;
    virtual void clear(void* to, std::size_t bytes) = 0;
    virtual Result<void> finish() = 0;
    // To the host's memory that the device writes by itself (allocateForResults()), by the time that
    // a mark which follows is waited for.
    virtual void getLater(std::span<std::byte> to, const void* from) = 0;
    virtual std::shared_ptr<std::byte> allocateForResults(std::size_t bytes) = 0;
    // Two of them, 0 and 1.
    virtual void mark(int number) = 0;
    virtual Result<void> waitFor(int number) = 0;
    // Calls `work`, which queues operations, copies and clearings that depend on nothing but `shape` and
    // numbers in this memory; and which allocates nothing once it was called for a shape. A device
    // may record what it queues for a shape that comes again, and then do that without calling it.
    virtual void repeat(std::span<const std::int64_t> shape, const std::function<void()>& work) {
        static_cast<void>(shape);
        work();
    }
    virtual std::uint64_t recordedBytes() const { return 0; }  // that this takes of the device
    // For the context of operations on this memory.
    virtual DeviceRun run() const = 0;
};

// That of the process, the same for all.
WorkMemory& hostWorkMemory();

}  // namespace dsm
