// Train checkpoint: a folder from which a run goes on as if it had never stopped.
//
//   OUTPUT/checkpoint-STEP/
//     trainer_state.json     where the run stands (train_state.h)
//     optimizer.safetensors  F32: "values", "first", "second", each [n]: the numbers that learn, to
//                            the bit, and the moments of AdamW
//     and what the writer of the run's format adds, e.g. a PEFT adapter
//
// A checkpoint is written under another name, flushed to the disk and renamed: whatever stops the
// program, the folders called checkpoint-STEP are whole. Only then old ones are removed.
//
// Errors  Io, NotFound, Malformed (sizes), naming the path.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/train/train_state.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr const char* kOptimizerFileName = "optimizer.safetensors";

// Writes the model's own files into a folder that exists.
using WeightWriter = std::function<Result<void>(const std::filesystem::path& folder)>;

struct OptimizerNumbers {
    std::span<float> values, first, second;
};

std::string checkpointName(std::int64_t step);

Result<void> writeCheckpoint(const std::filesystem::path& output, const TrainState& state,
                             const OptimizerNumbers& numbers, const WeightWriter& weights);

// The steps that have a whole checkpoint, ascending.
std::vector<std::int64_t> checkpointSteps(const std::filesystem::path& output);
// What a run that was stopped in the middle of a checkpoint left behind.
void removeUnfinished(const std::filesystem::path& output);

// The newest that can be read, or none.
std::optional<std::filesystem::path> newestCheckpoint(const std::filesystem::path& output);

// Overwrites the numbers with the checkpoint's.
Result<void> readOptimizer(const std::filesystem::path& checkpoint,
                           const OptimizerNumbers& numbers);

// Keeps the newest `limit` (0: all) and the best.
void rotateCheckpoints(const std::filesystem::path& output, std::int64_t limit,
                       const std::string& best);

}  // namespace dsm
