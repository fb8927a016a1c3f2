// Run identity: what decides every number of a run, so that a checkpoint is gone on with by the
// same run alone, and another is refused with what differs.
//
//   settings        by the keys of a job (job.h), those alone that change a number
//   training data   how many samples, and a hash of all their tokens and labels: the file's place
//                   and date count for nothing, template, columns and tokenizer show in the tokens
//   base model      a hash (XXH3, 128 bits) of the config's numbers and of every byte of every
//                   weight: other files of the same weights in the same form are the same model; a
//                   model of which a single bit is another, or its form, is not
//
// The weights are read once from front to back; they are in memory, where this is a matter of
// seconds for 33 GB. Nothing is cached by a file's size and date, which a copy can keep.
//
// Errors  Cancelled; those of the data; Io where a file of the weights was cut.
#pragma once

#include <stop_token>
#include <string>

#include "engine/model/checkpoint/config.h"
#include "engine/model/pass/weights.h"
#include "engine/train/dataset.h"
#include "engine/train/state/train_state.h"
#include "engine/train/train_options.h"
#include "kernels/base/result.h"

namespace dsm {

// `evaluation` may be nullptr.
Result<RunIdentity> runIdentity(const ModelConfig& config, const Weights& weights,
                                const TrainOptions& options, const Dataset& training,
                                const Dataset* evaluation, const std::stop_token& stop);

// "rank was 8 and is 16; seed was 1 and is 2", or nothing where they are equal.
std::string differences(const RunIdentity& before, const RunIdentity& now);

}  // namespace dsm
