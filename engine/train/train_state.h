// Train state: where a run stands, as trainer_state.json keeps it.
//
// The keys of the transformers library (global_step, epoch, max_steps, best_metric, log_history,
// ..) keep their meaning, so that tools which read its file read this one; what only this program
// needs to go on stands under "deepseekmoe".
//
// Errors  read: NotFound, Malformed, naming the file and the key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
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
    std::string job;  // what must be equal to go on: options and data, in hexadecimal
    std::vector<LogEntry> log;

    bool operator==(const TrainState&) const = default;
};

std::string writeTrainState(const TrainState& state);
Result<TrainState> parseTrainState(std::string_view json, const std::string& file);
Result<TrainState> readTrainState(const std::filesystem::path& checkpoint);

}  // namespace dsm
