#include <cfloat>

#include "kernels/base/check.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/reduce.h"
#include "kernels/ops/sample.h"

namespace dsm::cuda {
namespace {

// One block: the logits are few, and what follows needs all of them. Candidates are ranked by a
// key of their logit and id. A place in the ranking (the K-th, or that of a sum of weights) is found
// in two passes: one that adds up the candidates of each of kBins stretches of logits, which are
// equal in width, so that few candidates share one; and one that keeps those of a stretch, to be
// compared with each other.
constexpr int kThreads = 1024;
constexpr int kWarps = kThreads / kWarpLanes;
constexpr int kIdBits = 22;
constexpr int kKeyBits = 32 + kIdBits;
constexpr int kBins = 2048;
constexpr int kMostKept = 1024;
// Temperatures below the best at which a weight is 0 for certain: 2^40 exp(-27.73) = 1, and the last
// stretch has what lies beyond.
constexpr float kWidest = 28.0F;
using Key = unsigned long long;

static_assert(kMostVocabulary == std::int64_t{1} << kIdBits);

struct SampleShared {
    Key weight[kBins];
    Key kept[kMostKept];
    Key keptWeight[kMostKept];
    Key partial[kWarps];
    Key before;  // the sum of what ranks above `bin`, then above `found`
    Key found;
    std::uint32_t count[kBins];
    int bin;
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

// Stretches of logits, from the best on.
struct Stretches {
    float best;
    float perLogit;

