#include "kernels/cuda/add_rows.h"
#include "kernels/cuda/expert_list.h"
#include "kernels/cuda/last_block.h"
#include "kernels/cuda/low_rank_launch.h"
#include "kernels/cuda/product_launch.h"
#include "kernels/ops/experts_output.h"

namespace dsm::cuda {
namespace {

// The columns of one source (the shared expert, or a routed one) are cut into equal pieces that are
// staged at once, so that short rows still give every multiprocessor work.
struct Pieces {
    int count = 0;
    std::int64_t cols = 0;  // of a piece, whole tiles

    static Pieces of(std::int64_t cols) {
        const std::int64_t count = divideUp(cols, kStageCols);
        if (count == 0) return {};
        return {static_cast<int>(count), divideUp(divideUp(cols, count), kTileCols) * kTileCols};
    }
};

struct DownArgs {
    const float* sharedHidden;  // [T, Fs]
    DeviceWeight sharedDown;
    Pieces sharedPieces;
    const float* routedHidden;  // [T*A, F]
    const float* weight;        // [T, A]
    ExpertWeights down;
    Pieces routedPieces;
    const std::int32_t* slots;
    const std::int32_t* begin;
    int slotCount, experts, active;
    bool overlaps;  // the launch before
    std::int64_t firstToken;
    float* partial;  // [tokens of the launch, pieces, D]
    std::uint32_t* counters;
    float* x;  // [T, D]
    // Factors of an adapter. A source with factors has some blocks of its own for A, before those of
    // the pieces; h: for each token of the launch and each source, r numbers, times the source's
    // weight, and the expert.
    ShrunkMap sharedLow;
    ShrunkMap downLow;

    __device__ __host__ int sharedTiles() const {
        return sharedPieces.count > 0 ? sharedLow.low.first.rowTiles() : 0;
    }
    __device__ __host__ int routedTiles() const {
        return routedPieces.count > 0 ? downLow.low.first.rowTiles() : 0;
    }
    // Blocks for A of a token.
    __device__ __host__ int shrinkBlocks() const { return sharedTiles() + active * routedTiles(); }

