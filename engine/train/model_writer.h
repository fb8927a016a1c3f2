// Writes a model that learned in full as a checkpoint folder in the Hugging Face layout: every
// tensor in the type that config.json names, and the files beside the weights as they were.
//
// Errors  Io, NotFound, naming the path; Malformed where a number is not finite, naming its tensor.
#pragma once

#include <filesystem>

#include "engine/train/trainable_weights.h"
#include "kernels/base/result.h"

namespace dsm {

// `source` is the folder that the model was loaded from; `folder` exists and holds no checkpoint.
Result<void> writeTrainedModel(const std::filesystem::path& folder,
                               const std::filesystem::path& source, const ModelConfig& config,
                               const TrainableWeights& weights);

}  // namespace dsm
