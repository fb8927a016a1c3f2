// Calibrates on a text: runs the model over it and measures the inputs of every weight.
//
// Runs in chunks of the model's context, each from its beginning. An expert that few tokens chose
// is told mostly what its layer's tokens look like: its own sum counts beside kPriorTokens tokens
// of the layer's mean.
//
// Memory  The model's own, and 8 bytes for each input of each expert.
// Errors  Those of loading the model; Malformed: its numbers are not finite; Cancelled.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>

#include "engine/model/model.h"
#include "engine/quantize/calibration.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr double kPriorTokens = 16;

// `ids` is not empty and holds ids of the vocabulary only (CHECK).
Result<Calibration> calibrate(const ModelOptions& model, std::span<const std::int32_t> ids,
                              const ProgressSink& progress, const std::stop_token& stop);

}  // namespace dsm
