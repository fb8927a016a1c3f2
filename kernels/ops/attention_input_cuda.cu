#include <array>

#include "kernels/cuda/dense_product.h"
#include "kernels/cuda/kv_write.h"
#include "kernels/cuda/last_block.h"
#include "kernels/cuda/low_rank_launch.h"
#include "kernels/cuda/normed_product.h"
#include "kernels/cuda/run_table.h"
#include "kernels/cuda/tile_add.h"
#include "kernels/ops/attention_input.h"
#include "kernels/ops/norm.h"

namespace dsm::cuda {
namespace {

// One of the three projections: rows of its weight are the numbers of its heads.
struct Projection {
    DeviceWeight weight;
    float* out = nullptr;  // [T, rows]
    bool isRotated = false;
    bool isCached = false;
    bool areKeys = false;
    std::uint32_t* counters = nullptr;  // of each head
    ShrunkMap low = {};
};

struct ProjectArgs {
    const float* x;  // [T, D]
    DeviceWeight norm;
    float epsilon;
    std::int64_t tokens;
    float* normed;  // [T, D]
    Projection projection[3];
    const float* rotary;    // [S, K]
    std::int64_t firstRow;  // of the pass: where x begins
    RunTable runs;
};

template <bool IsBlocked, int Tokens>
struct ProjectShared : NormedShared<IsBlocked, Tokens> {
    int isLast;
};

struct Work {
    const Projection* projection;
    std::int64_t row;    // first of the panel
    std::int64_t token;  // first of the block's
    int tokens;
};

template <int Tokens>
__device__ Work workOf(const ProjectArgs& args) {
    std::int64_t panel = blockIdx.x;
    int p = 0;
    while (panel >= panelsOf(args.projection[p].weight.rows)) {
        panel -= panelsOf(args.projection[p].weight.rows);
        ++p;
    }
    const std::int64_t token = static_cast<std::int64_t>(blockIdx.y) * Tokens;
    const std::int64_t left = args.tokens - token;
    return {&args.projection[p], panel * kPanelRows, token,
            left < Tokens ? static_cast<int>(left) : Tokens};
}

// Turns one head of one token and appends it to the cache: by one warp, from what all blocks of
// the head wrote.
__device__ void finishHead(const ProjectArgs& args, const Projection& p, std::int64_t head,
                           std::int64_t token) {
    const DevicePlace place = placeOf(args.runs, args.firstRow + token);
    const std::int64_t headSize = place.cache.headSize;
    const std::int64_t half = headSize / 2;
    float* row = p.out + token * p.weight.rows + head * headSize;
    const float* line = args.rotary + place.position * headSize;
    HeadPairs pairs;
    DSM_UNROLL
    for (int n = 0; n < kLanePairs; ++n) {
        const std::int64_t i = laneIndex() + n * kWarpLanes;
        if (i >= half) continue;
        const float a = ptx::loadFresh(row + i);
        const float b = ptx::loadFresh(row + half + i);
        pairs.first[n] = a;
        pairs.second[n] = b;
        if (!p.isRotated) continue;
        pairs.first[n] = a * line[i] - b * line[half + i];
        pairs.second[n] = b * line[i] + a * line[half + i];
        row[i] = pairs.first[n];
        row[half + i] = pairs.second[n];
    }
    if (p.isCached) writeHead(place.cache, p.areKeys, head, place.position, pairs);
}

// Heads that end with this block: the last of a head's blocks finishes it.
__device__ void finishHeads(const ProjectArgs& args, const Work& work, int& isLast) {
    const std::int64_t headSize = args.runs.shape.headSize;
    const std::int64_t rows = work.projection->weight.rows;
    const std::int64_t lastRow =
        work.row + kPanelRows < rows ? work.row + kPanelRows - 1 : rows - 1;
    const std::int64_t heads = rows / headSize;
    for (std::int64_t head = work.row / headSize; head <= lastRow / headSize; ++head) {
        const std::int64_t firstPanel = head * headSize / kPanelRows;
        const std::int64_t lastPanel = (head * headSize + headSize - 1) / kPanelRows;
        std::uint32_t* counter =
            work.projection->counters + static_cast<std::int64_t>(blockIdx.y) * heads + head;
        if (!isLastOf(counter, static_cast<std::uint32_t>(lastPanel - firstPanel + 1), isLast))
            continue;
        for (int t = warpIndex(); t < work.tokens; t += kProductWarps)
            finishHead(args, *work.projection, head, work.token + t);
    }
}

// Blocks that a multiprocessor has room for at least: left alone, the compiler makes room for three
// on some generations, and spills.
template <int Tokens>
[[maybe_unused]] constexpr int kProjectBlocks = Tokens == 1 ? 2 : 0;

template <bool IsBlocked, int Tokens>
__global__ void __launch_bounds__(kProductThreads, kProjectBlocks<Tokens>)
    projectHeads(const ProjectArgs args) {
    auto& shared = ptx::sharedMemory<ProjectShared<IsBlocked, Tokens>>();
    const Work work = workOf<Tokens>(args);
    const DeviceWeight& w = work.projection->weight;
    fetchPanel(w, work.row);
    shared.product.prepare();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();

    const float* x = args.x + work.token * w.cols;
    for (int t = 0; t < work.tokens; ++t) {
        const float scale = normScale(x + t * w.cols, w.cols, args.epsilon, shared.partial);
        if (threadIdx.x == 0) shared.scale[t] = scale;
    }
    const auto normed = [&](int t, std::int64_t c) {
        return t < work.tokens ? x[t * w.cols + c] * shared.scale[t] * normWeight(args.norm, c)
                               : 0.0F;
    };
    PanelProduct<IsBlocked, Tokens> product;
    eachStretch(shared.in, w.cols, normed, [&](std::int64_t begin, std::int64_t end) {
        product.add(w, work.row, begin, end, shared.in, shared.product);
    });
    product.finish(shared.total, shared.product);

    if (blockIdx.x == 0) {  // one block writes the normed rows down
        for (std::int64_t i = threadIdx.x; i < work.tokens * w.cols; i += kProductThreads)
            args.normed[work.token * w.cols + i] = normed(static_cast<int>(i / w.cols), i % w.cols);
    }
    for (int i = static_cast<int>(threadIdx.x); i < work.tokens * kPanelRows;
         i += kProductThreads) {
        const std::int64_t row = work.row + i % kPanelRows;
        if (row >= w.rows) continue;
        const std::int64_t token = work.token + i / kPanelRows;
        const DeviceLowRank& low = work.projection->low.low.first;
        work.projection->out[token * w.rows + row] =
            shared.total.row[i / kPanelRows][i % kPanelRows] +
            lowRankSum(low, row, work.projection->low.h + token * low.rank);
    }
    finishHeads(args, work, shared.isLast);
}

// The projections that one launch can take, those of one family of types, moved to the front; not
// those that are `done`.
int takeFamily(ProjectArgs& args, bool areBlocked, std::array<bool, 3> done = {}) {
    int taken = 0;
    for (std::size_t i = 0; i < done.size(); ++i) {
        if (!done[i] && isBlocked(args.projection[i].weight.type) == areBlocked)
            args.projection[taken++] = args.projection[i];
    }
    return taken;
}

void project(const DeviceRun& device, ProjectArgs args, bool areBlocked) {
    const int count = takeFamily(args, areBlocked);
    if (count == 0) return;
    std::int64_t panels = 0;
    for (int i = 0; i < count; ++i)
        panels += panelsOf(args.projection[i].weight.rows);
    withProduct(args.projection[0].weight.type, args.tokens, [&](auto blocked, auto tokens) {
        const dim3 grid(gridOf(panels), gridOf(divideUp(args.tokens, tokens)));
        launch(projectHeads<blocked, tokens>, grid, kProductThreads,
               sizeof(ProjectShared<blocked, tokens>), device, args);
    });
}

// ---- Many tokens: norm, products, heads, one launch after the other
// -------------------------------

template <bool IsBlocked>
__global__ void __launch_bounds__(kProductThreads) projectTiles(const ProjectArgs args) {
    auto& shared = ptx::sharedMemory<TileShared<IsBlocked>>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    std::int64_t tile = blockIdx.x;
    int p = 0;
    while (tile >= rowTiles(args.projection[p].weight.rows)) {
        tile -= rowTiles(args.projection[p].weight.rows);
        ++p;
    }
    const Projection& projection = args.projection[p];
    const DeviceWeight weight[1] = {projection.weight};
    const std::int64_t row = warpRow(tile);
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.y) * kTileTokens;
    const int count = tileCount(args.tokens, first);
    const float* normed = args.normed + first * weight[0].cols;
    TileSums sums[1];
    multiplyTiles<IsBlocked>(
        shared, weight, row, count, [&](int t) { return normed + t * weight[0].cols; }, sums);
    sums[0].each(count, [&](int t, int r, float value) {
        if (row + r < weight[0].rows)
            projection.out[(first + t) * weight[0].rows + row + r] = value;
    });
}

// A warp for each head of each token.
__global__ void __launch_bounds__(kProductThreads) finishTokens(const ProjectArgs args) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t token = blockIdx.y;
    std::int64_t head = static_cast<std::int64_t>(blockIdx.x) * kProductWarps + warpIndex();
    for (const Projection& p : args.projection) {
        const std::int64_t heads = p.weight.rows / args.runs.shape.headSize;
        if (head < heads) return finishHead(args, p, head, token);
        head -= heads;
    }
}

