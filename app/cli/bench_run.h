// The measurements of `deepseekmoe bench`: what the machine can do, and what the model makes of it.
//
// Every run of the model lies between two measurements of its limit, and its share is that of the
// greater one: shared machines drift, and no share should flatter. Of the repetitions the median
// counts. A GPU that chooses tokens by itself is measured doing so; elsewhere decode reads given
// ids.
//
// Threads   One thread, the model's.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/cli/bench_inputs.h"
#include "engine/generate/look_ahead.h"
#include "engine/model/model.h"
#include "engine/model/pass/token_work.h"
#include "kernels/base/result.h"
#include "kernels/cpu/limits.h"
#include "kernels/cpu/token_walk.h"
#include "kernels/cuda/dense_product.h"
#include "kernels/cuda/gpu_limits.h"
#include "kernels/op_timer.h"

namespace dsm::cli {

// How fast one token goes through weights of a type, by each walk.
struct WalkTimes {
    DType type = DType::Q8;
    cpu::WalkRates bytesPerSecond{};
    int taken = 0;  // an index of kTokenWalks
};

struct MachineLimits {
    cpu::BestPattern memory;                  // on memory of the program's own
    std::optional<cpu::BestPattern> weights;  // where the weights lie; none: too small a model
    std::array<double, cpu::kArithmetics> operationsPerSecond{};
    std::vector<WalkTimes> walks;
};

// Of the GPU that computes, in place of those of the machine.
struct GpuRates {
    double readBytesPerSecond = 0;
    double bf16PerSecond = 0;  // additions and multiplications of the tensor cores
    double int8PerSecond = 0;
    std::int64_t launchesPerToken = 0;  // of kernels
    std::vector<DenseTime> dense;       // of prompts; empty: our own kernels multiply everything
};

struct PromptPoint {
    std::int64_t tokens = 0;
    std::int64_t repetitions = 0;
    Spread tokensPerSecond;
    Spread operationsPerSecond;
    Spread limit;  // operations per second
    Spread share;
};

struct DecodePoint {
    std::int64_t position = 0;  // tokens in the cache at the start
    std::int64_t tokens = 0;    // read one by one from there on
    std::int64_t repetitions = 0;
    double bytesPerToken = 0;
    Spread tokensPerSecond;
    Spread bytesPerSecond;
    Spread limit;  // bytes per second
    Spread share;
};

// Several streams, a token of each at a time, each in a context of its own.
struct StreamPoint {
    std::int64_t streams = 0;
    std::int64_t position = 0;  // tokens in each context at the start
    std::int64_t repetitions = 0;
    double bytesPerStep = 0;  // as counted: experts that several streams meet are read once
    double bytesOfOne = 0;    // the same of one stream
    Spread tokensPerSecond;   // of all streams together
    Spread timesOne;          // what one stream alone has, in turn with them
    Spread bytesPerSecond;
    Spread limit;  // bytes per second
    Spread share;
};

// A reply that is known beforehand, read with guesses of what comes next and without, in turn.
struct LookAheadPoint {
    std::string text;  // what it is like, for people
    std::int64_t tokens = 0;
    std::int64_t repetitions = 0;
    Spread aloneTokensPerSecond;  // one by one
    Spread tokensPerSecond;
    Spread timesAlone;
    LookAheadCounts counts;  // of one reply
};

// One more run of a point, with the clock around every operation.
struct OpBreakdown {
    bool prompt = false;
    std::int64_t at = 0;  // the prompt's tokens, or the position
    std::int64_t tokens = 0;
    double limit = 0;  // operations or bytes per second, around the run
    std::vector<OpTime> ops;
};

struct BenchPlan {
    std::vector<std::int64_t> prompts;
    std::vector<std::int64_t> positions;
    std::vector<std::int64_t> streams = {};  // at once, at the first of the positions
    bool ops = false;
    std::vector<std::int32_t> text = {};  // to look ahead in; empty: that is not measured
    // How much a GPU reads, and multiplies, to be measured: gpu_limits.h.
    std::uint64_t gpuBytes = std::uint64_t{1} << 30;
    int gpuRounds = 512;
};

struct BenchReport {
    TokenWork work;
    double cacheBytesPerPosition = 0;
    cpu::Isa isa = cpu::Isa::Portable;
    cpu::Arithmetic arithmetic = cpu::Arithmetic::Float32;  // whose peak prompts are a share of
    MachineLimits limits;                                   // where a GPU computes, nothing
    std::optional<GpuRates> gpu;                            // where the CPU does, none
    std::vector<PromptPoint> prompts;
    std::vector<DecodePoint> decode;
    std::vector<StreamPoint> streams;
    std::vector<LookAheadPoint> lookAhead;
    std::vector<OpBreakdown> breakdowns;
    std::vector<std::string> leftOut;  // a line for each point that could not be measured
};

// Where streams begin.
std::int64_t streamPosition(const BenchPlan& plan);
// Positions that the plan needs.
std::int64_t contextFor(const BenchPlan& plan);

// Called with what is done next, e.g. "Measuring a prompt of 32 tokens".
using BenchProgress = std::function<void(const std::string& step)>;

// Errors  Cancelled; OutOfMemory; those of a GPU that failed; Malformed where the model's numbers
//         are not finite (non_finite.h): what they take tells nothing of a model that works.
Result<BenchReport> runBench(Model& model, const BenchPlan& plan, const BenchProgress& progress,
                             std::stop_token stop);

}  // namespace dsm::cli
