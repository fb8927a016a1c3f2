// Presets: which type each tensor of a model is stored in, by a name that users choose.
//
//   bf16        everything in 16 bits, as published
//   q8          8.5 bits
//   q4          routed experts 4.5 bits, the other matrices 8.5 bits
//   q4-small    4.5 bits
//   nf4         the matrices of the layers as NF4, embedding and head in bf16; 4.5 bits
//   nf4-double  the same with scales that are quantised themselves; 4.127 bits
//
// Norms and the router are small and decide much: no preset touches them.
//
// Source  Widths: DeepSeek-V2-Lite, whose experts are the same, loses 2.5 % of perplexity in 4-bit
//         blocks and nothing measurable in 8-bit ones. NF4: what bitsandbytes would quantise.
// Errors  None.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/dtype.h"

namespace dsm {

enum class Preset { Bf16, Q8, Q4, Q4Small, Nf4, Nf4Double };

inline constexpr std::array kPresets{Preset::Bf16,    Preset::Q8,  Preset::Q4,
                                     Preset::Q4Small, Preset::Nf4, Preset::Nf4Double};

std::string_view name(Preset preset);
std::optional<Preset> presetNamed(std::string_view name);

// BF16 for what the preset leaves alone.
DType storedType(TensorKind kind, Preset preset);
constexpr bool hasNestedScales(Preset preset) {
    return preset == Preset::Nf4Double;
}

// What config.json says of weights stored so; nothing for bf16.
std::optional<Quantization> quantizationOf(Preset preset, const std::string& sourceSha256);

// Bytes of the weights in memory, where what the preset leaves alone is BF16.
std::uint64_t presetBytes(const ModelConfig& config, Preset preset);

}  // namespace dsm
