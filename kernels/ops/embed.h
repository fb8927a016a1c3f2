// Embed: the rows of the embedding table that belong to the tokens.
//
//   x[t,:] = table[ids[t],:]
//
// Source    DeepSeekMoE (arXiv 2401.06066) section 2; embeddings and head are not tied.
// Letters   T tokens, D hidden size, V vocabulary.
// Ownership Borrows every view for the call; allocates nothing; overwrites x.
// Errors    None. An id outside [0, V) or a wrong shape is the caller's bug (CHECK).
// Parity    Exact.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/ops/shapes.h"

namespace dsm {

struct EmbedArgs {
    std::span<const std::int32_t> ids;  // [T]
    Weight table;                       // [V, D]
    Matrix<float> x;                    // [T, D] out
};

void checkShapes(const EmbedArgs& args, Memory memory = Memory::Host);

namespace reference {
void embed(OpContext& context, const EmbedArgs& args);
}
namespace cpu {
void embed(OpContext& context, const EmbedArgs& args);
}
namespace cuda {
void embed(OpContext& context, const EmbedArgs& args);
}

}  // namespace dsm