void projectMany(const DeviceRun& device, ProjectArgs args, bool areBlocked,
                 const std::array<bool, 3>& done) {
    const int count = takeFamily(args, areBlocked, done);
    std::int64_t tiles = 0;
    for (int i = 0; i < count; ++i)
        tiles += rowTiles(args.projection[i].weight.rows);
    const dim3 grid(gridOf(tiles), gridOf(tokenTiles(args.tokens)));
    launch(areBlocked ? projectTiles<true> : projectTiles<false>, grid, kProductThreads,
           areBlocked ? sizeof(TileShared<true>) : sizeof(TileShared<false>), device, args);
}

// By dense products, those that are taken there; which ones.
std::array<bool, 3> projectDense(OpContext& context, const AttentionInputArgs& args,
                                 const ProjectArgs& all) {
    const std::array<const Weight*, 3> weights{&args.query, &args.key, &args.value};
    std::array<bool, 3> done{};
    const std::byte* halves = nullptr;
    for (std::size_t i = 0; i < done.size(); ++i) {
        done[i] = takesDense(context, *weights[i], all.tokens);
        if (!done[i]) continue;
        if (halves == nullptr) halves = splitRows(context, {all.normed, all.tokens, args.x.cols});
        context.device.dense->multiply(context.device, halves, *weights[i], all.tokens, false,
                                       all.projection[i].out);
    }
    return done;
}

