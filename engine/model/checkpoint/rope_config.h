// Rotary positions as config.json states them, in the words of transformers 4 and of 5.
//
//   4   "rope_theta": 10000, "rope_scaling": null or {"rope_type" or "type": "default"}
//   5   "rope_parameters": {"rope_type": "default", "rope_theta": 10000}, or the same for each type
//       of layer, {"full_attention": {..}}, of which this architecture has the one
//
// Scaled positions (linear, dynamic, yarn, longrope, llama3 and whatever comes) are refused by
// name, and so is a base that is stated twice, differently.
//
// Source  modeling_rope_utils.py of Hugging Face transformers.
// Errors  NotFound: no base anywhere. Malformed, Unsupported. Messages name the file and the key.
#pragma once

#include "engine/format/json_field.h"
#include "kernels/base/result.h"

namespace dsm {

// `root` is the object of the whole file.
Result<double> readRopeTheta(const JsonField& root);

}  // namespace dsm
