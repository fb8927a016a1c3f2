// Device tables: what a launch is told in more words than its parameters hold, brought from the host
// to the device in the order of the stream.
//
// The memory is used in two halves in turn, pinned on the host's side: the host waits only where the
// device is behind by a whole half.
//
// Ownership Owns its memory; borrows the session and ends before it. What put() returns stays until
//           as many bytes as a half has were put after it, in the stream's order.
// Threads   The session's. Uses the events 6 and 7 of the session.
// Errors    make(): those of gpu_session.h. What fails later ends the session's stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/base/result.h"
#include "kernels/cuda/gpu_session.h"

namespace dsm {

class DeviceTables {
  public:
    static constexpr std::uint64_t kHalfBytes = std::uint64_t{4} << 20;

    static Result<std::unique_ptr<DeviceTables>> make(GpuSession& gpu,
                                                      std::uint64_t halfBytes = kHalfBytes);

    // Queues the copy; the bytes are no longer needed then. On a boundary of 16 bytes. More than a
    // half is the caller's bug (CHECK).
    const std::byte* put(std::span<const std::byte> bytes);
    // The same to a place on the device, where the bytes stay.
    void bring(std::byte* to, std::span<const std::byte> bytes);

    // Of everything that was put, with boundaries.
    std::uint64_t putBytes() const { return putBytes_; }
    // From here on nothing is queued: what is put shall lie in `place`, `size` bytes of the device that
    // suffice (CHECK), once somebody has brought there what endKeeping() gives.
    void beginKeeping(std::byte* place, std::uint64_t size);
    std::vector<std::byte> endKeeping();

  private:
    const std::byte* keep(std::span<const std::byte> bytes);
    // Where the pinned copy of the bytes stands in both memories.
    std::uint64_t pin(std::span<const std::byte> bytes);

    DeviceTables(GpuSession& gpu, std::uint64_t halfBytes, GpuBlock device, GpuBlock pinned)
        : gpu_(gpu),
          halfBytes_(halfBytes),
          device_(std::move(device)),
          pinned_(std::move(pinned)) {}

    GpuSession& gpu_;
    std::uint64_t halfBytes_;
    GpuBlock device_, pinned_;
    int half_ = 0;
    std::uint64_t used_ = 0;  // of the half
    std::uint64_t putBytes_ = 0;
    std::byte* keptAt_ = nullptr;  // where nothing is kept
    std::vector<std::byte> kept_;  // as much of it as will be needed
    std::uint64_t keptBytes_ = 0;
};

}  // namespace dsm