// Where the factors of the three maps go; true where there are any.
bool placeLowRanks(const DeviceRun& device, const AttentionInputArgs& args, ProjectArgs& all) {
    const std::array<const Weight*, 3> weights{&args.query, &args.key, &args.value};
    LowRankSpace space(device);
    bool areAny = false;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const DeviceLowRank low = lowRankOnDevice(*weights[i]);
        all.projection[i].low = {.low = {.first = low}, .h = space.take(all.tokens, low.rank)};
        areAny = areAny || low.rank > 0;
    }
    return areAny;
}

ShrinkArgs shrinkArgs(const ProjectArgs& all, const float* in) {
    ShrinkArgs args{.all = {.in = in}, .tokens = all.tokens};
    for (const Projection& p : all.projection)
        args.all.add(p.low);
    return args;
}

// Of few tokens, before the products: of inputs that nobody has normed yet.
void shrinkFew(const DeviceRun& device, const ProjectArgs& all) {
    ShrinkArgs args = shrinkArgs(all, all.x);
    args.norm = all.norm;
    args.epsilon = all.epsilon;
    shrink(device, args);
}

// Of many, after them.
void addMany(const DeviceRun& device, const ProjectArgs& all) {
    shrink(device, shrinkArgs(all, all.normed));
    ExpandArgs args{.tokens = all.tokens};
    for (const Projection& p : all.projection)
        args.add(p.low, p.out);
    expand(device, args);
}

