// Token ids as the files of a model state them: one, or a list of them.
//
// Errors  Malformed, naming the file and the key: an empty list, what is no whole number, an id
//         outside the vocabulary.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/format/json_field.h"
#include "kernels/base/result.h"

namespace dsm {

// At least one id, each once, in the file's order.
Result<std::vector<std::int32_t>> readTokenIds(const JsonField& field, std::int64_t vocabSize);

}  // namespace dsm
