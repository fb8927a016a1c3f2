// Decode graphs: the pass of a single token, recorded once for each class of positions (below 256,
// 512, 1024, ..): the launches of a class are sized alike, and what differs from token to token
// lies in device memory.
//
// A pass is one graph. Where the host computes the routed experts of some layers it is several:
// one up to the copies of the first such layer, one for the first half of its shared expert, one
// from there to the copies of the next such layer, and so on; the host computes in between.
//
// Ownership Borrows session, host experts and the weights that the pass computes with.
// Threads   The session's.
// Errors    record(): those of gpu_session.h. A replay that fails: the session knows.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/model/device/host_experts.h"
#include "kernels/base/result.h"
#include "kernels/cuda/gpu_session.h"

namespace dsm {

class DecodeGraphs {
  public:
    // At most, of the graphs of one form of a pass for so many positions, with an adapter or without.
    static std::uint64_t plannedBytes(std::int64_t layers, std::int64_t positions);

    // Queues a pass that is sized for this largest position, and hands layers to `elsewhere`, if
    // any, as forward() does. Once the session has failed, nothing more may be queued: it would be
    // computed instead of recorded, from memory that nothing has written yet.
    using Pass = std::function<void(std::int64_t largestPosition, ExpertsElsewhere* elsewhere)>;

    // `hostExperts` is nullptr where the GPU has all of them. Records the classes of all positions
    // below `positions`.
    Result<void> record(GpuSession& gpu, HostExperts* hostExperts, std::int64_t positions,
                        const Pass& pass);

    bool isEmpty() const { return classes_.empty(); }
    // Queues the pass of a token at this position; where the host has experts, all but the end of
    // it is done then.
    void replay(std::int64_t position);

  private:
    class Recorder;

    // What the host computes while the graph `first` runs; the graph `then` needs it.
    struct HostStep {
        const LayerWeights* layer;
        Workspace::Views device;
        int first;
        int then;
    };
    struct Class {
        std::int64_t largestPosition;
        int begin;  // a graph
        std::vector<HostStep> steps;
    };

    GpuSession* gpu_ = nullptr;
    HostExperts* hostExperts_ = nullptr;
    std::vector<Class> classes_;  // by position
};

}  // namespace dsm
