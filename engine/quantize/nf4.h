// NF4, as bitsandbytes quantises: float32 arithmetic in its order, so that the bytes are the same.
//
//   absmax[b] = max |weight| over block b of 64
//   code[i]   = the level nearest to weight[i] * (1 / absmax[i / 64]); in a block of zeros, 0's
//   nested:     offset = mean of absmax, and absmax - offset in blocks of 256 the same way, with
//               the 256 values of nf4NestedMap() for levels
//
// Source  QLoRA, arXiv 2305.14314; bitsandbytes 0.50 (functional.py, backends/default/ops.py). One
//         thing differs: the mean is summed in float64, there in float32 in an order that depends
//         on the machine; its last bit may differ.
// Errors  None; weights that are not finite are the caller's to refuse.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/model/checkpoint/tensor_table.h"

namespace dsm {

// `weights` begins at a block's start; codes has (weights + 1) / 2 bytes, absmax one per block.
void quantizeNf4(std::span<const float> weights, std::span<std::uint8_t> codes,
                 std::span<float> absmax);

// From the least to 1.
const std::array<float, 256>& nf4NestedMap();

struct NestedNf4Scales {
    std::vector<std::uint8_t> code;  // one per absmax
    std::vector<float> absmax;       // one per 256 of them
    float offset = 0;
};
NestedNf4Scales nestNf4Scales(std::span<const float> absmax);

// What a file holds beside the codes of a weight, in the order of declareStored(). `dtypeName` is
// PyTorch's name for the type of the weights before.
std::vector<std::vector<std::byte>> nf4ScaleParts(const TensorSpec& spec,
                                                  const std::string& dtypeName,
                                                  std::span<const float> absmax, bool nested);

}  // namespace dsm
