// Op runs: one operation (the experts' two are one run), with every input and output it has, in
// the memory of whoever computes it.
//
// A run computes T tokens, `step` per call, and gives every output back. Where it wrote beside an
// output, or to a position of the cache that is not its own, all its numbers are NaN, which is near
// nothing.
//
// Letters   As in the operations' headers.
// Ownership Borrows inputs for the call.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/op_table.h"
#include "kernels/selftest/op_inputs.h"
#include "kernels/selftest/op_memory.h"
#include "kernels/train_op_table.h"

namespace dsm::selftest {

// Every output of an operation, each with its own scale.
using Outputs = std::vector<std::vector<float>>;

// Who computes: an op table, what it works with, and the memory it works on.
struct OpBench {
    const OpTable& ops;
    OpContext& context;
    OpMemory& memory = hostMemory();
    const TrainOps<float>* train = nullptr;  // of cases that train
};

struct EmbedInputs {
    std::vector<std::int32_t> ids;
    Weight table;
};
Outputs embed(const OpBench& bench, const EmbedInputs& inputs, std::int64_t step);

struct NormInputs {
    std::vector<float> x;
    Weight weight;
    float epsilon = 1e-6F;
};
Outputs norm(const OpBench& bench, const NormInputs& inputs, std::int64_t step);

// Consecutive rows that belong to one sequence, which has a cache of its own.
struct SequenceRows {
    std::int64_t position = 0;
    std::int64_t rows = 0;
};

struct AttentionInputInputs {
    Weight norm, query, key, value;
    std::int64_t headSize = 0;
    std::vector<float> rotary;
    KvType cacheType = KvType::F32;
    std::vector<float> x = {};
    std::int64_t position = 0;
    std::vector<SequenceRows> sequences = {};  // none: one, at `position`
};
// normed, q, keys, values, and the caches' keys and values of the positions written.
Outputs attentionInput(const OpBench& bench, const AttentionInputInputs& inputs, std::int64_t step);

struct AttendInputs {
    std::vector<float> q, keys, values;
    std::int64_t heads = 0, groups = 0, headSize = 0, cacheRows = 0, position = 0;
    KvType type = KvType::F32;
    // None: one, at `position`. The cache of the i-th holds the rows i, i + 1, .. and then from 0 on.
    std::vector<SequenceRows> sequences = {};
};
Outputs attend(const OpBench& bench, const AttendInputs& inputs, std::int64_t step);

struct AttentionOutputInputs {
    std::vector<float> x, attended;
    Weight output;
};
Outputs attentionOutput(const OpBench& bench, const AttentionOutputInputs& inputs,
                        std::int64_t step);

struct RouteInputs {
    std::vector<float> x;
    Weight norm;
    Weight gate;
    std::int64_t active = 1;
    bool normalizeTopK = false;
    float epsilon = 1e-6F;
};
struct Routed {
    std::vector<float> normed, scores, weight;
    std::vector<std::int32_t> expert, slots, begin;
};
// All tokens in one call.
Routed route(const OpBench& bench, const RouteInputs& inputs);
// normed, scores, and the weight of every expert, 0 where it was not chosen: comparable where two
// backends order two nearly equal scores differently. NaN where groups are not those of the choice.
Outputs routeByExpert(const OpBench& bench, const RouteInputs& inputs, std::int64_t step);

// A feed-forward layer and what the router chose. E = 0 and A = 0 make it a dense one.
struct ExpertsInputs {
    std::vector<Weight> gate = {};
    std::vector<Weight> up = {};
    std::vector<Weight> down = {};
    Weight sharedGate = {};
    Weight sharedUp = {};
    Weight sharedDown = {};
    std::int64_t active = 0;
    std::vector<std::int32_t> expert = {};  // [T, A]
    std::vector<float> weight = {};         // [T, A]
    std::vector<float> normed = {};         // [T, D]
    std::vector<float> x = {};              // [T, D]

    std::int64_t width() const { return gate.empty() ? 0 : gate.front().rows; }
};
// routedHidden, sharedHidden, and x with the experts' outputs.
Outputs experts(const OpBench& bench, const ExpertsInputs& inputs, std::int64_t step);

struct LogitsInputs {
    std::vector<float> x;
    Weight norm;
    Weight head;
    float epsilon = 1e-6F;
};
// normed and logits.
Outputs logits(const OpBench& bench, const LogitsInputs& inputs, std::int64_t step);

}  // namespace dsm::selftest
