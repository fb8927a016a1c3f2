// Forward: the tokens through every layer, and the logits of the last of them.
//
//   x      = embedding of the tokens
//   x     += attention(norm(x))                    each layer, over the cache and the tokens
//   x     += experts(norm(x)) + shared(norm(x))    or the dense MLP in the first layers
//   logits = head(norm(x))
//
// Source    DeepSeekMoE (arXiv 2401.06066) sections 2 and 3.
// Letters   T tokens, R rows of logits, V vocabulary, K head size.
// Ownership Borrows everything; overwrites the workspace and the cache rows
//           [cache.size(), cache.size() + T), and then appends the tokens to the cache.
// Threads   One pass per workspace at a time; uses the context's pool.
// Errors    None; false when asked to stop, or when the experts elsewhere failed: no token is
//           then appended, and the cache is as before as far as its size tells. More tokens than
//           the workspace or the cache has room for, or an id outside the vocabulary, is the
//           caller's bug (CHECK).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>

#include "engine/model/pass/experts_elsewhere.h"
#include "engine/model/pass/kv_cache.h"
#include "engine/model/pass/weights.h"
#include "engine/model/pass/workspace.h"
#include "kernels/op_table.h"

namespace dsm {

struct ForwardArgs {
    const ModelConfig& config;
    const Weights& weights;
    Matrix<const float> rotary;  // [S, K]: a line of rope.h for each position
    const OpTable& ops;
    OpContext& context;
    Workspace& workspace;
    KvCache& cache;
    std::span<const std::int32_t> ids;    // [T]
    std::span<const std::int32_t> opIds;  // the same where the operations look for them
    Matrix<float> logits;                 // [R, V] out, of the last R tokens; R may be 0
    std::stop_token stop;                 // looked at before each layer
    // Of the first token, in place of the cache's size, for a pass that is recorded: the tokens are
    // then not appended.
    std::optional<std::int64_t> position = std::nullopt;
    // Computes the routed experts of some layers in place of `ops`; nullptr: of none.
    ExpertsElsewhere* elsewhere = nullptr;
};

bool forward(const ForwardArgs& args);

}  // namespace dsm