    __device__ Stretches(float bestLogit, float worstLogit, float temperature) : best(bestLogit) {
        const float width = fminf(bestLogit - worstLogit, kWidest * temperature);
        const float bins = static_cast<float>(kBins) / width;
        perLogit = bins <= FLT_MAX ? bins : 0.0F;  // of a width of nothing, all are in the first
    }
    __device__ __forceinline__ int of(float logit) const {
        return static_cast<int>(fminf((best - logit) * perLogit, kBins - 1));
    }
};

// By the first warp: shared.bin, the first stretch at which the sum of size(bin) reaches `target`,
// which it must; shared.before is the sum of those before it.
template <class Size>
__device__ void chooseBin(SampleShared& shared, Key target, const Size& size) {
    constexpr int kLaneBins = kBins / kWarpLanes;
    const int first = laneIndex() * kLaneBins;
    Key own = 0;
    for (int i = 0; i < kLaneBins; ++i)
        own += size(first + i);
    Key upTo = own;
    DSM_UNROLL
    for (int step = 1; step < kWarpLanes; step *= 2) {
        const Key other = __shfl_up_sync(kAllLanes, upTo, static_cast<unsigned>(step));
        if (laneIndex() >= step) upTo += other;
    }
    const std::uint32_t reached = __ballot_sync(kAllLanes, upTo >= target);
    if (laneIndex() == __ffs(reached) - 1) {
        Key sum = upTo - own;
        int bin = first;
        while (sum + size(bin) < target)
            sum += size(bin++);
        shared.bin = bin;
        shared.before = sum;
    }
    __syncwarp();
}

// Where a stretch has more than can be kept, as of a thousand equal logits: bit by bit.
template <class Each>
__device__ Key bisect(SampleShared& shared, Key before, Key target, const Each& each) {
    Key prefix = 0;
    for (int bit = kKeyBits - 1; bit >= 0; --bit) {
        const Key candidate = prefix | Key{1} << bit;
        Key own = 0;
        each([&](Key key, Key weight) { own += key >= candidate ? weight : 0; });
        if (before + blockSum(own, shared.partial) >= target) prefix = candidate;
    }
    Key above = 0;
    each([&](Key key, Key weight) { above += key > prefix ? weight : 0; });
    above = blockSum(above, shared.partial);
    if (threadIdx.x == 0) shared.before = before + above;
    __syncthreads();
    return prefix;
}

// The first key of shared.bin, best first, at which the sum of weight(key), with shared.before,
// reaches `target`; shared.before is then the sum of all above it.
template <class Weight>
__device__ Key findKey(const SampleArgs& args, const SampleSettings& s, const Stretches& stretches,
                       Key target, const Weight& weight, SampleShared& shared) {
    __syncthreads();
    const int bin = shared.bin;
    const Key before = shared.before;
    if (threadIdx.x == 0) shared.keptCount = 0;
    __syncthreads();
    const auto each = [&](const auto& body) {
        eachKey(args, s, [&](Key key) {
            if (stretches.of(logitOf(key)) != bin) return;
            const Key w = weight(key);
            if (w != 0) body(key, w);
        });
    };
    each([&](Key key, Key w) {
        const int place = atomicAdd(&shared.keptCount, 1);
        if (place >= kMostKept) return;
        shared.kept[place] = key;
        shared.keptWeight[place] = w;
    });
    __syncthreads();
    const int count = shared.keptCount;
    if (count > kMostKept) return bisect(shared, before, target, each);
    for (int i = static_cast<int>(threadIdx.x); i < count; i += kThreads) {
        const Key own = shared.kept[i];
        Key above = before;
        for (int j = 0; j < count; ++j)
            above += shared.kept[j] > own ? shared.keptWeight[j] : 0;
        if (above >= target || above + shared.keptWeight[i] < target) continue;
        shared.found = own;
        shared.before = above;
    }
    __syncthreads();
    return shared.found;
}

template <class Size>
__device__ void chooseBinTogether(SampleShared& shared, Key target, const Size& size) {
    __syncthreads();
    if (warpIndex() == 0) chooseBin(shared, target, size);
    __syncthreads();
}

// The last of the topK, and nothing below it in the weights of stretches; 0: all of them stay, or
// those that go weigh nothing.
template <class Weight>
__device__ Key cutBelowTopK(const SampleArgs& args, const SampleSettings& s,
                            const Stretches& stretches, const Weight& weight,
                            SampleShared& shared) {
    if (s.topK <= 0 || s.topK >= args.vocabulary) return 0;
    const auto target = static_cast<Key>(s.topK);
    chooseBinTogether(shared, target, [&](int bin) { return Key{shared.count[bin]}; });
    const int bin = shared.bin;
    if (shared.weight[bin] == 0) return 0;
    const Key last = findKey(
        args, s, stretches, target, [](Key) { return Key{1}; }, shared);
    Key own = 0;
    eachKey(args, s, [&](Key key) {
        if (key >= last && stretches.of(logitOf(key)) == bin) own += weight(key);
    });
    const Key kept = blockSum(own, shared.partial);
    for (int i = static_cast<int>(threadIdx.x); i < kBins; i += kThreads) {
        if (i >= bin) shared.weight[i] = i == bin ? kept : 0;
    }
    return last;
}

__device__ Key draw(const SampleArgs& args, const SampleSettings& s, Key best, float worst,
                    SampleShared& shared) {
    const float bestLogit = logitOf(best);
    const Stretches stretches(bestLogit, worst, s.temperature);
    const auto whole = [&](Key key) -> Key {
        return weightOfShare(expf((logitOf(key) - bestLogit) / s.temperature), s);
    };
    for (int i = static_cast<int>(threadIdx.x); i < kBins; i += kThreads)
        shared.weight[i] = shared.count[i] = 0;
    __syncthreads();
    eachKey(args, s, [&](Key key) {
        const int bin = stretches.of(logitOf(key));
        const Key w = whole(key);
        atomicAdd(&shared.count[bin], 1U);
        if (w != 0) atomicAdd(&shared.weight[bin], w);
    });
    __syncthreads();
    const Key last = cutBelowTopK(args, s, stretches, whole, shared);
    const auto weight = [&](Key key) -> Key { return key < last ? 0 : whole(key); };
    const auto sizeOf = [&](int bin) { return shared.weight[bin]; };
    __syncthreads();
    Key own = 0;
    for (int i = static_cast<int>(threadIdx.x); i < kBins; i += kThreads)
        own += shared.weight[i];
    const Key total = blockSum(own, shared.partial);
    if (total == 0) return best;
    Key nucleus = nucleusWeight(total, s.topP);
    if (nucleus < total) {
        chooseBinTogether(shared, nucleus, sizeOf);
        const Key end = findKey(args, s, stretches, nucleus, weight, shared);
        nucleus = shared.before + weight(end);
    }
    const Key rest = highHalf(drawBits(s.seed, args.state->drawn), nucleus);
    chooseBinTogether(shared, rest + 1, sizeOf);
    return findKey(args, s, stretches, rest + 1, weight, shared);
}

__global__ void __launch_bounds__(kThreads) sampleToken(const SampleArgs args) {
    auto& shared = ptx::sharedMemory<SampleShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const SampleSettings s = *args.settings;
    Key own = 0;
    Key ownWorst = 0;  // of the keys turned about: their largest is the smallest
    eachKey(args, s, [&](Key key) {
        if (!isFinite(logitOf(key))) key = kNoFiniteKey;
        own = key > own ? key : own;
        ownWorst = ~key > ownWorst ? ~key : ownWorst;
    });
    const Key best = blockMax(own, shared);
    const Key worst = ~blockMax(ownWorst, shared);
    const bool hasChoice = best != kNoFiniteKey;
    const Key chosen =
        hasChoice && s.temperature > 0 ? draw(args, s, best, logitOf(worst), shared) : best;
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
