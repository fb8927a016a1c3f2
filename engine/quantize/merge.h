// Merges a LoRA adapter into the model it belongs to: a checkpoint folder in bfloat16 that loads
// anywhere, without adapters.
//
//   W + scaling * B A          in float32, checked to be finite, rounded once to bfloat16
//
// Norms and routers keep the type they are stored in, or are float32 where the adapter has saved
// them whole; other weights that it has saved are rounded to bfloat16. Weights in fewer bits than
// 16 are refused: merge into the model that they were made from. Merged weights are best not
// quantised to 4 bits again, where what was learnt is lost in the rounding.
//
// Tensors stream one after the other, from mapped files that are given back as they are read.
// config.json, which makes the folder a model, is written last.
//
// Memory    The factors of one module, and about 30 MB.
// Errors    Those of reading the model and the adapter; Unsupported: quantised weights; Io: `out`
//           holds something, or the disk is too small, with numbers, before anything is written;
//           Malformed: a merged weight is not finite, naming the tensor. Whatever ends a merge
//           early, Cancelled too, takes along what it had written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "engine/model/pass/weights.h"
#include "kernels/base/result.h"

namespace dsm {

struct MergeOptions {
    std::filesystem::path model;
    std::filesystem::path adapter;
    std::filesystem::path out;
    float scale = 1;  // of the adapter
    int threads = 0;  // 0: one per core
    std::uint64_t maximumShardBytes = 5'000'000'000;
};

Result<void> mergeAdapter(const MergeOptions& options, const ProgressSink& progress,
                          std::stop_token stop);

}  // namespace dsm
