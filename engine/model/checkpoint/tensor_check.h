// The check of a checkpoint against the table of tensors, before anything is read of it.
#pragma once

#include "engine/format/checkpoint.h"
#include "engine/model/checkpoint/config.h"
#include "kernels/base/result.h"

namespace dsm {

// Checks that the checkpoint holds every tensor of the table, in the shape that the config states
// and a type that can be read (stored_tensor.h), the same for the experts of a layer, and nothing
// that would be silently left out of the computation: no bias, no layer or expert beyond those of
// the config, no other tensor in a layer. Other unknown tensors are logged and left alone.
//
// Errors  NotFound, Malformed (shape), Unsupported (type, bias, beyond the config), naming the file
//         and the tensor.
Result<void> checkTensors(const Checkpoint& checkpoint, const ModelConfig& config);

}  // namespace dsm
