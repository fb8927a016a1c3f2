#include "engine/model/device/decode_graphs.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "kernels/base/check.h"

namespace dsm {
namespace {

constexpr std::int64_t kFirstClass = 256;  // positions; each next class has twice as many
// Operations, an adapter's launches, and the copies of experts that the host computes; embedding,
// head, choice and their copies.
constexpr std::int64_t kNodesOfLayer = 12;
constexpr std::int64_t kNodesBeside = 12;

}  // namespace

// Ends a graph where the host has to compute, and begins the next one.
class DecodeGraphs::Recorder : public ExpertsElsewhere {
  public:
    Recorder(GpuSession& gpu, HostExperts* hostExperts) : gpu_(gpu), hostExperts_(hostExperts) {
        gpu_.beginCapture();
    }

    bool computes(std::int64_t layer) const override {
        return hostExperts_ != nullptr && hostExperts_->computes(layer);
    }
    bool begin(const Workspace::Views& device) override {
        hostExperts_->queueInputs(device);
        endGraph();
        gpu_.beginCapture();
        return !gpu_.hasFailed();
    }
    bool finish(const LayerWeights& layer, const Workspace::Views& device) override {
        endGraph();
        gpu_.beginCapture();
        hostExperts_->queueOutput(device);
        steps_.push_back({.layer = &layer, .device = device, .first = 0, .then = 0});
        return !gpu_.hasFailed();
    }

    Result<Class> end(std::int64_t largestPosition) {
        endGraph();
        if (failure_) return tl::unexpected(*failure_);
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            steps_[i].first = graphs_[2 * i + 1];
            steps_[i].then = graphs_[2 * i + 2];
        }
        return Class{largestPosition, graphs_.front(), std::move(steps_)};
    }

  private:
    void endGraph() {
        const auto graph = gpu_.endCapture();
        if (graph) {
            graphs_.push_back(*graph);
        } else if (!failure_) {
            failure_ = graph.error();
        }
    }

    GpuSession& gpu_;
    HostExperts* hostExperts_;
    std::vector<int> graphs_;  // the first one, then two for each step
    std::vector<HostStep> steps_;
    std::optional<Error> failure_;
};

std::uint64_t DecodeGraphs::plannedBytes(std::int64_t layers, std::int64_t positions) {
    std::int64_t classes = 1;
    for (std::int64_t end = kFirstClass; end < positions; end *= 2)
        ++classes;
    return static_cast<std::uint64_t>(classes * (layers * kNodesOfLayer + kNodesBeside)) *
           kGraphNodeBytes;
}

Result<void> DecodeGraphs::record(GpuSession& gpu, HostExperts* hostExperts, std::int64_t positions,
                                  const Pass& pass) {
    gpu_ = &gpu;
    hostExperts_ = hostExperts;
    for (std::int64_t end = kFirstClass;; end *= 2) {
        const std::int64_t largest = std::min(end, positions) - 1;
        Recorder recorder(gpu, hostExperts);
        // What is not being recorded would be done.
        if (!gpu.hasFailed()) pass(largest, &recorder);
        auto recorded = recorder.end(largest);
        if (!recorded) return tl::unexpected(recorded.error());
        classes_.push_back(std::move(*recorded));
        if (end >= positions) return {};
    }
}

void DecodeGraphs::replay(std::int64_t position) {
    const auto smallest = std::find_if(classes_.begin(), classes_.end(), [&](const Class& one) {
        return position <= one.largestPosition;
    });
    DSM_CHECK(smallest != classes_.end());
    gpu_->replay(smallest->begin);
    for (const HostStep& step : smallest->steps) {
        hostExperts_->mark();
        gpu_->replay(step.first);
        if (!hostExperts_->waitForMark()) return;
        hostExperts_->compute(*step.layer, step.device);
        gpu_->replay(step.then);
    }
}

}  // namespace dsm
