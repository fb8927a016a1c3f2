// Train state: where a run stands, as trainer_state.json keeps it.
//
// The file has the keys of the transformers library's TrainerState, all of them and no other, so
// that TrainerState.load_from_json() and whatever else reads its files read this one. What only
// this program needs to go on stands where that class keeps what belongs to others, under
// stateful_callbacks / "deepseekmoe".
//
// Source  TrainerState of transformers 4.57.
// Errors  read: NotFound, Malformed, naming the file and the key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernels/base/result.h"

namespace dsm {

inline constexpr const char* kTrainStateName = "trainer_state.json";

struct LogEntry {
    std::int64_t step = 0;
    double epoch = 0;
    std::optional<double> loss;  // of training, with rate and gradNorm
    double rate = 0;
    double gradNorm = 0;  // before clipping
    std::optional<double> evalLoss;

    bool operator==(const LogEntry&) const = default;
};

// What decides every number of a run, by the names that people know: "learning_rate" -> "2e-05",
// "training data" -> a hash. Two runs with the same ones give the same bits.
using RunIdentity = std::map<std::string, std::string>;

// Intervals of the job that the transformers library's file states; for readers only.
struct StateIntervals {
    std::int64_t logSteps = 1, evalSteps = 0, saveSteps = 0, batchSamples = 1;

    bool operator==(const StateIntervals&) const = default;
};

struct TrainState {
    std::int64_t step = 0;  // done
    std::int64_t steps = 0;
    std::int64_t epochs = 0;
    double epoch = 0;
    std::optional<double> bestLoss;  // of evaluation
    std::string bestCheckpoint;      // its folder's name
    std::int64_t evaluationsWithoutGain = 0;
    double unloggedLoss = 0;  // of the steps since the last log entry
    std::int64_t unloggedSteps = 0;
    // An evaluation of this step was interrupted: it comes before the next step.
    bool evaluationDue = false;
    RunIdentity identity;
    std::vector<LogEntry> log;
    StateIntervals intervals;
    std::int64_t pieceTokens = 0;  // that a pass had at most (batch_plan.h); 0: no matter how many

    bool operator==(const TrainState&) const = default;
};

std::string writeTrainState(const TrainState& state);
Result<TrainState> parseTrainState(std::string_view json, const std::string& file);
Result<TrainState> readTrainState(const std::filesystem::path& checkpoint);

}  // namespace dsm
