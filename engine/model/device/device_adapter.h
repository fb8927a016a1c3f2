// Device adapter: an adapter's numbers on a GPU, for the weights that lie there, and what products
// over its factors work in. Weights whose routed experts the processor computes keep the factors in
// the memory of the host.
//
// The factors of one matrix of all routed experts of a layer lie at a fixed distance, filled up with
// zeros to the largest rank among them; where experts' scalings differ, B is stored times its share
// of the largest. Modules saved whole lie there in float32.
//
// Letters   A active experts, T tokens of a pass, r the largest rank.
// Ownership Owns the memory on the GPU; borrows nothing of the adapter once it is made.
// Threads   The session's.
// Errors    Unsupported, naming the module: a whole matrix of a gated unit, since those of a layer
//           have one type on a GPU. OutOfMemory with numbers. Those of gpu_session.h.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "engine/model/adapter/adapter.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "engine/model/device/device_plan.h"
#include "engine/model/pass/weights.h"
#include "kernels/base/result.h"
#include "kernels/cuda/gpu_session.h"
#include "kernels/cuda/gpu_transfer.h"

namespace dsm {

class DeviceAdapter {
  public:
    // Where an adapter goes.
    struct Place {
        const ModelConfig& config;
        const DevicePlan& plan;
        GpuSession& gpu;
        GpuTransfer& transfer;
    };
    // The adapter was read for this config.
    static Result<std::unique_ptr<DeviceAdapter>> make(const LoraAdapter& adapter,
                                                       const Place& place);

    // Points the weights' views of this adapter (Weights::useAdapter()) to the GPU, times `scale`.
    void pointTo(Weights& weights, float scale);

    std::span<float> working() const { return working_; }
    std::uint64_t sizeBytes() const { return bytes_; }

  private:
    // One weight, or the same matrix of all routed experts of a layer.
    struct Group {
        std::vector<TensorSpec> specs;
        std::vector<const LoraModule*> modules;  // nullptr: none
        std::int64_t rank = 0;
        float scaling = 0;
        float* a = nullptr;
        float* b = nullptr;

        std::int64_t rows() const { return specs.front().rows; }
        std::int64_t cols() const { return specs.front().cols; }
        std::int64_t count() const { return static_cast<std::int64_t>(specs.size()); }
        std::int64_t aNumbers() const { return count() * rank * cols(); }
        std::int64_t bNumbers() const { return count() * rows() * rank; }
        std::vector<float> numbersOfA() const;
        std::vector<float> numbersOfB() const;
    };
    struct Whole {
        TensorSpec spec;
        const SavedModule* module = nullptr;
        float* data = nullptr;
    };

    DeviceAdapter() = default;
    Result<void> collect(const LoraAdapter& adapter, const ModelConfig& config,
                         const DevicePlan& plan);
    Result<void> allocate(const Place& place);
    Result<void> bring(const Place& place);

    std::vector<Group> groups_;
    std::vector<Whole> whole_;
    std::uint64_t bytes_ = 0;
    GpuBlock memory_;
    std::span<float> working_;
    std::deque<LowRank> views_;
};

}  // namespace dsm
