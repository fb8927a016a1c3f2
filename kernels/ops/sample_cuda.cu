#include "kernels/base/check.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/reduce.h"
#include "kernels/ops/sample.h"

namespace dsm::cuda {
namespace {

// One block: the logits are few, and what follows needs all of them. Candidates are ranked by a
// key of their logit and id; a place in the ranking (the K-th, or that of a sum of weights) is
// found digit by digit, from a histogram of the digit's values. Once few keys share the digits
// found so far, they are kept, and the rest of the search looks at nothing else.
constexpr int kThreads = 1024;
constexpr int kWarps = kThreads / kWarpLanes;
constexpr int kIdBits = 22;
constexpr int kKeyBits = 32 + kIdBits;
constexpr int kDigitBits = 11;
constexpr int kBins = 1 << kDigitBits;
constexpr int kMostKept = 2048;
using Key = unsigned long long;

static_assert(kMostVocabulary == std::int64_t{1} << kIdBits);

struct SampleShared {
    Key bin[kBins];
    Key kept[kMostKept];
    Key partial[kWarps];
    Key prefix;  // the digits found so far
    Key before;  // weight of the keys that rank above them
    int keptCount;
};

// Larger for larger logits, then for lower ids; the two can be had back.
__device__ __forceinline__ Key keyOf(float logit, std::int64_t id) {
    // A negative float's bits grow with its magnitude. -0 ranks with 0.
    const std::uint32_t bits = __float_as_uint(logit == 0.0F ? 0.0F : logit);
    const std::uint32_t ordered = (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
    return static_cast<Key>(ordered) << kIdBits | static_cast<Key>(kMostVocabulary - 1 - id);
}
__device__ __forceinline__ float logitOf(Key key) {
    const auto ordered = static_cast<std::uint32_t>(key >> kIdBits);
    return __uint_as_float((ordered & 0x80000000U) != 0 ? ordered & 0x7fffffffU : ~ordered);
}
__device__ __forceinline__ std::int32_t idOf(Key key) {
    return static_cast<std::int32_t>(kMostVocabulary - 1 -
                                     static_cast<std::int64_t>(key & (kMostVocabulary - 1)));
}

// Above every key.
constexpr Key kNoFiniteKey = ~Key{0};

// By the bits: a comparison of numbers may be compiled as if all of them were finite.
__device__ __forceinline__ bool isFinite(float logit) {
    return (__float_as_uint(logit) & 0x7f800000U) != 0x7f800000U;
}

// body(key) for every id of this thread.
template <class Body>
__device__ void eachKey(const SampleArgs& args, const SampleSettings& s, const Body& body) {
    for (std::int64_t id = threadIdx.x; id < args.vocabulary; id += kThreads)
        body(keyOf(penalisedLogit(args.logits[id], args.history[id], s), id));
}

__device__ Key blockMax(Key value, SampleShared& shared) {
    value = warpMax(value);
    __syncthreads();
    if (laneIndex() == 0) shared.partial[warpIndex()] = value;
    __syncthreads();
    Key most = shared.partial[0];
    for (int w = 1; w < kWarps; ++w)
        most = shared.partial[w] > most ? shared.partial[w] : most;
    return most;
}

// By the first warp: the digit, from the highest down, at which the sum of the bins reaches
// `target`; adds it to the prefix, and the bins above it to `before`.
__device__ void chooseDigit(SampleShared& shared, Key target) {
    constexpr int kLaneBins = kBins / kWarpLanes;
    const int top = kBins - 1 - laneIndex() * kLaneBins;
    Key own = 0;
    for (int i = 0; i < kLaneBins; ++i)
        own += shared.bin[top - i];
    Key upTo = own;
    DSM_UNROLL
    for (int step = 1; step < kWarpLanes; step *= 2) {
        const Key other = __shfl_up_sync(kAllLanes, upTo, static_cast<unsigned>(step));
        if (laneIndex() >= step) upTo += other;
    }
    const Key start = shared.before;
    const std::uint32_t reached = __ballot_sync(kAllLanes, start + upTo >= target);
    if (laneIndex() == __ffs(reached) - 1) {
        Key sum = start + upTo - own;
        int digit = top;
        while (sum + shared.bin[digit] < target)
            sum += shared.bin[digit--];
        shared.before = sum;
        shared.prefix = shared.prefix << kDigitBits | static_cast<Key>(digit);
    }
    __syncwarp();
}

// The first key, best first, at which the sum of weight(key) reaches `target` > 0, which it must;
// shared.before is the sum of those above it.
template <class Weight>
__device__ Key findKey(const SampleArgs& args, const SampleSettings& s, Key target,
                       const Weight& weight, SampleShared& shared) {
    constexpr int kDigits = (kKeyBits + kDigitBits - 1) / kDigitBits;
    __syncthreads();
    if (threadIdx.x == 0) {
        shared.prefix = shared.before = 0;
        shared.keptCount = 0;
    }
    for (int digit = kDigits - 1; digit >= 0; --digit) {
        for (int i = static_cast<int>(threadIdx.x); i < kBins; i += kThreads)
            shared.bin[i] = 0;
        __syncthreads();
        const int shift = digit * kDigitBits;
        const Key prefix = shared.prefix;
        const bool isFirst = digit == kDigits - 1;
        // Those that share the first digit are kept, if they are few.
        const bool keeps = digit == kDigits - 2;
        const bool hasKept = digit < kDigits - 2 && shared.keptCount <= kMostKept;
        const auto count = [&](Key key) {
            if (!isFirst && key >> (shift + kDigitBits) != prefix) return;
            const Key w = weight(key);
            if (w == 0) return;
            atomicAdd(&shared.bin[key >> shift & (kBins - 1)], w);
            if (!keeps) return;
            const int place = atomicAdd(&shared.keptCount, 1);
            if (place < kMostKept) shared.kept[place] = key;
        };
        if (hasKept) {
            for (int i = static_cast<int>(threadIdx.x); i < shared.keptCount; i += kThreads)
                count(shared.kept[i]);
        } else {
            eachKey(args, s, count);
        }
        __syncthreads();
        if (warpIndex() == 0) chooseDigit(shared, target);
        __syncthreads();
    }
    return shared.prefix;
}

__device__ Key draw(const SampleArgs& args, const SampleSettings& s, Key best,
                    SampleShared& shared) {
    Key last = 0;  // of the topK
    if (s.topK > 0 && s.topK < args.vocabulary)
        last = findKey(
            args, s, static_cast<Key>(s.topK), [](Key) { return Key{1}; }, shared);
    const float bestLogit = logitOf(best);
    const auto weight = [&](Key key) -> Key {
        if (key < last) return 0;
        return weightOfShare(expf((logitOf(key) - bestLogit) / s.temperature), s);
    };
    Key own = 0;
    eachKey(args, s, [&](Key key) { own += weight(key); });
    const Key total = blockSum(own, shared.partial);
    if (total == 0) return best;
    const Key end = findKey(args, s, nucleusWeight(total, s.topP), weight, shared);
    const Key nucleus = shared.before + weight(end);
    const Key rest = highHalf(drawBits(s.seed, args.state->drawn), nucleus);
    return findKey(args, s, rest + 1, weight, shared);
}

__global__ void __launch_bounds__(kThreads) sampleToken(const SampleArgs args) {
    auto& shared = ptx::sharedMemory<SampleShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const SampleSettings s = *args.settings;
    Key own = 0;
    eachKey(args, s, [&](Key key) {
        if (!isFinite(logitOf(key))) key = kNoFiniteKey;
        own = key > own ? key : own;
    });
    const Key best = blockMax(own, shared);
    const bool hasChoice = best != kNoFiniteKey;
    const Key chosen = hasChoice && s.temperature > 0 ? draw(args, s, best, shared) : best;
    __syncthreads();  // all have read the history and the state
    if (threadIdx.x != 0) return;
    const std::int32_t token = hasChoice ? idOf(chosen) : 0;
    if (hasChoice) args.history[token] = seenInReply(args.history[token]);
    if (args.tokens != nullptr) args.tokens[args.state->drawn] = hasChoice ? token : kNotFinite;
    args.state->token = token;
    ++args.state->drawn;
    ++args.state->position;
}

}  // namespace

void sample(OpContext& context, const SampleArgs& args) {
    DSM_CHECK(args.vocabulary > 0 && args.vocabulary <= kMostVocabulary);
    launch(sampleToken, 1, kThreads, sizeof(SampleShared), context.device, args);
}

}  // namespace dsm::cuda
