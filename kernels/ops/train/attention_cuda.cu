#include <cmath>

#include "kernels/cuda/attention_tile.h"
#include "kernels/cuda/product_launch.h"
#include "kernels/ops/train/attention.h"

namespace dsm::cuda {
namespace {

struct AttentionShape {
    const float *q, *k, *v;
    const std::int32_t* segments;
    int segmentCount;  // begins, without the end
    std::int64_t tokens, heads, keyHeads;
    int size;
    float scale;

    __device__ std::int64_t keyHead(std::int64_t head) const { return head / (heads / keyHeads); }
    __device__ HeadView queries(const float* rows, std::int64_t head) const {
        return HeadView::of(rows, head, heads, size, tokens);
    }
    __device__ HeadView keys(const float* rows, std::int64_t head) const {
        return HeadView::of(rows, head, keyHeads, size, tokens);
    }
    __device__ std::int64_t segmentBegin(std::int64_t t) const {
        return segments[segmentOf(segments, segmentCount, t)];
    }
    __device__ std::int64_t segmentEnd(std::int64_t t) const {
        return segments[segmentOf(segments, segmentCount, t) + 1];
    }
};

// What a block of a grid of tiles of queries and heads computes: queries from `query` on, and the keys
// from `key` to `last` (exclusive) that they see. The last tiles, whose queries see most, begin first.
struct QueryTile {
    std::int64_t head, query, key, last;
};

__device__ QueryTile queryTile(const AttentionShape& shape, int side) {
    const std::int64_t query = (static_cast<std::int64_t>(gridDim.x) - 1 - blockIdx.x) * side;
    return {.head = blockIdx.y,
            .query = query,
            .key = shape.segmentBegin(query),
            .last = query + side < shape.tokens ? query + side : shape.tokens};
}

// Keys from `key` on and their values, of a key head.
template <class Shared>
__device__ void stageKeys(const AttentionShape& shape, std::int64_t keyHead, std::int64_t key,
                          Shared& s) {
    stageHead(shape.keys(shape.k, keyHead), key, s.keys);
    stageHead(shape.keys(shape.v, keyHead), key, s.values);
}

// body(key) for every step over the keys of a tile, staged; all threads have left the step before.
template <class Shared, class Body>
__device__ void eachStep(const AttentionShape& shape, const QueryTile& tile, int side, Shared& s,
                         const Body& body) {
    for (std::int64_t key = tile.key; key < tile.last; key += side) {
        __syncthreads();
        stageKeys(shape, shape.keyHead(tile.head), key, s);
        __syncthreads();
        body(key);
    }
}

// ---- Forth --------------------------------------------------------------------------------------

struct ForwardArgs {
    AttentionShape shape;
    float* out;     // [T, H*K]
    float* logSum;  // [T, H]
};

template <int Head>
struct ForwardShared {
    HeadRows<Head> queries, keys, values;
    PairRows<Head> shares;
    float score[kAttentionSide<Head>][kAttentionSide<Head> + 1];
    std::int32_t first[kAttentionSide<Head>];  // key that a query sees
    float largest[kAttentionSide<Head>], total[kAttentionSide<Head>];
    float faded[kAttentionSide<Head>];  // of what was summed up before, in this step
};

// One query's scores of a step: exponentials to `shares`, running maximum and sum. The threads of a
// row lie in one warp.
template <int Head>
__device__ void shareScores(ForwardShared<Head>& s, std::int64_t query, std::int64_t tokens,
                            std::int64_t key) {
    constexpr int kSide = kAttentionSide<Head>;
    constexpr int kThreads = kProductThreads / kSide;
    const int r = static_cast<int>(threadIdx.x) / kThreads;
    const int part = static_cast<int>(threadIdx.x) % kThreads;
    const std::int64_t t = query + r;
    const auto isSeen = [&](int c) { return t < tokens && key + c <= t && key + c >= s.first[r]; };
    float largest = -INFINITY;
    for (int c = part; c < kSide; c += kThreads) {
        if (isSeen(c)) largest = fmaxf(largest, s.score[r][c]);
    }
    DSM_UNROLL
    for (int step = kThreads / 2; step > 0; step /= 2)
        largest = fmaxf(largest, __shfl_xor_sync(kAllLanes, largest, step));
    const float before = s.largest[r];
    largest = fmaxf(largest, before);
    float total = 0;
    for (int c = part; c < kSide; c += kThreads) {
        const float share = isSeen(c) ? expf(s.score[r][c] - largest) : 0.0F;
        s.shares.number[r][c] = toBFloat16(share).bits;
        total += share;
    }
    DSM_UNROLL
    for (int step = kThreads / 2; step > 0; step /= 2)
        total += __shfl_xor_sync(kAllLanes, total, step);
    __syncwarp();  // all have read what was before
    if (part != 0) return;
    const float faded = before == -INFINITY ? 0.0F : expf(before - largest);
    s.faded[r] = faded;
    s.largest[r] = largest;
    s.total[r] = s.total[r] * faded + total;
}

// Grid: tiles of queries; heads.
template <int Head>
__global__ void __launch_bounds__(kProductThreads) attend(const ForwardArgs args) {
    auto& s = ptx::sharedMemory<ForwardShared<Head>>();
    constexpr int kSide = kAttentionSide<Head>;
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const AttentionShape& shape = args.shape;
    const QueryTile tile = queryTile(shape, kSide);
    const std::int64_t head = tile.head, query = tile.query;
    stageHead(shape.queries(shape.q, head), query, s.queries);
    if (threadIdx.x < kSide) {
        const std::int64_t t = query + threadIdx.x;
        s.first[threadIdx.x] =
            t < shape.tokens ? static_cast<std::int32_t>(shape.segmentBegin(t)) : 0;
        s.largest[threadIdx.x] = -INFINITY;
        s.total[threadIdx.x] = 0;
    }
    HeadTile<Head> out;
    eachStep(shape, tile, kSide, s, [&](std::int64_t key) {
        PairTile<Head> scores;
        multiplyHeads(scores, s.queries, s.keys, shape.size);
        scores.each(kSide / 16,
                    [&](int r, int c, float sum) { s.score[r][c] = sum * shape.scale; });
        __syncthreads();
        shareScores(s, query, shape.tokens, key);
        __syncthreads();
        out.each(sixteens(shape.size), [&](int r, int, float& sum) { sum *= s.faded[r]; });
        multiplyPairs(out, s.shares, false, s.values, shape.size);
    });
    out.each(sixteens(shape.size), [&](int r, int c, float sum) {
        if (query + r < shape.tokens && c < shape.size)
            args.out[((query + r) * shape.heads + head) * shape.size + c] = sum / s.total[r];
    });
    if (threadIdx.x < kSide && query + threadIdx.x < shape.tokens) {
        args.logSum[(query + threadIdx.x) * shape.heads + head] =
            s.largest[threadIdx.x] + logf(s.total[threadIdx.x]);
    }
}

// ---- Back ---------------------------------------------------------------------------------------

struct BackwardArgs {
    AttentionShape shape;
    const float *out, *logSum, *dOut;
    float* delta;  // [T, H]
    float *dq, *dk, *dv;
};

// delta[t,h] = dOut[t,h] . out[t,h], a warp for each. Of dOut as products see it: what they give
// then sums up to delta, and a token that sees itself alone sends nothing back to its scores.
__global__ void __launch_bounds__(kProductThreads) multiplyOut(const BackwardArgs args) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kProductWarps + warpIndex();
    if (i >= args.shape.tokens * args.shape.heads) return;
    float sum = 0;
    for (int c = laneIndex(); c < args.shape.size; c += kWarpLanes)
        sum += toFloat(toBFloat16(args.dOut[i * args.shape.size + c])) *
               args.out[i * args.shape.size + c];
    sum = warpSum(sum);
    if (laneIndex() == 0) args.delta[i] = sum;
}

template <int Head>
struct BackwardShared {
    HeadRows<Head> queries, keys, values, dOut;
    PairRows<Head> shares, dScores;
    std::int32_t first[kAttentionSide<Head>];  // key that a query sees; after the last: none
    float logSum[kAttentionSide<Head>], delta[kAttentionSide<Head>];
};

// Queries of a head with what the way back needs of them.
template <int Head>
__device__ void stageQueries(const BackwardArgs& args, std::int64_t head, std::int64_t query,
                             BackwardShared<Head>& s) {
    const AttentionShape& shape = args.shape;
    stageHead(shape.queries(shape.q, head), query, s.queries);
    stageHead(shape.queries(args.dOut, head), query, s.dOut);
    if (threadIdx.x >= kAttentionSide<Head>) return;
    const std::int64_t t = query + threadIdx.x;
    const bool exists = t < shape.tokens;
    s.first[threadIdx.x] = static_cast<std::int32_t>(exists ? shape.segmentBegin(t) : shape.tokens);
    s.logSum[threadIdx.x] = exists ? args.logSum[t * shape.heads + head] : 0.0F;
    s.delta[threadIdx.x] = exists ? args.delta[t * shape.heads + head] : 0.0F;
}

// p(t,u) and ds(t,u) of a step; between two barriers.
template <int Head>
__device__ void scoreGradients(const AttentionShape& shape, std::int64_t query, std::int64_t key,
                               BackwardShared<Head>& s) {
    constexpr int kSixteens = kAttentionSide<Head> / 16;
    PairTile<Head> scores, dShares;
    multiplyHeads(scores, s.queries, s.keys, shape.size);
    multiplyHeads(dShares, s.dOut, s.values, shape.size);
    scores.each(kSixteens, [&](int r, int c, float& sum) {
        const std::int64_t u = key + c;
        const bool isSeen = u <= query + r && u >= s.first[r];
        sum = isSeen ? expf(sum * shape.scale - s.logSum[r]) : 0.0F;
        s.shares.number[r][c] = toBFloat16(sum).bits;
    });
    // Both have their numbers in the same order.
    dShares.with(scores, kSixteens, [&](int r, int c, float dShare, float share) {
        s.dScores.number[r][c] = toBFloat16(share * (dShare - s.delta[r]) * shape.scale).bits;
    });
}

// Grid: as forth.
template <int Head>
__global__ void __launch_bounds__(kProductThreads) queryGradients(const BackwardArgs args) {
    auto& s = ptx::sharedMemory<BackwardShared<Head>>();
    constexpr int kSide = kAttentionSide<Head>;
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const AttentionShape& shape = args.shape;
    const QueryTile tile = queryTile(shape, kSide);
    const std::int64_t head = tile.head, query = tile.query;
    stageQueries(args, head, query, s);
    HeadTile<Head> dq;
    eachStep(shape, tile, kSide, s, [&](std::int64_t key) {
        scoreGradients(shape, query, key, s);
        __syncthreads();
        multiplyPairs(dq, s.dScores, false, s.keys, shape.size);
    });
    dq.each(sixteens(shape.size), [&](int r, int c, float sum) {
        if (query + r < shape.tokens && c < shape.size)
            args.dq[((query + r) * shape.heads + head) * shape.size + c] = sum;
    });
}

// Grid: tiles of keys, the first ones (which most queries see) first; key/value heads.
template <int Head>
__global__ void __launch_bounds__(kProductThreads) keyGradients(const BackwardArgs args) {
    auto& s = ptx::sharedMemory<BackwardShared<Head>>();
    constexpr int kSide = kAttentionSide<Head>;
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const AttentionShape& shape = args.shape;
    const std::int64_t keyHead = blockIdx.y;
    const std::int64_t key = static_cast<std::int64_t>(blockIdx.x) * kSide;
    stageKeys(shape, keyHead, key, s);
    const std::int64_t lastKey = key + kSide < shape.tokens ? key + kSide - 1 : shape.tokens - 1;
    const std::int64_t end = shape.segmentEnd(lastKey);
    const std::int64_t shared = shape.heads / shape.keyHeads;
    HeadTile<Head> dk, dv;
    for (std::int64_t head = keyHead * shared; head < (keyHead + 1) * shared; ++head) {
        for (std::int64_t query = key; query < end; query += kSide) {
            __syncthreads();
            stageQueries(args, head, query, s);
            __syncthreads();
            scoreGradients(shape, query, key, s);
            __syncthreads();
            multiplyPairs(dv, s.shares, true, s.dOut, shape.size);
            multiplyPairs(dk, s.dScores, true, s.queries, shape.size);
        }
    }
    const auto write = [&](float* to) {
        return [&shape, to, key, keyHead](int r, int c, float sum) {
            if (key + r < shape.tokens && c < shape.size)
                to[((key + r) * shape.keyHeads + keyHead) * shape.size + c] = sum;
        };
    };
    dk.each(sixteens(shape.size), write(args.dk));
    dv.each(sixteens(shape.size), write(args.dv));
}

// ---- Launches -----------------------------------------------------------------------------------

template <class Args>
AttentionShape shapeOf(const Args& args) {
    return {.q = args.q.data,
            .k = args.k.data,
            .v = args.v.data,
            .segments = args.segments.data(),
            .segmentCount = static_cast<int>(args.segments.size()) - 1,
            .tokens = args.q.rows,
            .heads = args.q.cols / args.headSize,
            .keyHeads = args.k.cols / args.headSize,
            .size = static_cast<int>(args.headSize),
            .scale = 1.0F / std::sqrt(static_cast<float>(args.headSize))};
}

// body(Count<most numbers of a head>)
template <class Body>
void withHead(std::int64_t size, const Body& body) {
    if (size <= 128) return body(Count<128>());
    body(Count<256>());
}

}  // namespace

