// Train checkpoint: a folder from which a run goes on as if it had never stopped.
//
//   OUTPUT/checkpoint-STEP/
//     trainer_state.json     where the run stands (train_state.h)
//     optimizer.safetensors  F32: "values", "first", "second", each [n]: the numbers that learn, to
//                            the bit, and the moments of AdamW; of moments of 8 bits "first" and
//                            "second" are U8 [n], with "first_scale" and "second_scale", F32
//     checkpoint.sha256      what `sha256sum --check` reads: the hashes of both
//     automatic              there where nobody asked for this one: it goes when a newer one is
//                            whole, unless it is the best
//     and what the writer of the run's format adds, e.g. a PEFT adapter
//
// A checkpoint is written under another name, flushed to the disk and renamed: whatever stops the
// program, the folders called checkpoint-STEP are whole. Only then old ones are removed. What the
// disk changed afterwards shows in the hashes. One that could not be written is taken away, and what
// was there before stays.
//
// Memory  A megabyte beside what is saved; pages that were read are given back.
// Errors  Io, NotFound, Malformed (sizes, hashes), naming the path.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/train/state/checkpoint_name.h"
#include "engine/train/state/train_state.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr const char* kOptimizerFileName = "optimizer.safetensors";
inline constexpr const char* kCheckpointHashesName = "checkpoint.sha256";

// Writes the model's own files into a folder that exists.
using WeightWriter = std::function<Result<void>(const std::filesystem::path& folder)>;

struct OptimizerNumbers {
    std::span<float> values;
    std::span<float> first, second;  // moments; of 8 bits the scales of blocks
    std::span<std::uint8_t> firstCodes = {}, secondCodes = {};  // of 8 bits alone
};

Result<void> writeCheckpoint(const std::filesystem::path& output, const TrainState& state,
                             const OptimizerNumbers& numbers, const WeightWriter& weights,
                             bool isAutomatic);

// The steps that have a checkpoint, ascending.
Result<std::vector<std::int64_t>> checkpointSteps(const std::filesystem::path& output);
// What a run that was stopped in the middle of a checkpoint left behind.
void removeUnfinished(const std::filesystem::path& output);

// Whether every byte that a run goes on from is as it was written.
Result<void> checkCheckpoint(const std::filesystem::path& checkpoint);

struct NewestCheckpoint {
    std::optional<std::filesystem::path> folder;  // none: no checkpoint, or none that is whole
    std::vector<std::string> damaged;             // the newer ones, each with what is wrong
};
NewestCheckpoint newestCheckpoint(const std::filesystem::path& output);

// Overwrites the numbers with the checkpoint's.
Result<void> readOptimizer(const std::filesystem::path& checkpoint,
                           const OptimizerNumbers& numbers);

// Keeps the best, the newest, and the newest `limit` (0: all) of those that were asked for.
void rotateCheckpoints(const std::filesystem::path& output, std::int64_t limit,
                       const std::string& best);

}  // namespace dsm
