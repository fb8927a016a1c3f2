// Converts a checkpoint folder to a preset's types: `out` becomes a folder that loads like any
// other, with config.json, safetensors files, their index, and the tokenizer's files.
//
// Tensors stream one after the other. Each finished file is recorded (conversion_state.h): where a
// conversion is cancelled or killed, the next call with the same options goes on after the last
// finished file, and what it writes is the same to the byte. A folder that is finished is
// recognised and left alone. config.json, which makes the folder a model, is written last.
//
// Memory    About 30 MB besides mapped pages of the source, which are given back as they are read.
// Threads   One conversion per `out`, also between programs: a second one is refused.
// Errors    Those of reading the source; Unsupported: it is converted already; Io: `out` holds
//           something else, is in use, or the disk is too small, with numbers, before anything is
//           written; Malformed: a weight is not finite. Cancelled keeps what is finished; a source
//           that is cut while it is read (Io) takes all of it along.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

#include "engine/model/checkpoint/preset.h"
#include "engine/model/pass/weights.h"
#include "engine/quantize/calibration.h"
#include "kernels/base/result.h"

namespace dsm {

struct ConvertOptions {
    std::filesystem::path source;
    Preset preset = Preset::Q4;
    std::filesystem::path out;
    int threads = 0;                           // 0: one per core
    const Calibration* calibration = nullptr;  // not owned; of Q4 weights
    std::uint64_t maximumShardBytes = 2'000'000'000;
    // Bytes that may still be written to a folder; none: what the system says.
    std::function<std::uint64_t(const std::filesystem::path&)> freeBytes = {};
};

// Where it ends before its end, the last share that is told is that of the files that are finished:
// what the next one goes on after.
Result<void> convertCheckpoint(const ConvertOptions& options, const ProgressSink& progress,
                               std::stop_token stop);

}  // namespace dsm
