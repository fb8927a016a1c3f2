// The value of quantization_config in config.json: who converted the weights, and how.
//
// Errors  Malformed, and Unsupported for methods and versions whose tensors cannot be read; they
//         name the file and the key.
#pragma once

#include "engine/format/json_field.h"
#include "engine/model/checkpoint/config.h"
#include "kernels/base/result.h"

namespace dsm {

Result<Quantization> readQuantization(const JsonField& field);

}  // namespace dsm