void projectTokens(OpContext& context, const AttentionInputArgs& args, const ProjectArgs& all,
                   std::int64_t heads, bool haveLowRanks) {
    norm(context, {.x = args.x, .weight = args.norm, .epsilon = args.epsilon, .out = args.normed});
    const std::array<bool, 3> done = projectDense(context, args, all);
    projectMany(context.device, all, true, done);
    projectMany(context.device, all, false, done);
    if (haveLowRanks) addMany(context.device, all);
    launch(finishTokens, dim3(gridOf(divideUp(heads, kProductWarps)), gridOf(all.tokens)),
           kProductThreads, 0, context.device, all);
}

// Counters of a projection's heads for each of `chunks` groups of tokens, after those before it.
Projection projectionOf(const Weight& weight, float* out, std::int64_t headSize,
                        std::int64_t chunks, std::uint32_t*& counters) {
    Projection p{.weight = onDevice(weight), .out = out, .counters = counters};
    counters += weight.rows / headSize * chunks;
    return p;
}

}  // namespace

void attentionInput(OpContext& context, const AttentionInputArgs& args) {
    checkShapes(args);
    const KvPanels& cache = args.runs.front().cache;
    const std::int64_t headSize = cache.headSize;
    DSM_CHECK(headSize <= kMostHeadSize);
    const std::int64_t heads = (args.q.cols + 2 * cache.width()) / headSize;
    DSM_CHECK(context.device.counters != nullptr && heads <= kDeviceCounters);
    const std::int64_t chunks = std::max<std::int64_t>(kDeviceCounters / heads, 1);
    const bool areMany = args.x.rows > kPanelTokens && hasTiles(args.query.type) &&
                         hasTiles(args.key.type) && hasTiles(args.value.type);
    constexpr std::int64_t kMostRows = 65535;  // of a grid
    const std::int64_t most = areMany ? kMostRows : chunks * kMostTokens;
    for (std::int64_t t = 0; t < args.x.rows; t += most) {
        std::uint32_t* counters = context.device.counters;
        const auto projection = [&](const Weight& w, const Matrix<float>& out) {
            return projectionOf(w, out.row(t), headSize, chunks, counters);
        };
        ProjectArgs now{
            .x = args.x.row(t),
            .norm = onDevice(args.norm),
            .epsilon = args.epsilon,
            .tokens = std::min(args.x.rows - t, most),
            .normed = args.normed.row(t),
            .projection = {projection(args.query, args.q), projection(args.key, args.keys),
                           projection(args.value, args.values)},
            .rotary = args.rotary.data,
            .firstRow = t,
            .runs = tableOf(args.runs, context.device)};
        now.projection[0].isRotated = now.projection[1].isRotated = true;
        now.projection[1].isCached = now.projection[2].isCached = true;
        now.projection[1].areKeys = true;
        const bool haveLowRanks = placeLowRanks(context.device, args, now);
        if (areMany) {
            projectTokens(context, args, now, heads, haveLowRanks);
            continue;
        }
        if (haveLowRanks) shrinkFew(context.device, now);
        project(context.device, now, true);
        project(context.device, now, false);
    }
}

}  // namespace dsm::cuda
