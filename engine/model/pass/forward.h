// Forward: the tokens of one or several sequences through every layer, and the logits of the last
// of each. Sequences meet only in that they share the way through the weights.
//
//   x      = embedding of the tokens
//   x     += attention(norm(x))                    each layer, over the sequence's cache and tokens
//   x     += experts(norm(x)) + shared(norm(x))    or the dense MLP in the first layers
//   logits = head(norm(x))
//
// Source    DeepSeekMoE (arXiv 2401.06066) sections 2 and 3.
// Letters   T tokens, R rows of logits, V vocabulary, K head size.
// Ownership Borrows everything; overwrites the workspace and of each part's cache the rows
//           [size(), size() + tokens), and then appends the tokens to it.
// Threads   One pass per workspace at a time; uses the context's pool.
// Errors    None; false when asked to stop, or when the experts elsewhere failed: no token is
//           then appended, and the caches are as before as far as their sizes tell. More tokens
//           than the workspace or a cache has room for, more than kMostRuns parts, or an id outside
//           the vocabulary, is the caller's bug (CHECK).
// Exactness On the CPU a sequence's numbers are to the bit those that it has alone.
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

// What one sequence appends: the next `tokens` of the pass.
struct ForwardPart {
    KvCache* cache = nullptr;
    std::int64_t tokens = 0;
    std::int64_t logitRows = 0;  // that are wanted, of its last tokens
};

struct ForwardArgs {
    const ModelConfig& config;
    const Weights& weights;
    Matrix<const float> rotary;  // [S, K]: a line of rope.h for each position
    const OpTable& ops;
    OpContext& context;
    Workspace& workspace;
    std::span<const ForwardPart> parts;
    std::span<const std::int32_t> ids;    // [T], part by part
    std::span<const std::int32_t> opIds;  // the same where the operations look for them
    Matrix<float> logits;                 // [R, V] out, part by part; R may be 0
    std::stop_token stop;                 // looked at before each layer
    // Of the only part's first token, in place of its cache's size, for a pass that is recorded:
    // the tokens are then not appended.
    std::optional<std::int64_t> position = std::nullopt;
    // Computes the routed experts of some layers in place of `ops`; nullptr: of none.
    ExpertsElsewhere* elsewhere = nullptr;
};

bool forward(const ForwardArgs& args);

}  // namespace dsm
