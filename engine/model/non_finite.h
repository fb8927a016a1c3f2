// Non-finite numbers: where a model's numbers turn into NaN or infinity, once its logits have.
//
// A pass pays for nothing but a look at the logits it is asked for. When they are not finite, the
// text is read once more, with a look at the residual stream after each part of each layer; the
// weights of the part at which it stops being finite are then searched; those of a GPU are copied
// back for that, one after the other.
//
// Letters   D hidden size.
// Threads   The model's. The model's context is empty afterwards.
// Errors    None; a place that is not found, or not before the stop, is not named.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>

#include "engine/model/model.h"
#include "kernels/base/finite.h"
#include "kernels/base/result.h"

namespace dsm {

// Why reading `ids` ended in logits that are not finite, for people: the part of the model, the
// layer and the weight where that begins, and what to do.
Error explainNonFinite(Model& model, std::span<const std::int32_t> ids,
                       const std::stop_token& stop);

}  // namespace dsm
