// TrainOptions: what a run of fine-tuning is asked to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "engine/train/batch_plan.h"
#include "engine/train/schedule.h"
#include "engine/train/trainable_weights.h"

namespace dsm {

enum class OptimizerKind {
    AdamW,
    AdamW8,  // its moments in blocks of 8 bits
};

struct TrainOptions {
    TrainTargets targets;
    BatchOptions batches;  // its seed is the run's
    std::int64_t epochs = 3;
    std::int64_t maxSteps = 0;  // 0: what the epochs give
    ScheduleKind schedule = ScheduleKind::Cosine;
    double rate = 2e-5;
    std::int64_t warmupSteps = 0;
    OptimizerKind optimizer = OptimizerKind::AdamW;
    double decay = 0;
    double maxGradNorm = 1;     // 0: gradients are not clipped
    double balance = 0.001;     // alpha of the balance loss; 0: off
    bool checkpointing = true;  // of activations
    bool meanOfMeans = false;
    std::int64_t logSteps = 1;
    std::int64_t saveSteps = 0;  // 0: at the end of each epoch
    // Also when so much time has passed since the last one; 0: not.
    std::chrono::duration<double> saveEvery{0};
    // Of those that saveSteps asked for; 0: all. Of the others the newest and the best are kept.
    std::int64_t saveLimit = 0;
    // 0: at the end of each epoch, where there is something to evaluate.
    std::int64_t evalSteps = 0;
    std::int64_t patience = 0;  // evaluations without gain before the run ends; 0: it goes on
    std::filesystem::path output;
    // Of a run on a GPU: what the optimizer keeps lies in the computer's memory, pinned, where each
    // step reads and writes it. Its numbers are the same.
    bool momentsOnHost = false;
    // Of a run on a GPU: the routed experts for which it has no room may stay in the computer's
    // memory, and its processor computes them; and of how many MoE layers, the last ones, they do.
    bool expertsMayStay = false;
    std::int64_t hostLayers = 0;
    std::int64_t leastHostLayers = 0;  // that stay even where there is room
};

}  // namespace dsm
