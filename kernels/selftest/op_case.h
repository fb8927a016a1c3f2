// OpCase: one thing that an operation is tried with, and its tolerance:
//
//   |result - reference| <= tolerance * max |reference|, output by output
//
// Each function here makes one of an operation, the same every time. What all backends are tried
// with is the table in op_cases.h; whoever tries one backend further makes cases of its own.
//
// Source    The tolerances are those of the operations' headers.
// Letters   As in the operations' headers; T tokens.
// Ownership The returned runs hold their inputs.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/selftest/op_runs.h"

namespace dsm::selftest {

using OpRun = std::function<Outputs(const OpBench& bench, std::int64_t step)>;

struct OpCase {
    // As OpTable calls it; "experts" are its two. Of training, forth and back: "embedding",
    // "trainNorm", "linear", "rotate", "attention", "gated", "combine", "router", "crossEntropy",
    // "rows", "adamW".
    std::string_view op;
    std::string_view type;  // of the weights; of the cache for attend; "mixed"
    std::string label;      // shape and T
    std::int64_t tokens = 0;
    double tolerance = 0;
    // Makes the inputs, the same every time, which the returned run shares.
    std::function<OpRun()> prepare;
    bool trains = false;         // an operation of TrainOps
    double deviceTolerance = 0;  // of a GPU; 0: the same
};

using Cases = std::vector<OpCase>;
using TokenCounts = std::span<const std::int64_t>;

inline constexpr DType kPlainTypes[] = {DType::F32, DType::BF16};
inline constexpr DType kWeightTypes[] = {DType::F32, DType::BF16, DType::Q8, DType::Q4, DType::NF4};

// A part of a label, as "D 300, ".
std::string sized(const char* letter, std::int64_t size);

OpCase embedCase(std::int64_t hidden, std::int64_t vocabulary, DType type, std::int64_t tokens);

OpCase normCase(std::int64_t hidden, DType type, std::int64_t tokens);

// Where a case says a rank, its weights have factors of an adapter.
struct AttentionInputShape {
    std::int64_t hidden, heads, groups, headSize, position;
    std::int64_t rank = 0;
};
struct ProjectionTypes {
    DType query, key, value;
};
// Which of its outputs are compared: in 16 and 8 bits, one in the cache may be a level away.
enum class Compared { All, NotTheCache, TheCache };
OpCase attentionInputCase(const AttentionInputShape& shape, const ProjectionTypes& types,
                          std::int64_t tokens, KvType cache = KvType::F32,
                          const std::vector<SequenceRows>& sequences = {},
                          Compared compared = Compared::All);

struct AttendShape {
    std::int64_t heads, groups, headSize, position;
};
OpCase attendCase(const AttendShape& shape, KvType type, std::int64_t tokens,
                  const std::vector<SequenceRows>& sequences = {});

// `nested`: scales of NF4 are quantised once more.
OpCase attentionOutputCase(std::int64_t hidden, std::int64_t width, DType type, std::int64_t tokens,
                           std::int64_t rank = 0, bool nested = false);

struct RouteShape {
    std::int64_t hidden, experts, active;
    bool normalizeTopK = false;
    std::int64_t rank = 0;
};
OpCase routeCase(const RouteShape& shape, DType type, std::int64_t tokens);

// How a case hands tokens to experts.
enum class Choice {
    Random,
    OneForAll,  // one expert gets every token, the others none
    Last,       // the last expert of all and its neighbours
};
struct ExpertShape {
    std::int64_t hidden, width, sharedWidth, experts, active;
    Choice choice = Choice::Random;
    std::int64_t rank = 0;        // of the shared expert
    std::int64_t routedRank = 0;  // of the routed ones
};
struct ExpertTypes {
    DType shared, routed;
    bool nested = false;  // scales of NF4
};
OpCase expertsCase(const ExpertShape& shape, const ExpertTypes& types, std::int64_t tokens);

OpCase logitsCase(std::int64_t hidden, std::int64_t vocabulary, DType type, std::int64_t rows,
                  std::int64_t rank = 0);

}  // namespace dsm::selftest
