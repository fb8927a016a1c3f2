#include "kernels/cuda/attend_tiles.h"
#include "kernels/cuda/last_block.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/run_table.h"
#include "kernels/cuda/staged_rows.h"
#include "kernels/ops/attend.h"

namespace dsm::cuda {
namespace {

// The cache is cut into splits of fixed length, each by one block, and the splits are folded from
// first to last: by the last block where each split has its own, by the one block where there are
// enough blocks without that. The arithmetic is the same, so a row does not depend on T.
constexpr std::int64_t kSplitPositions = 256;
constexpr std::int64_t kMostItems = 2048;  // of splits that have their own block

struct AttendParameters {
    const float* q;  // [T, H*K]
    RunTable runs;
    std::int64_t heads;
    std::int64_t firstRow;  // of the pass: where q begins
    std::int64_t splits;    // that have a block; 1: the block takes all of them
    float* partial;         // [T, H, splits, 2 + K]: the largest score, the sum, the values
    std::uint32_t* counters;
    float* out;  // [T, H*K]
};

constexpr int kWarps = kProductWarps;
constexpr int kPanel = static_cast<int>(kKvPanel);

struct AttendShared {
    float q[kMostHeadSize];
    float score[kWarps][kPanel];
    float largest[kWarps];
    float total[kWarps];
    float values[kWarps][kMostHeadSize];
    int isLast;
};

// Sixteen bytes of the cache as numbers: of keys kAcross positions of kAlong columns each, of
// values kAcross columns of kAlong positions each.
template <KvType Type>
struct KvVector {
    static constexpr int kCount = 16 / static_cast<int>(kvNumberBytes(Type));
    static constexpr int kAlong = Type == KvType::Q8 ? 4 : 1;
    static constexpr int kAcross = kCount / kAlong;

    __device__ static void load(const std::byte* p, float (&out)[kCount]) {
        const uint4 words = *reinterpret_cast<const uint4*>(p);
        const std::uint32_t all[4] = {words.x, words.y, words.z, words.w};
        DSM_UNROLL
        for (int i = 0; i < kCount; ++i) {
            if constexpr (Type == KvType::F32) {
                out[i] = __uint_as_float(all[i]);
            } else if constexpr (Type == KvType::BF16) {
                out[i] = __uint_as_float(i % 2 == 0 ? all[i / 2] << 16U : all[i / 2] & 0xffff0000U);
            } else {
                const std::uint32_t byte = all[i / 4] >> (i % 4 * 8) & 0xffU;
                out[i] = static_cast<float>(static_cast<std::int32_t>(byte) - kKvBias);
            }
        }
    }
};

// Sixteen scores of one panel of keys, by one warp. A lane multiplies kAcross positions of some
// columns, and ends with the sum of one position.
template <KvType Type>
__device__ void scorePanel(const KvPanels& cache, const std::byte* panel, const float* q,
                           float (&score)[kPanel]) {
    using Vector = KvVector<Type>;
    constexpr int kColumnLanes = kPanel / Vector::kAcross;  // that share columns
    const std::byte* numbers = panel + kvScaleBytes(Type);
    float sum[Vector::kAcross] = {};
    for (std::int64_t c = laneIndex() / kColumnLanes; c * Vector::kAlong < cache.headSize;
         c += kWarpLanes / kColumnLanes) {
        float key[Vector::kCount];
        Vector::load(numbers + (c * kColumnLanes + laneIndex() % kColumnLanes) * 16, key);
        DSM_UNROLL
        for (int i = 0; i < Vector::kCount; ++i) {
            float& own = sum[i / Vector::kAlong];
            own = fmaf(q[c * Vector::kAlong + i % Vector::kAlong], key[i], own);
        }
    }
    const int place = laneIndex() % kColumnLanes * Vector::kAcross + scatterSums<kColumnLanes>(sum);
    const float scale = Type == KvType::Q8 ? reinterpret_cast<const float*>(panel)[place] : 1.0F;
    score[place] = sum[0] * scale;
    __syncwarp();
}

// What a warp has seen so far of its panels.
struct Seen {
    float largest = -INFINITY;
    float total = 0;
    float values[kPanel] = {};  // of the columns that valueGroup() says
};

// How the lanes of a warp share a panel of values: rows of kPositions positions, `groups` vectors
// of kCount columns each.
template <KvType Type>
struct ValueLanes {
    static constexpr int kCount = KvVector<Type>::kAcross;
    static constexpr int kPositions = KvVector<Type>::kAlong;
    static constexpr int kMostGroups = kPanel / kCount;  // of a lane

