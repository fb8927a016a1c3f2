// GPU recordings: passes of training that are queued again and again, as CUDA graphs: what a pass of
// one shape launches is recorded when the shape comes for the second time, and from then on replayed.
//
// What differs between passes of a shape lies in device memory (ids, labels, factors of losses, seeds
// of dropout). The tables of a recording's launches (device_tables.h) lie in memory of its own.
// Once memory for training has moved, what was recorded is forgotten.
//
// Where the GPU has no memory left for a recording, passes are queued launch by launch, as they are
// when their shape comes for the first time: by then every kernel has been loaded, and all memory is there.
//
// Ownership Owns the recordings and their tables; borrows the rest and ends before it.
// Threads   The session's.
// Errors    None of its own: what fails ends the session's stream.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "kernels/cuda/device_tables.h"
#include "kernels/cuda/gpu_session.h"
#include "kernels/cuda/gpu_transfer.h"

namespace dsm {

class GpuRecordings {
  public:
    static constexpr int kMost = 4;  // whose memory is planned (engine/train/estimate.h)

    GpuRecordings(GpuSession& gpu, GpuTransfer& transfer, DeviceTables& tables)
        : gpu_(gpu), transfer_(transfer), tables_(tables) {}

    // Of WorkMemory.
    void repeat(std::span<const std::int64_t> shape, const std::function<void()>& work);
    // Launches and copies that were queued: whoever queues one adds to it.
    std::int64_t* queued() { return &queued_; }
    void noteAllocation() { hasMoved_ = true; }
    // Of tests; 0: none.
    void recordAtMost(int most) { most_ = most; }

    int count() const { return recorded_; }
    // What the recordings take of the GPU, their nodes as kGraphNodeBytes has it.
    std::uint64_t bytes() const;

  private:
    struct Known {
        std::vector<std::int64_t> shape;
        std::int64_t nodes = 0;
        std::uint64_t tableBytes = 0;
        GpuBlock tables;
        int graph = -1;  // none

        std::uint64_t bytes() const {
            return tableBytes + static_cast<std::uint64_t>(nodes) * kGraphNodeBytes;
        }
    };

    void learn(std::span<const std::int64_t> shape, const std::function<void()>& work);
    bool hasRoomFor(const Known& known);
    void record(Known& known, const std::function<void()>& work);
    void forget();

    GpuSession& gpu_;
    GpuTransfer& transfer_;
    DeviceTables& tables_;
    std::vector<Known> known_;
    std::int64_t queued_ = 0;
    bool hasMoved_ = false;
    int most_ = kMost;
    int recorded_ = 0;
};

}  // namespace dsm
