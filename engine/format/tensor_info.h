// One tensor of a safetensors file: its name, type and shape, and where its bytes are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dsm {

struct TensorInfo {
    std::string name;
    std::string dtypeName;            // as in the file: "BF16"
    std::vector<std::int64_t> shape;  // empty for a single number
    std::uint64_t begin = 0;          // of its bytes, from the first tensor byte of the file
    std::uint64_t end = 0;

    std::uint64_t sizeBytes() const { return end - begin; }
};

// Bits of one element, or none for a name the format does not know.
std::optional<std::uint64_t> dtypeBits(std::string_view dtypeName);

// shape x dtype in bytes; none where it overflows, is no whole number of bytes, has a negative
// extent or an unknown dtype.
std::optional<std::uint64_t> tensorBytes(std::string_view dtypeName,
                                         std::span<const std::int64_t> shape);

}  // namespace dsm