    int groups, rows;  // vectors of a row; rows at once
    int row, group;    // of this lane, first

    __device__ explicit ValueLanes(std::int64_t headSize)
        : groups(static_cast<int>(paddedHead(headSize)) / kCount),
          rows(groups >= kWarpLanes ? 1 : kWarpLanes / groups),
          row(groups >= kWarpLanes ? 0 : laneIndex() / groups),
          group(groups >= kWarpLanes ? laneIndex() : laneIndex() % groups) {
        if (rows > kPanel / kPositions) rows = kPanel / kPositions;
    }
    __device__ bool isIdle() const { return row >= rows; }
};

template <KvType Type>
__device__ void addPanel(const KvPanels& cache, const std::byte* panel,
                         const float (&share)[kPanel], int count, Seen& seen) {
    const ValueLanes<Type> lanes(cache.headSize);
    using Vector = KvVector<Type>;
    constexpr int kPositions = ValueLanes<Type>::kPositions;
    const std::byte* numbers = panel + kvScaleBytes(Type);
    for (int row = lanes.row; row * kPositions < count && !lanes.isIdle(); row += lanes.rows) {
        float part[kPositions];
        DSM_UNROLL
        for (int i = 0; i < kPositions; ++i) {
            const int s = row * kPositions + i;
            // What follows the last position is of no meaning.
            const float scale =
                Type == KvType::Q8 && s < count ? reinterpret_cast<const float*>(panel)[s] : 1.0F;
            part[i] = share[s] * scale;
        }
        DSM_UNROLL
        for (int g = 0; g < ValueLanes<Type>::kMostGroups; ++g) {
            const int group = lanes.group + g * kWarpLanes;
            if (group >= lanes.groups) break;
            float value[Vector::kCount];
            Vector::load(numbers + (row * lanes.groups + group) * 16, value);
            DSM_UNROLL
            for (int i = 0; i < Vector::kCount; ++i) {
                float& sum = seen.values[g * Vector::kAcross + i / kPositions];
                sum = fmaf(part[i % kPositions], value[i], sum);
            }
        }
    }
}

// Softmax with running sums over one more panel, whose first `count` positions may be seen.
template <KvType Type>
__device__ void seePanel(const KvPanels& cache, std::int64_t keyHead, std::int64_t panel, int count,
                         float scale, AttendShared& shared, Seen& seen) {
    const std::int64_t offset =
        (keyHead * (cache.positions / kKvPanel) + panel) * kvPanelBytes(Type, cache.headSize);
    float(&score)[kPanel] = shared.score[warpIndex()];
    scorePanel<Type>(cache, cache.keys + offset, shared.q, score);
    const int lane = laneIndex();
    const float own = lane < count ? score[lane] * scale : -INFINITY;
    const float largest = fmaxf(seen.largest, warpMax(own));
    const float share = lane < count ? expf(own - largest) : 0.0F;
    const float faded = expf(seen.largest - largest);
    __syncwarp();
    if (lane < kPanel) score[lane] = share;
    seen.total = seen.total * faded + warpSum(share);
    seen.largest = largest;
    DSM_UNROLL
    for (float& value : seen.values)
        value *= faded;
    __syncwarp();
    addPanel<Type>(cache, cache.values + offset, score, count, seen);
    __syncwarp();
}

// The sums of the rows' lanes, one after the other, into shared memory.
template <KvType Type>
__device__ void gatherValues(const KvPanels& cache, const Seen& seen, float* out) {
    const ValueLanes<Type> lanes(cache.headSize);
    constexpr int kCount = ValueLanes<Type>::kCount;
    for (int row = 0; row < lanes.rows; ++row) {
        if (lanes.row == row) {
            DSM_UNROLL
            for (int g = 0; g < ValueLanes<Type>::kMostGroups; ++g) {
                const int group = lanes.group + g * kWarpLanes;
                if (group >= lanes.groups) break;
                DSM_UNROLL
                for (int i = 0; i < kCount; ++i) {
                    float& sum = out[group * kCount + i];
                    sum =
                        row == 0 ? seen.values[g * kCount + i] : sum + seen.values[g * kCount + i];
                }
            }
        }
        __syncwarp();
    }
}

// A split, or several folded: the columns of this thread.
struct Folded {
    static constexpr int kColumns = static_cast<int>(kMostHeadSize) / kProductThreads;
    float largest = -INFINITY;
    float total = 0;
    float value[kColumns] = {};

