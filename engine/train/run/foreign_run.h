// Foreign run: what a run of another trainer left in a folder, so that it can be shown like one of
// our own: our DeepSpeed export, the transformers library's Trainer, PEFT.
//
//   trainer_state.json   of the folder, else of its newest checkpoint-STEP: log_history
//   event files          events.out.tfevents.* in the folder or up to three below it: tags that the
//                        state does not have
//   adapter              adapter_config.json beside its weights; else config.json beside weights in
//                        safetensors: a whole model; in the folder or a checkpoint of it
//
// Numbers go by the names that this program's runs have: train/loss, train/learning_rate,
// train/grad_norm, train/epoch, eval/loss.
//
// Threads  Any.
// Errors   NotFound: no folder, or neither numbers nor a result in it; those of the files, naming
//          them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "engine/model/adapter/adapter.h"
#include "kernels/base/result.h"

namespace dsm {

// By name, and by step.
using RunMetrics = std::map<std::string, std::map<std::int64_t, double>>;

struct ForeignRun {
    std::int64_t step = 0;   // the last that anything is known of
    std::int64_t steps = 0;  // of the whole run; 0: not known
    double epochs = 0;       // 0: not known
    double rate = 0;         // the highest learning rate; 0: not known
    RunMetrics metrics;
    bool hasAdapter = false;
    bool hasModel = false;       // a whole one
    LoraSettings lora = {};      // of the adapter
    std::string baseModel = {};  // that the adapter names; may be a folder, or a name elsewhere
};

Result<ForeignRun> readForeignRun(const std::filesystem::path& folder);

// What the event files of a folder hold; of a step that is there several times, the last.
Result<RunMetrics> readRunEvents(const std::filesystem::path& folder);

}  // namespace dsm
