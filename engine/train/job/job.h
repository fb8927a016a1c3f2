// Job: a fine-tuning run as a JSON file says it.
//
//   {
//     "model": "FOLDER",                      "output": "FOLDER",
//     "data": "FILE" | ["FILE", ..],          "template": "chat" | "reference" | "raw",
//     "system": "",                           of rows that have no system text; template chat only
//     "columns": {"instruction": "question"}, "max_length": 1024,
//     "history": "trained" | "context",       the answers before the last of a conversation
//     "edits": false,                         true: with the FILE.edits.json beside the data
//     "eval_data": "FILE" | ["FILE", ..]      or "eval_share": 0.05,
//     "method": "lora" | "full",
//     "targets": "attention" | "attention+shared" | "all" | ["q_proj", ..],
//     "modules_to_save": ["embed_tokens", "lm_head"],
//     "rank": 8, "alpha": 32, "dropout": 0.0, "rslora": false,
//     "epochs": 3, "max_steps": 0, "batch_size": 16, "accumulation": 4,
//     "packing": false, "group_by_length": false,
//     "learning_rate": 2e-5, "schedule": "cosine" | "linear" | "constant", "warmup_steps": 10,
//     "optimizer": "adamw" | "adamw_8bit",    its moments in float32, or in blocks of 8 bits
//     "weight_decay": 0, "max_grad_norm": 1, "balance_loss": 0.001,
//     "loss": "tokens" | "mean_of_means", "activation_checkpointing": true, "seed": 42,
//     "log_steps": 1, "save_steps": 0, "save_minutes": 30, "save_limit": 0, "eval_steps": 0,
//     "patience": 0, "eval_at_start": false,
//     "sample_prompts": ["What is ..?", ..], "sample_tokens": 128, "threads": 0,
//     "gpu_layers": "all" | "fit"             whose experts a GPU computes; fit: as many as it has
//                                             room for, and the CPU the others'
//   }
//
// model, output and data must be there; every other key has the value that stands here where two
// are not offered, else the first. Relative paths count from the job's own folder. An unknown key
// is refused, with the nearest known one. The table of all keys: job_keys.h.
//
// Errors  NotFound, Malformed, naming the file, the key and what was expected.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/train/trainer.h"
#include "kernels/base/result.h"

namespace dsm {

struct TrainJob {
    std::filesystem::path model;
    std::vector<std::filesystem::path> data;
    std::vector<std::filesystem::path> evalData;  // empty: a share of the data, or nothing
    double evalShare = 0;
    std::string sampleTemplate = "chat";
    std::string systemText;
    bool appliesEdits = false;
    std::map<std::string, std::string> columns;
    std::string history = "trained";
    std::int64_t maxLength = 1024;
    TrainOptions options;      // output included
    bool evalAtStart = false;  // measures what is known before anything is learned
    // Answered before the first step and at each checkpoint (prompt_samples.h).
    std::vector<std::string> samplePrompts;
    std::int64_t sampleTokens = 128;  // of an answer, at most
    int threads = 0;
};

Result<TrainJob> parseJob(std::string_view json, const std::string& file,
                          const std::filesystem::path& folder);
Result<TrainJob> readJob(const std::filesystem::path& path);

}  // namespace dsm
