// The keys of config.json that ModelConfig does not hold: those of which one value alone is this
// architecture, and those that change no number here. Any other key is refused by name: what it
// asks for would be left out in silence.
//
// Source  PretrainedConfig of Hugging Face transformers 4 and 5; configuration_deepseek.py of
//         deepseek-ai/deepseek-moe-16b-base and of its successors.
// Errors  Unsupported, naming the file and the key.
#pragma once

#include "engine/format/json_field.h"
#include "kernels/base/result.h"

namespace dsm {

// `root` is an object. A key that is null says nothing, whatever its name.
Result<void> checkOtherKeys(const JsonField& root);

}  // namespace dsm
