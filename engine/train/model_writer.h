// Writes what has learned: an adapter as the PEFT library reads it, or a model as a checkpoint
// folder in the Hugging Face layout, every tensor in the type that config.json names, with what
// belongs to the model beside it (model_files.h).
//
// Memory  Two megabytes: numbers stream from where they learned.
// Errors  Io, NotFound, naming the path; Malformed where a number is not finite, naming its tensor.
#pragma once

#include <cstdint>
#include <filesystem>

#include "engine/train/trainable_weights.h"
#include "kernels/base/result.h"

namespace dsm {

// `source` is the folder that the model was loaded from; `folder` exists and holds no checkpoint.
Result<void> writeTrainedModel(const std::filesystem::path& folder,
                               const std::filesystem::path& source, const ModelConfig& config,
                               const TrainableWeights& weights);
// Makes the folder where it is missing. `base` is what the adapter says it belongs to.
Result<void> writeTrainedAdapter(const std::filesystem::path& folder,
                                 const std::filesystem::path& base, const ModelConfig& config,
                                 const TrainableWeights& weights);

// What either takes on the disk, without files of the tokenizer.
std::uint64_t resultBytes(const ModelConfig& config, const TrainTargets& targets,
                          std::int64_t learning);

}  // namespace dsm