void attentionForward(OpContext& context, const AttentionForwardArgs<float>& args) {
    checkShapes(args, Memory::Device);
    const ForwardArgs all{.shape = shapeOf(args), .out = args.out.data, .logSum = args.logSum.data};
    withHead(args.headSize, [&](auto head) {
        const dim3 grid(gridOf(divideUp(all.shape.tokens, kAttentionSide<head>)),
                        gridOf(all.shape.heads));
        launch(attend<head>, grid, kProductThreads, sizeof(ForwardShared<head>), context.device,
               all);
    });
}

void attentionBackward(OpContext& context, const AttentionBackwardArgs<float>& args) {
    checkShapes(args, Memory::Device);
    DSM_CHECK(context.scratchBytes() >= attentionScratchBytes(args.logSum.rows, args.logSum.cols));
    const BackwardArgs all{.shape = shapeOf(args),
                           .out = args.out.data,
                           .logSum = args.logSum.data,
                           .dOut = args.dOut.data,
                           .delta = reinterpret_cast<float*>(context.scratch.data()),
                           .dq = args.dq.data,
                           .dk = args.dk.data,
                           .dv = args.dv.data};
    const AttentionShape& shape = all.shape;
    launch(multiplyOut, gridOf(divideUp(shape.tokens * shape.heads, kProductWarps)),
           kProductThreads, 0, context.device, all);
    withHead(args.headSize, [&](auto head) {
        const unsigned tiles = gridOf(divideUp(shape.tokens, kAttentionSide<head>));
        constexpr std::size_t kShared = sizeof(BackwardShared<head>);
        launch(queryGradients<head>, dim3(tiles, gridOf(shape.heads)), kProductThreads, kShared,
               context.device, all);
        launch(keyGradients<head>, dim3(tiles, gridOf(shape.keyHeads)), kProductThreads, kShared,
               context.device, all);
    });
}

}  // namespace dsm::cuda
