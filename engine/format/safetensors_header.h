// The header of a safetensors file: its JSON, turned into a checked list of tensors.
//
// Private to engine/format; the format itself is described in safetensors.h.
//
// Errors  Malformed, naming the file and, where it is one's, the tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/format/tensor_info.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::size_t kSafetensorsLengthBytes = 8;  // of the header, before it

struct SafetensorsHeader {
    std::vector<TensorInfo> tensors;  // in order of their bytes
    std::map<std::string, std::string> metadata;
};

// `dataBytes` is what follows the header in the file: the tensors must cover it exactly.
Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, std::uint64_t dataBytes,
                                                 const std::string& file);

}  // namespace dsm
