// Host experts: the routed experts of the layers that a GPU has no room for, computed by the
// processor while the GPU works on the rest of the layer.
//
//   begin()   queueInputs(), a mark
//   finish()  waits for the mark, compute(), queueOutput()
//
// The steps are there for passes that are recorded (decode_graphs.h).
//
// Letters   As in workspace.h.
// Ownership Owns pinned memory for what is copied of one pass, and what the host's operations work
//           in; borrows session, pool and the table of operations.
// Threads   The session's; uses the mark 2 of the session.
// Errors    Failures of the GPU: finish() is false, and the session knows.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/model/checkpoint/config.h"
#include "engine/model/pass/experts_elsewhere.h"
#include "kernels/base/buffer.h"
#include "kernels/base/thread_pool.h"
#include "kernels/cuda/gpu_session.h"
#include "kernels/op_table.h"

namespace dsm {

class HostExperts : public ExpertsElsewhere {
  public:
    // `firstLayer`: this MoE layer's experts and those of all later ones are on the host.
    static Result<std::unique_ptr<HostExperts>> make(GpuSession& gpu, ThreadPool& pool,
                                                     const OpTable& ops, const ModelConfig& config,
                                                     std::int64_t maximumTokens,
                                                     std::int64_t firstLayer);
    // Of the memory of the host, for passes of so many tokens.
    static std::uint64_t plannedBytes(const ModelConfig& config, std::int64_t maximumTokens);

    bool computes(std::int64_t layer) const override { return layer >= firstLayer_; }
    bool begin(const Workspace::Views& device) override;
    bool finish(const LayerWeights& layer, const Workspace::Views& device) override;

    // Queues copies of what the experts need to the host, and of x back; the same ends for every
    // pass of as many tokens.
    void queueInputs(const Workspace::Views& device);
    void queueOutput(const Workspace::Views& device);
    // Sets a mark behind what is queued, and waits for it.
    void mark();
    bool waitForMark();
    // On the host, from and to the copies.
    void compute(const LayerWeights& layer, const Workspace::Views& device);

  private:
    struct Views {
        Matrix<float> x, normed;     // [T, D]
        Matrix<float> expertWeight;  // [T, A]
        ExpertGroups groups;
        Matrix<float> routedHidden;  // [T*A, F]
    };

    HostExperts(GpuSession& gpu, ThreadPool& pool, const OpTable& ops, const ModelConfig& config,
                std::int64_t maximumTokens, std::int64_t firstLayer, GpuBlock pinned);
    Views viewsLike(const Workspace::Views& device) const;

    GpuSession& gpu_;
    ThreadPool& pool_;
    const OpTable& ops_;
    std::int64_t maximumTokens_;
    std::int64_t firstLayer_;
    GpuBlock pinned_;
    Buffer<float> routedHidden_;
    Buffer<std::byte> scratch_;
};

}  // namespace dsm
