// Training GPU: a GPU that a model learns on: the session, the model's weights there, and the memory
// that a run works in.
//
//   open(), then place() once it is known that everything fits (gpu_fit.h)
//
// Ownership Owns all of it; what lies in its memory goes before it.
// Threads   One at a time.
// Errors    Those of gpu_session.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "engine/model/device/device_plan.h"
#include "engine/model/pass/weights.h"
#include "kernels/base/thread_pool.h"
#include "kernels/cuda/gpu_work_memory.h"

namespace dsm {

class TrainingGpu {
  public:
    // `threads` bring weights there.
    static Result<std::unique_ptr<TrainingGpu>> open(int gpu, int threads);

    const CudaDevice& device() const { return session_->device(); }
    std::uint64_t freeBytes() const { return freeBytes_; }  // when it was opened
    // What it has less now, by its driver; none where it does not say.
    std::optional<std::uint64_t> takenBytes() const;
    // Moves weights that were loaded for the GPU alone; the routed experts of the last `hostLayers`
    // MoE layers stay where they are.
    Result<void> place(Weights weights, const ProgressSink& progress, const std::stop_token& stop,
                       std::int64_t hostLayers = 0);

    const Weights& weights() const { return *weights_; }
    GpuSession& session() { return *session_; }
    WorkMemory& memory() { return *memory_; }
    WorkMemory& pinnedMemory() { return memory_->pinned(); }
    GpuRecordings& recordings() { return memory_->recordings(); }

  private:
    explicit TrainingGpu(int threads) : pool_(threads) {}

    ThreadPool pool_;
    std::unique_ptr<GpuSession> session_;
    std::uint64_t freeBytes_ = 0;
    std::unique_ptr<GpuWorkMemory> memory_;
    std::optional<Weights> weights_;
};

// Which part of a model lies on a GPU where the routed experts of so many MoE layers stay.
DevicePlan trainingPlan(const DeviceWeightSizes& sizes, std::int64_t hostLayers);
// Brings those experts into the memory of the host.
Result<void> keepExpertsOnHost(const Weights& weights, std::int64_t hostLayers,
                               const std::stop_token& stop);

}  // namespace dsm
