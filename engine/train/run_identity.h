// Run identity: what decides every number of a run, so that a checkpoint is gone on with by the
// same run alone, and another is refused with what differs.
//
//   settings        by the keys of a job (job.h), those alone that change a number
//   training data   how many samples, and a hash of all their tokens and labels: the file's place
//                   and date count for nothing, template, columns and tokenizer show in the tokens
//   base model      a hash of the config's numbers and of weights of every tensor, 1,024 drawn from
//                   each: other files of the same weights are the same model, other weights of the
//                   same shapes are not. A change of a few single weights is not seen.
//
// Errors  Cancelled; those of the data.
#pragma once

#include <stop_token>
#include <string>

#include "engine/model/checkpoint/config.h"
#include "engine/model/pass/weights.h"
#include "engine/train/dataset.h"
#include "engine/train/train_state.h"
#include "kernels/base/result.h"

namespace dsm {

struct TrainOptions;

// `evaluation` may be nullptr.
Result<RunIdentity> runIdentity(const ModelConfig& config, const Weights& weights,
                                const TrainOptions& options, const Dataset& training,
                                const Dataset* evaluation, const std::stop_token& stop);

// "rank was 8 and is 16; seed was 1 and is 2", or nothing where they are equal.
std::string differences(const RunIdentity& before, const RunIdentity& now);

}  // namespace dsm