    __host__ __device__ int pieces() const {
        return sharedPieces.count + routedPieces.count * active;
    }
};

template <bool IsBlocked>
struct DownShared {
    StagedRows<IsBlocked, 1> in;
    PanelShared<IsBlocked, 1> product;
    PanelTotals<1> total;
    int isLast;
};

// What a block multiplies: a piece of a row of inputs with the same columns of a weight.
struct Source {
    DeviceWeight down;
    const float* hidden;
    float weight;
    std::int64_t begin, end;  // columns
};

// Asks for the panel of a routed expert, before it is sure (expert_list.h) that it is the one.
__device__ void fetchRouted(const DownArgs& args, std::int64_t t, int piece, std::int64_t row) {
    const int place =
        placeOfToken<Fresh>(args.slots, args.slotCount, args.active, static_cast<int>(t),
                            (piece - args.sharedPieces.count) / args.routedPieces.count);
    if (place < 0) return;
    const int e = expertOfPlace<Fresh>(args.begin, args.experts, place);
    if (e < args.experts) fetchPanel(args.down.of(e), row);
}

// Pieces of the shared expert come first, then those of the token's experts by their index.
__device__ Source sourceOf(const DownArgs& args, std::int64_t t, int piece) {
    Source s{args.sharedDown, args.sharedHidden + t * args.sharedDown.cols, 1.0F, 0, 0};
    Pieces pieces = args.sharedPieces;
    if (piece >= args.sharedPieces.count) {
        piece -= args.sharedPieces.count;
        pieces = args.routedPieces;
        const int place = placeOfToken(args.slots, args.slotCount, args.active, static_cast<int>(t),
                                       piece / pieces.count);
        piece %= pieces.count;
        const std::int32_t slot = args.slots[place];
        s.down = args.down.of(expertOfPlace(args.begin, args.experts, place));
        s.hidden = args.routedHidden + slot * s.down.cols;
        s.weight = args.weight[slot];
    }
    s.begin = piece * pieces.cols;
    const std::int64_t end = s.begin + pieces.cols;
    s.end = end < s.down.cols ? end : s.down.cols;
    return s;
}

// Where h of a token of the launch lies: of the shared expert, and of its nth.
__device__ __forceinline__ float* sharedH(const DownArgs& args) {
    return args.sharedLow.h + std::int64_t{blockIdx.z} * args.sharedLow.low.first.rank;
}
__device__ __forceinline__ float* routedH(const DownArgs& args, int n) {
    const int numbers = args.downLow.low.first.rank + 1;
    return args.downLow.h + (std::int64_t{blockIdx.z} * args.active + n) * numbers;
}

// What factors add to one row: all sources in order, from what other blocks wrote.
__device__ float lowRankSums(const DownArgs& args, std::int64_t row) {
    float sum = 0;
    if (args.sharedTiles() > 0)
        sum += lowRankSum<FreshNumber>(args.sharedLow.low.first, row, sharedH(args));
    const int rank = args.routedTiles() > 0 ? args.downLow.low.first.rank : 0;
    for (int n = 0; rank > 0 && n < args.active; ++n) {
        const float* h = routedH(args, n);
        const int e = __float_as_int(ptx::loadFresh(h + rank));
        sum += lowRankSum<FreshNumber>(args.downLow.low.of(e), row, h);
    }
    return sum;
}

// One row of x, once all blocks of its panel are done.
__device__ void finishRow(const DownArgs& args, std::int64_t t, std::int64_t row) {
    const std::int64_t rows = args.sharedDown.rows;
    const float* partial =
        args.partial + static_cast<std::int64_t>(blockIdx.z) * args.pieces() * rows;
    float sum = args.x[t * rows + row];
    for (int p = 0; p < args.pieces(); ++p)
        sum += ptx::loadFresh(partial + p * rows + row);
    args.x[t * rows + row] = sum + lowRankSums(args, row);
}

// Some rows of A of one source. All panels wait for them: whoever comes last finishes a panel.
__device__ void shrinkSource(const DownArgs& args, std::int64_t t, int block) {
    if (block >= args.shrinkBlocks()) return;
    if (block < args.sharedTiles()) {
        const DeviceLowRank& low = args.sharedLow.low.first;
        const float* in = args.sharedHidden + t * low.cols;
        shrinkTile<1>(
            low, block, [&](int, std::int64_t c) { return in[c]; },
            [&](int, int j, float value) { sharedH(args)[j] = value; });
    } else {
        const int n = (block - args.sharedTiles()) / args.routedTiles();
        const int place =
            placeOfToken(args.slots, args.slotCount, args.active, static_cast<int>(t), n);
        const int e = expertOfPlace(args.begin, args.experts, place);
        const DeviceLowRank low = args.downLow.low.of(e);
        const std::int32_t slot = args.slots[place];
        const float* in = args.routedHidden + slot * low.cols;
        float* h = routedH(args, n);
        shrinkTile<1>(
            low, (block - args.sharedTiles()) % args.routedTiles(),
            [&](int, std::int64_t c) { return in[c]; },
            [&](int, int j, float value) { h[j] = args.weight[slot] * value; });
        if (threadIdx.x == 0) h[low.rank] = __int_as_float(e);
    }
    __threadfence();
    __syncthreads();
    const auto all = static_cast<std::uint32_t>(args.pieces() + args.shrinkBlocks());
    for (unsigned panel = threadIdx.x; panel < gridDim.x; panel += kProductThreads) {
        std::uint32_t* counter = args.counters + std::int64_t{blockIdx.z} * gridDim.x + panel;
        if (atomicAdd(counter, 1U) + 1 != all) continue;
        *counter = 0;
        __threadfence();
        for (int r = 0; r < kPanelRows; ++r) {
            const std::int64_t row = std::int64_t{panel} * kPanelRows + r;
            if (row < args.sharedDown.rows) finishRow(args, t, row);
        }
    }
}

template <bool IsBlocked>
__global__ void __launch_bounds__(kProductThreads) addExperts(const DownArgs args) {
    auto& shared = ptx::sharedMemory<DownShared<IsBlocked>>();
    const std::int64_t rows = args.sharedDown.rows;
    const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * kPanelRows;
    const int shrinkRows =
        (args.shrinkBlocks() + static_cast<int>(gridDim.x) - 1) / static_cast<int>(gridDim.x);
    const int piece = static_cast<int>(blockIdx.y) - shrinkRows;
    const std::int64_t t = args.firstToken + blockIdx.z;
    if (piece < 0) {
        ptx::waitForLaunchesBefore();
        ptx::letNextLaunchBegin();
        return shrinkSource(args, t, static_cast<int>(blockIdx.y * gridDim.x + blockIdx.x));
    }
    if (piece < args.sharedPieces.count) {
        fetchPanel(args.sharedDown, row);
    } else if (args.overlaps) {
        fetchRouted(args, t, piece, row);
    }
    shared.product.prepare();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();

    const Source source = sourceOf(args, t, piece);
    PanelProduct<IsBlocked, 1> product;
    stage(shared.in, source.begin, source.end,
          [&](int, std::int64_t c) { return source.hidden[c]; });
    __syncthreads();
    product.add(source.down, row, source.begin, source.end, shared.in, shared.product);
    product.finish(shared.total, shared.product);

    const int thread = static_cast<int>(threadIdx.x);
    const bool isRow = thread < kPanelRows && row + thread < rows;
    float* partial = args.partial + static_cast<std::int64_t>(blockIdx.z) * args.pieces() * rows;
    if (isRow) partial[piece * rows + row + thread] = source.weight * shared.total.row[0][thread];
    std::uint32_t* counter =
        args.counters + static_cast<std::int64_t>(blockIdx.z) * gridDim.x + blockIdx.x;
    const auto all = static_cast<std::uint32_t>(args.pieces() + args.shrinkBlocks());
    if (!isLastOf(counter, all, shared.isLast)) return;
    if (isRow) finishRow(args, t, row + thread);
}

// Tokens of one launch: each has a counter for every panel.
std::int64_t launchTokens(std::int64_t hidden) {
    return std::max<std::int64_t>(kDeviceCounters / panelsOf(hidden), 1);
}

void add(OpContext& context, DownArgs args, DType type, std::int64_t tokens) {
    const std::int64_t hidden = args.sharedDown.rows;
    const std::int64_t most = launchTokens(hidden);
    if (args.pieces() == 0) return;
    for (std::int64_t t = 0; t < tokens; t += most) {
        args.firstToken = t;
        const std::int64_t shrinkRows = divideUp(args.shrinkBlocks(), panelsOf(hidden));
        const dim3 grid(gridOf(panelsOf(hidden)), gridOf(shrinkRows + args.pieces()),
                        gridOf(std::min(most, tokens - t)));
        withProduct(type, 1, [&](auto blocked, auto) {
            launch(addExperts<blocked>, grid, kProductThreads, sizeof(DownShared<blocked>),
                   context.device, args);
        });
    }
}

// ---- Many tokens: each slot's product to a row of its own, then the rows of a token in order
// -------

template <bool IsBlocked>
__global__ void __launch_bounds__(kProductThreads) downTiles(const DownArgs args) {
    auto& shared = ptx::sharedMemory<TileShared<IsBlocked>>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const int e = static_cast<int>(blockIdx.y);
    const std::int64_t first = args.begin[e] + static_cast<std::int64_t>(blockIdx.z) * kTileTokens;
    if (first >= args.begin[e + 1]) return;
    const DeviceWeight weight[1] = {args.down.of(e)};
    const std::int64_t row = warpRow(blockIdx.x);
    const int count = tileCount(args.begin[e + 1], first);
    const std::int32_t* slots = args.slots + first;
    TileSums sums[1];
    multiplyTiles<IsBlocked>(
        shared, weight, row, count,
        [&](int t) { return args.routedHidden + slots[t] * weight[0].cols; }, sums);
    sums[0].each(count, [&](int t, int r, float value) {
        if (row + r < weight[0].rows) args.partial[slots[t] * weight[0].rows + row + r] = value;
    });
}

__global__ void __launch_bounds__(kProductThreads) addSlots(const DownArgs args) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t rows = args.down.first.rows;
    const std::int64_t t = blockIdx.y;
    const std::int64_t d = static_cast<std::int64_t>(blockIdx.x) * kProductThreads + threadIdx.x;
    if (d >= rows) return;
    float sum = args.x[t * rows + d];
    for (std::int64_t slot = t * args.active; slot < (t + 1) * args.active; ++slot)
        sum = fmaf(args.weight[slot], args.partial[slot * rows + d], sum);
    args.x[t * rows + d] = sum;
}

// Shrinks all inputs in one launch, h of routed ones by slot, and adds what the shared expert's
// factors give.
void addSharedFactors(const DeviceRun& device, const DownArgs& args, std::int64_t tokens) {
    ShrinkArgs shrunk{.all = {.in = args.sharedHidden},
                      .routed = {.in = args.routedHidden},
                      .tokens = tokens,
                      .slots = args.slots,
                      .begin = args.begin,
                      .experts = args.experts,
                      .active = args.active};
    shrunk.all.add(args.sharedLow);
    shrunk.routed.add(args.downLow);
    shrink(device, shrunk);
    ExpandArgs expanded{.tokens = tokens};
    expanded.add(args.sharedLow, args.x);
    expand(device, expanded);
}

void addMany(OpContext& context, const ExpertsOutputArgs& op, const DownArgs& args) {
    const std::int64_t tokens = op.x.rows;
    addRows(context, op.sharedHidden, op.sharedDown, args.x);
    addSharedFactors(context.device, args, tokens);
    if (args.experts == 0) return;
    const DeviceRun& device = context.device;
    const std::int64_t rows = args.down.first.rows;
    const bool areBlocked = isBlocked(args.down.first.type);
    const dim3 grid(gridOf(rowTiles(rows)), gridOf(args.experts), gridOf(tokenTiles(tokens)));
    launch(areBlocked ? downTiles<true> : downTiles<false>, grid, kProductThreads,
           areBlocked ? sizeof(TileShared<true>) : sizeof(TileShared<false>), device, args);
    ExpandArgs expanded{.tokens = tokens, .slots = args.slots, .begin = args.begin};
    expanded.add(args.downLow, args.partial);
    expandOfExperts(device, expanded, args.experts);
    launch(addSlots, dim3(gridOf(divideUp(rows, kProductThreads)), gridOf(tokens)), kProductThreads,
           0, device, args);
}

}  // namespace

