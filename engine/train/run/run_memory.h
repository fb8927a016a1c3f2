// Run memory: what a job would keep, and in which memory, before anything of it has been read but
// the model's config: as if every sample were as long as the job allows.
//
// A run that a GPU has no room for trains on the CPU (training_run.h); the plan is of that then, and
// says what the GPU lacked.
//
// Threads  Any. Looking for a GPU wakes its driver: up to seconds.
// Errors   Those of the config, the checkpoint and targets that do not fit.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/train/gpu_fit.h"
#include "engine/train/job/job.h"
#include "engine/train/train_memory.h"
#include "kernels/base/reason.h"

namespace dsm {

struct RunMemoryPlan {
    TrainMemory memory;                    // without the program's own
    std::optional<DeviceMemory> gpu = {};  // that the memory is of; none: the computer's
    std::uint64_t reserveBytes = 0;        // of the GPU, left for its driver
    // Of the model's MoE layers, those whose routed experts the CPU computes beside the GPU.
    std::int64_t hostLayers = 0;
    std::int64_t moeLayers = 0;
    std::int64_t pieceTokens = 0;  // that a batch is computed in, where it has more; 0: as a whole
    Reason refusal = {};           // why the GPU that is there does not train
};

// The GPU that a run would choose now; none: there is none that can be used.
std::optional<DeviceMemory> gpuForTraining();

Result<RunMemoryPlan> planMemory(const TrainJob& job, const std::optional<DeviceMemory>& gpu);

}  // namespace dsm
