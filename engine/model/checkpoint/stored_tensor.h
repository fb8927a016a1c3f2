// How a weight of each type lies in a checkpoint: what the loader reads and converters write.
//
//   F32 F16 BF16  X.weight, in its own dtype and shape
//   Q8 Q4         X.weight, U8 [panels, bytes of a panel] (weight_blocks.h); which of the two it is
//                 follows from the second extent
//   NF4           X.weight, U8 [(weights + 1) / 2, 1] (nf4.h), and beside it
//                 X.weight.absmax                 F32 [blocks], or U8 [blocks] where scales are
//                                                 quantised themselves; then also
//                 X.weight.nested_absmax          F32 [blocks / 256, rounded up]
//                 X.weight.nested_quant_map       F32 [256]
//                 X.weight.quant_map              F32 [16], the levels
//                 X.weight.quant_state.bitsandbytes__nf4   U8, JSON
//
// A file may mix types from tensor to tensor. Norms and routers are F32, F16 or BF16 always.
//
// Source  NF4 is what bitsandbytes (QuantState.as_dict) writes. Written here, its JSON ends in
//         spaces that bring it to kQuantStateBytes, so that what follows keeps its boundary.
// Errors  findStored(): NotFound, Malformed (shape), Unsupported (type, block size, levels), naming
//         the file and the tensor.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/format/checkpoint.h"
#include "engine/format/safetensors_writer.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/dtype.h"
#include "kernels/base/nf4.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::size_t kQuantStateBytes = 320;

constexpr bool staysPlain(TensorKind kind) {
    return kind == TensorKind::InputNorm || kind == TensorKind::PostAttentionNorm ||
           kind == TensorKind::FinalNorm || kind == TensorKind::Router;
}

constexpr std::int64_t nf4Blocks(std::int64_t weights) {
    return (weights + kNf4BlockWeights - 1) / kNf4BlockWeights;
}
constexpr std::int64_t nf4NestedBlocks(std::int64_t weights) {
    return (nf4Blocks(weights) + kNf4NestedBlock - 1) / kNf4NestedBlock;
}

// Of the weight in memory, the scales included. `nestedScales` matters for NF4 alone.
std::uint64_t weightBytes(const TensorSpec& spec, DType type, bool nestedScales);

// The tensors of a file that hold this weight, in the order in which their bytes are written.
std::vector<TensorDeclaration> declareStored(const TensorSpec& spec, DType type, bool nestedScales);

// Whether what is written after these tensors starts on a 64-byte boundary where they did. Written
// first, such weights all lie on one, as products with Q8 and Q4 want them.
bool keepsBoundary(const TensorSpec& spec, DType type, bool nestedScales);

// What X.weight.quant_state.bitsandbytes__nf4 holds, kQuantStateBytes of it. `dtypeName` is that of
// the original weights as PyTorch calls it; with a nested offset where scales are nested.
std::string nf4QuantState(const TensorSpec& spec, const std::string& dtypeName,
                          std::optional<float> nestedOffset);

// A weight as it lies in the mapped file; on any address.
struct StoredTensor {
    DType type = DType::BF16;
    std::span<const std::byte> data;
    // Of NF4. Either absmax or the three nested parts.
    std::span<const std::byte> absmax, absmaxCode, nestedAbsmax, nestedMap;
    float offset = 0;
    std::vector<std::string> names;  // of every tensor it is made of
};

Result<StoredTensor> findStored(const Checkpoint& checkpoint, const TensorSpec& spec);

}  // namespace dsm
