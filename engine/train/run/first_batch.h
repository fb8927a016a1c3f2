// First batch: what the first step of a run was fed, token by token, with what of it was learnt, as
// it is kept beside the run.
//
//   first_batch.json   {"batches": [[sample, ..], ..], "samples": 64, "left_out": 0}
//                      micro-batches in their order; of all samples those beyond kSamplesKept are
//                      left out
//                      sample: {"tokens": 12, "trained": 5,
//                               "parts": [{"text": "..", "trained": true, "token": true}, ..]}
//                      "token": a special token, by its name
//
// Taken from the batch itself, not from the data: the parts are what went into the model, and the
// trained ones those that had a target.
//
// Threads   Any.
// Errors    Io.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "engine/text/tokenizer.h"
#include "engine/train/token_batch.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr const char* kFirstBatchName = "first_batch.json";
inline constexpr std::int64_t kSamplesKept = 64;

Result<void> writeFirstBatch(const std::filesystem::path& folder,
                             std::span<const TokenBatch> batches, const Tokenizer& tokenizer);

}  // namespace dsm