std::int64_t expertsOutputScratchBytes(std::int64_t tokens, std::int64_t hidden,
                                       std::int64_t active, std::int64_t expertWidth,
                                       std::int64_t sharedWidth) {
    const std::int64_t pieces =
        Pieces::of(sharedWidth).count + Pieces::of(expertWidth).count * active;
    const std::int64_t rows = std::min(tokens, launchTokens(hidden)) * pieces;
    const std::int64_t slots = tokens > kPanelTokens ? tokens * active : 0;
    return std::max(rows, slots) * hidden * std::int64_t{sizeof(float)};
}

void expertsOutput(OpContext& context, const ExpertsOutputArgs& args) {
    checkShapes(args, Memory::Device);
    const std::int64_t active = args.weight.cols;
    DSM_CHECK(context.device.counters != nullptr && panelsOf(args.x.cols) <= kDeviceCounters);
    DSM_CHECK(context.scratchBytes() >= expertsOutputScratchBytes(args.x.rows, args.x.cols, active,
                                                                  args.routedHidden.cols,
                                                                  args.sharedHidden.cols));
    LowRankSpace space(context.device);
    const DeviceLowRank sharedLow = lowRankOnDevice(args.sharedDown);
    const ExpertLowRanks downLow = lowRankOnDevice(args.down);
    float* sharedH = space.take(args.x.rows, sharedLow.rank);
    const int numbers = downLow.first.rank > 0 ? downLow.first.rank + 1 : 0;
    float* downH = space.take(args.x.rows * active, numbers);
    const DownArgs all{.sharedHidden = args.sharedHidden.data,
                       .sharedDown = onDevice(args.sharedDown),
                       .sharedPieces = Pieces::of(args.sharedDown.cols),
                       .routedHidden = args.routedHidden.data,
                       .weight = args.weight.data,
                       .down = onDevice(args.down),
                       .routedPieces = Pieces::of(args.routedHidden.cols),
                       .slots = args.groups.slots.data(),
                       .begin = args.groups.begin.data(),
                       .slotCount = static_cast<int>(args.x.rows * active),
                       .experts = static_cast<int>(args.down.size()),
                       .active = static_cast<int>(active),
                       .overlaps = context.device.overlaps,
                       .firstToken = 0,
                       .partial = reinterpret_cast<float*>(context.scratch.data()),
                       .counters = context.device.counters,
                       .x = args.x.data,
                       .sharedLow = {.low = {.first = sharedLow}, .h = sharedH},
                       .downLow = {.low = downLow, .h = downH}};
    const DType sharedType = args.sharedDown.type;
    const DType routedType = args.down.empty() ? sharedType : args.down.front().type;
    if (args.x.rows > kPanelTokens && hasTiles(sharedType) && hasTiles(routedType))
        return addMany(context, args, all);
    if (isBlocked(sharedType) == isBlocked(routedType)) {
        add(context, all, sharedType, args.x.rows);
        return;
    }
    DownArgs part = all;
    part.routedPieces = {};
    add(context, part, sharedType, args.x.rows);
    part = all;
    part.sharedPieces = {};
    add(context, part, routedType, args.x.rows);
}

}  // namespace dsm::cuda