    __device__ void add(const Folded& next) {
        const float top = fmaxf(largest, next.largest);
        const float faded = expf(largest - top);
        const float part = expf(next.largest - top);
        largest = top;
        total = total * faded + next.total * part;
        DSM_UNROLL
        for (int i = 0; i < kColumns; ++i)
            value[i] = value[i] * faded + next.value[i] * part;
    }
};

template <KvType Type>
__device__ Folded seeSplit(const KvPanels& cache, std::int64_t keyHead, std::int64_t split,
                           std::int64_t positions, float scale, AttendShared& shared) {
    Seen seen;
    const std::int64_t first = split * kSplitPositions / kKvPanel;
    for (std::int64_t p = first + warpIndex(); p < first + kSplitPositions / kKvPanel;
         p += kWarps) {
        const std::int64_t left = positions - p * kKvPanel;
        if (left <= 0) break;
        seePanel<Type>(cache, keyHead, p, left < kKvPanel ? static_cast<int>(left) : kPanel, scale,
                       shared, seen);
    }
    gatherValues<Type>(cache, seen, shared.values[warpIndex()]);
    if (laneIndex() == 0) {
        shared.largest[warpIndex()] = seen.largest;
        shared.total[warpIndex()] = seen.total;
    }
    __syncthreads();
    Folded all;
    for (int w = 0; w < kWarps; ++w) {
        if (shared.largest[w] == -INFINITY) continue;  // had no panel
        Folded next{shared.largest[w], shared.total[w]};
        DSM_UNROLL
        for (int i = 0; i < Folded::kColumns; ++i) {
            const int c = static_cast<int>(threadIdx.x) + i * kProductThreads;
            next.value[i] = c < cache.headSize ? shared.values[w][c] : 0.0F;
        }
        all.add(next);
    }
    __syncthreads();
    return all;
}

__device__ void writeRow(const AttendParameters& args, float* out, const Folded& all) {
    DSM_UNROLL
    for (int i = 0; i < Folded::kColumns; ++i) {
        const std::int64_t c = threadIdx.x + i * kProductThreads;
        if (c < args.runs.shape.headSize) out[c] = all.value[i] / all.total;
    }
}

__device__ void keepPartial(const AttendParameters& args, float* partial, const Folded& own) {
    if (threadIdx.x == 0) {
        partial[0] = own.largest;
        partial[1] = own.total;
    }
    writeRow(args, partial + 2, {own.largest, 1.0F, {own.value[0], own.value[1]}});
}

__device__ Folded loadPartial(const AttendParameters& args, const float* partial) {
    Folded next{ptx::loadFresh(partial), ptx::loadFresh(partial + 1)};
    DSM_UNROLL
    for (int i = 0; i < Folded::kColumns; ++i) {
        const std::int64_t c = threadIdx.x + i * kProductThreads;
        next.value[i] = c < args.runs.shape.headSize ? ptx::loadFresh(partial + 2 + c) : 0.0F;
    }
    return next;
}

template <KvType Type>
__global__ void __launch_bounds__(kProductThreads) attendSplits(const AttendParameters args) {
    auto& shared = ptx::sharedMemory<AttendShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t t = blockIdx.z;
    const std::int64_t head = blockIdx.y;
    const DevicePlace place = placeOf(args.runs, args.firstRow + t);
    const std::int64_t headSize = place.cache.headSize;
    const std::int64_t positions = place.position + 1;
    const std::int64_t splits = (positions + kSplitPositions - 1) / kSplitPositions;
    const std::int64_t split = blockIdx.x;
    if (split >= splits) return;  // of a launch sized for later positions, or for another run's

    const float* q = args.q + (t * args.heads + head) * headSize;
    for (std::int64_t c = threadIdx.x; c < paddedHead(headSize); c += kProductThreads)
        shared.q[c] = c < headSize ? q[c] : 0.0F;
    __syncthreads();
    const float scale = 1.0F / sqrtf(static_cast<float>(headSize));
    const std::int64_t keyHead = head / (args.heads / place.cache.heads);
    const auto see = [&](std::int64_t s) {
        return seeSplit<Type>(place.cache, keyHead, s, positions, scale, shared);
    };
    float* out = args.out + (t * args.heads + head) * headSize;
    Folded all = see(split);
    if (args.splits == 1) {
        for (std::int64_t s = 1; s < splits; ++s)
            all.add(see(s));
        return writeRow(args, out, all);
    }
    const std::int64_t item = t * args.heads + head;
    float* partials = args.partial + item * args.splits * (2 + headSize);
    keepPartial(args, partials + split * (2 + headSize), all);
    if (!isLastOf(args.counters + item, static_cast<std::uint32_t>(splits), shared.isLast)) return;
    all = loadPartial(args, partials);
    for (std::int64_t s = 1; s < splits; ++s)
        all.add(loadPartial(args, partials + s * (2 + headSize)));
    writeRow(args, out, all);
}

void launchAttend(const DeviceRun& device, const AttendParameters& args, std::int64_t tokens) {
    const dim3 grid(static_cast<unsigned>(args.splits), static_cast<unsigned>(args.heads),
                    static_cast<unsigned>(tokens));
    const auto with = [&](auto kernel) {
        launch(kernel, grid, kProductThreads, sizeof(AttendShared), device, args);
    };
    if (args.runs.shape.type == KvType::F32) return with(attendSplits<KvType::F32>);
    if (args.runs.shape.type == KvType::BF16) return with(attendSplits<KvType::BF16>);
    with(attendSplits<KvType::Q8>);
}

// Up to so many tokens a block for each is faster than tiles of them.
constexpr std::int64_t kFewTokens = 8;

bool hasTiles(const CacheRun& run) {
    return run.rows > kFewTokens && run.cache.type != KvType::F32 &&
           paddedHead(run.cache.headSize) <= kMostTileHead;
}

void attendMany(const DeviceRun& device, const AttendArgs& args, const CacheRun& run,
                std::int64_t firstRow) {
    const AttendTilesArgs all{.q = args.q.row(firstRow),
                              .cache = run.cache,
                              .heads = args.q.cols / run.cache.headSize,
                              .tokens = run.rows,
                              .position = device.position != nullptr ? 0 : run.position,
                              .devicePosition = device.position,
                              .out = args.out.row(firstRow)};
    const dim3 grid(static_cast<unsigned>((all.tokens + kBlockQueries - 1) / kBlockQueries),
                    static_cast<unsigned>(all.heads));
    launch(run.cache.type == KvType::BF16 ? attendTiles<KvType::BF16> : attendTiles<KvType::Q8>,
           grid, kQueryThreads, sizeof(AttendTilesShared), device, all);
}

// The rows [begin, end) of neighbouring runs, none of which sees more than `positions`.
void attendFew(const OpContext& context, const AttendArgs& args, std::int64_t begin,
               std::int64_t end, std::int64_t positions) {
    const std::int64_t heads = args.q.cols / args.runs.front().cache.headSize;
    const std::int64_t splits = (positions + kSplitPositions - 1) / kSplitPositions;
    constexpr std::int64_t kMostTokens = 16384;  // of a grid
    for (std::int64_t row = begin; row < end; row += kMostTokens) {
        const std::int64_t tokens = std::min(end - row, kMostTokens);
        const bool isSplit = tokens * heads * splits <= kMostItems;
        const AttendParameters all{.q = args.q.row(row),
                                   .runs = tableOf(args.runs, context.device),
                                   .heads = heads,
                                   .firstRow = row,
                                   .splits = isSplit ? splits : 1,
                                   .partial = reinterpret_cast<float*>(context.scratch.data()),
                                   .counters = context.device.counters,
                                   .out = args.out.row(row)};
        launchAttend(context.device, all, tokens);
    }
}

}  // namespace

std::int64_t attendScratchBytes(std::int64_t headSize) {
    return kMostItems * (2 + headSize) * std::int64_t{sizeof(float)};
}

// Long runs go one after the other, the short ones between them together.
void attend(OpContext& context, const AttendArgs& args) {
    checkShapes(args);
    DSM_CHECK(context.device.counters != nullptr);
    DSM_CHECK(context.scratchBytes() >= attendScratchBytes(args.runs.front().cache.headSize));
    std::int64_t row = 0;
    std::int64_t begin = 0;      // of the short ones
    std::int64_t positions = 0;  // that these see
    for (const CacheRun& run : args.runs) {
        if (hasTiles(run)) {
            attendFew(context, args, begin, row, positions);
            attendMany(context.device, args, run, row);
            begin = row + run.rows;
            positions = 0;
        } else {
            positions = std::max(positions, run.end());
        }
        row += run.rows;
    }
    attendFew(context, args, begin, row, positions);
}

}  // namespace dsm::cuda
