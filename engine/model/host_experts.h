// Host experts: the routed experts of the layers that a GPU has no room for, computed by the
// processor while the GPU works on the rest of the layer.
//
//   begin()   queues copies of x, its norm, the experts' choice and their weights to the host
//   (the GPU goes on with the first half of the shared expert)
//   finish()  x += the routed experts' outputs, by the operations of the host, in the order that
//             experts_output.h fixes; queues x's way back
//   (the GPU adds the second half)
//
// Letters   As in workspace.h.
// Ownership Owns pinned memory for what is copied of one pass, and what the host's operations work
//           in; borrows session, pool and the table of operations.
// Threads   The session's; uses the mark 2 of the session.
// Errors    Failures of the GPU: finish() is false, and the session knows.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/model/config.h"
#include "engine/model/weights.h"
#include "engine/model/workspace.h"
#include "kernels/base/buffer.h"
#include "kernels/base/thread_pool.h"
#include "kernels/cuda/gpu_session.h"
#include "kernels/op_table.h"

namespace dsm {

class HostExperts {
  public:
    // `firstLayer`: this MoE layer's experts and those of all later ones are on the host.
    static Result<std::unique_ptr<HostExperts>> make(GpuSession& gpu, ThreadPool& pool,
                                                     const OpTable& ops, const ModelConfig& config,
                                                     std::int64_t maximumTokens,
                                                     std::int64_t firstLayer);
    // Of the memory of the host, for passes of so many tokens.
    static std::uint64_t plannedBytes(const ModelConfig& config, std::int64_t maximumTokens);

    bool compute(std::int64_t layer) const { return layer >= firstLayer_; }

    void begin(const Workspace::Views& device);
    bool finish(const LayerWeights& layer, const Workspace::Views& device);

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
