#include "tests/kernels/ops/cuda/on_device.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <functional>
#include <limits>
#include <vector>

#include "tests/support/simt/runtime.h"

namespace dsm::test {
namespace {

std::int64_t lastLaunches = 0;
CublasOnDevice* cublas = nullptr;

// The copies of one call's views.
class Copies {
  public:
    Copies() = default;
    Copies(const Copies&) = delete;
    Copies& operator=(const Copies&) = delete;
    ~Copies() {
        for (void* p : memory_)
            EXPECT_EQ(cudaFree(p), cudaSuccess);
    }

    template <class T>
    T* in(const T* host, std::int64_t count) {
        const auto bytes = static_cast<std::size_t>(count) * sizeof(T);
        void* device = nullptr;
        EXPECT_EQ(cudaMalloc(&device, bytes), cudaSuccess);
        if (bytes != 0) {
            memory_.push_back(device);
            EXPECT_EQ(cudaMemcpy(device, host, bytes, cudaMemcpyHostToDevice), cudaSuccess);
        }
        return static_cast<T*>(device);
    }
    // Copied there, and back by bringBack().
    template <class T>
    T* out(T* host, std::int64_t count) {
        T* device = in(host, count);
        const auto bytes = static_cast<std::size_t>(count) * sizeof(T);
        back_.push_back([=] {
            EXPECT_EQ(cudaMemcpy(host, device, bytes, cudaMemcpyDeviceToHost), cudaSuccess);
        });
        return device;
    }
    void bringBack() {
        for (const auto& copy : back_)
            copy();
    }

    Matrix<const float> in(const Matrix<const float>& m) {
        return {in(m.data, m.size()), m.rows, m.cols};
    }
    template <class T>
    Matrix<T> out(const Matrix<T>& m) {
        return {out(m.data, m.size()), m.rows, m.cols};
    }
    ExpertGroups out(const ExpertGroups& g) { return {out(g.slots), out(g.begin)}; }
    ExpertGroups in(const ExpertGroups& g) { return {in(g.slots), in(g.begin)}; }
    KvPanels out(KvPanels kv) {
        kv.keys = out(kv.keys, kv.sizeBytes());
        kv.values = out(kv.values, kv.sizeBytes());
        return kv;
    }
    KvPanels in(KvPanels kv) {
        kv.keys = in(kv.keys, kv.sizeBytes());
        kv.values = in(kv.values, kv.sizeBytes());
        return kv;
    }
    // Runs whose caches are copied there, and back where `isWritten`.
    std::span<const CacheRun> runs(std::span<const CacheRun> runs, bool isWritten) {
        std::vector<CacheRun>& copies = runs_.emplace_back(runs.begin(), runs.end());
        for (CacheRun& run : copies)
            run.cache = isWritten ? out(run.cache) : in(run.cache);
        return copies;
    }
    Weight in(const Weight& w) { return in(std::span(&w, 1)).front(); }

    // Side by side at a fixed distance, as the experts of a layer must lie.
    std::span<const Weight> in(std::span<const Weight> weights) {
        if (weights.empty()) return {};
        const Weight& first = weights.front();
        const std::int64_t bytes = dataBytes(first);
        const std::int64_t stride = (bytes + 15) / 16 * 16;
        const auto count = static_cast<std::int64_t>(weights.size());
        std::vector<std::byte> data(static_cast<std::size_t>(stride * (count - 1) + bytes));
        std::vector<float> absmax;  // or the tables of nested ones
        std::vector<std::uint8_t> codes;
        for (std::int64_t i = 0; i < count; ++i) {
            const Weight& w = weights[static_cast<std::size_t>(i)];
            if (bytes != 0) {
                std::memcpy(data.data() + i * stride, w.data, static_cast<std::size_t>(bytes));
            }
            if (!isNested(w)) {
                absmax.insert(absmax.end(), w.nf4 ? w.nf4->absmax : nullptr,
                              w.nf4 ? w.nf4->absmax + scaleCount(w) : nullptr);
                continue;
            }
            codes.insert(codes.end(), w.nf4->absmaxCode, w.nf4->absmaxCode + scaleCount(w));
            absmax.push_back(w.nf4->offset);
            absmax.insert(absmax.end(), w.nf4->nestedMap, w.nf4->nestedMap + 256);
            absmax.insert(absmax.end(), w.nf4->nestedAbsmax, w.nf4->nestedAbsmax + nestedCount(w));
        }
        const std::byte* deviceData = in(data.data(), static_cast<std::int64_t>(data.size()));
        const float* deviceScales = in(absmax.data(), static_cast<std::int64_t>(absmax.size()));
        const std::uint8_t* deviceCodes = in(codes.data(), static_cast<std::int64_t>(codes.size()));
        std::vector<Weight>& views = views_.emplace_back();
        for (std::int64_t i = 0; i < count; ++i) {
            Weight w = weights[static_cast<std::size_t>(i)];
            w.data = deviceData + i * stride;
            if (isNested(w)) {
                const float* tables = deviceScales + i * (257 + nestedCount(w));
                w.nf4 =
                    &scales_.emplace_back(Nf4Scales{.absmax = nullptr,
                                                    .absmaxCode = deviceCodes + i * scaleCount(w),
                                                    .nestedAbsmax = tables + 257,
                                                    .nestedMap = tables + 1});
            } else if (w.type == DType::NF4) {
                w.nf4 =
                    &scales_.emplace_back(Nf4Scales{.absmax = deviceScales + i * scaleCount(w)});
            }
            views.push_back(w);
        }
        placeFactors(views);
        return views;
    }

  private:
    // Factors of an adapter, likewise.
    void placeFactors(std::vector<Weight>& weights) {
        if (weights.front().lowRank == nullptr) return;
        std::vector<float> a, b;
        for (const Weight& w : weights) {
            a.insert(a.end(), w.lowRank->a.data, w.lowRank->a.data + w.lowRank->a.size());
            b.insert(b.end(), w.lowRank->b.data, w.lowRank->b.data + w.lowRank->b.size());
        }
        const float* deviceA = in(a.data(), static_cast<std::int64_t>(a.size()));
        const float* deviceB = in(b.data(), static_cast<std::int64_t>(b.size()));
        for (Weight& w : weights) {
            LowRank& low = lowRanks_.emplace_back(*w.lowRank);
            low.a.data = deviceA;
            low.b.data = deviceB;
            deviceA += low.a.size();
            deviceB += low.b.size();
            w.lowRank = &low;
        }
    }
    std::span<std::int32_t> out(std::span<std::int32_t> s) {
        return {out(s.data(), static_cast<std::int64_t>(s.size())), s.size()};
    }
    std::span<std::int32_t> in(std::span<std::int32_t> s) {
        return {in(s.data(), static_cast<std::int64_t>(s.size())), s.size()};
    }
    static std::int64_t scaleCount(const Weight& w) {
        if (w.type != DType::NF4) return 0;
        return (w.rows * w.cols + kNf4BlockWeights - 1) / kNf4BlockWeights;
    }
    static bool isNested(const Weight& w) {
        return w.type == DType::NF4 && w.nf4->absmax == nullptr && w.rows * w.cols > 0;
    }
    static std::int64_t nestedCount(const Weight& w) {
        return (scaleCount(w) + kNf4NestedBlock - 1) / kNf4NestedBlock;
    }
    static std::int64_t dataBytes(const Weight& w) {
        if (w.type == DType::NF4) return (w.rows * w.cols + 1) / 2;
        return static_cast<std::int64_t>(w.sizeBytes());
    }

    std::vector<void*> memory_;
    std::vector<std::function<void()>> back_;
    std::deque<std::vector<Weight>> views_;
    std::deque<std::vector<CacheRun>> runs_;
    std::deque<Nf4Scales> scales_;
    std::deque<LowRank> lowRanks_;
};

// The largest rank of some weights' factors.
std::int64_t rankOf(std::initializer_list<const Weight*> weights) {
    std::int64_t most = 0;
    for (const Weight* w : weights)
        most = std::max(most, w->lowRank != nullptr ? w->lowRank->a.rows : 0);
    return most;
}
std::int64_t rankOf(std::span<const Weight> weights) {
    return weights.empty() ? 0 : rankOf({&weights.front()});
}

std::int64_t lowRankNumbersOf(const AttentionInputArgs& args) {
    return lowRankNumbers(args.x.rows, 0, rankOf({&args.query, &args.key, &args.value}));
}
std::int64_t lowRankNumbersOf(const AttentionOutputArgs& args) {
    return lowRankNumbers(args.x.rows, 0, rankOf({&args.output}));
}
std::int64_t lowRankNumbersOf(const RouteArgs& args) {
    return lowRankNumbers(args.x.rows, 0, rankOf({&args.gate}));
}
std::int64_t lowRankNumbersOf(const ExpertsInputArgs& args) {
    return lowRankNumbers(args.normed.rows, args.activeExperts,
                          std::max(rankOf({&args.sharedGate, &args.sharedUp}), rankOf(args.gate)));
}
std::int64_t lowRankNumbersOf(const ExpertsOutputArgs& args) {
    return lowRankNumbers(args.x.rows, args.weight.cols,
                          std::max(rankOf({&args.sharedDown}), rankOf(args.down)));
}
std::int64_t lowRankNumbersOf(const LogitsArgs& args) {
    return lowRankNumbers(args.x.rows, 0, rankOf({&args.head}));
}
template <class Args>
std::int64_t lowRankNumbersOf(const Args&) {
    return 0;
}

// ---- What each operation reads and writes, copied, and the scratch it wants ---------------------

EmbedArgs copied(Copies& c, const EmbedArgs& args) {
    const auto count = static_cast<std::int64_t>(args.ids.size());
    return {.ids = {c.in(args.ids.data(), count), args.ids.size()},
            .table = c.in(args.table),
            .x = c.out(args.x)};
}

NormArgs copied(Copies& c, const NormArgs& args) {
    const Matrix<float> out = c.out(args.out);
    const bool isInPlace = args.x.data == args.out.data;
    return {.x = isInPlace ? Matrix<const float>(out) : c.in(args.x),
            .weight = c.in(args.weight),
            .epsilon = args.epsilon,
            .out = out};
}

AttentionInputArgs copied(Copies& c, const AttentionInputArgs& args) {
    return {.x = c.in(args.x),
            .norm = c.in(args.norm),
            .epsilon = args.epsilon,
            .query = c.in(args.query),
            .key = c.in(args.key),
            .value = c.in(args.value),
            .rotary = c.in(args.rotary),
            .normed = c.out(args.normed),
            .q = c.out(args.q),
            .keys = c.out(args.keys),
            .values = c.out(args.values),
            .runs = c.runs(args.runs, true)};
}
std::int64_t scratchBytesOf(const AttentionInputArgs& args) {
    return denseHalvesBytes(args.x.size());
}

AttendArgs copied(Copies& c, const AttendArgs& args) {
    return {.q = c.in(args.q), .runs = c.runs(args.runs, false), .out = c.out(args.out)};
}
std::int64_t scratchBytesOf(const AttendArgs& args) {
    return cuda::attendScratchBytes(args.runs.front().cache.headSize);
}

AttentionOutputArgs copied(Copies& c, const AttentionOutputArgs& args) {
    return {.attended = c.in(args.attended), .output = c.in(args.output), .x = c.out(args.x)};
}
std::int64_t scratchBytesOf(const AttentionOutputArgs& args) {
    return denseHalvesBytes(args.attended.size());
}

RouteArgs copied(Copies& c, const RouteArgs& args) {
    return {.x = c.in(args.x),
            .norm = c.in(args.norm),
            .epsilon = args.epsilon,
            .gate = c.in(args.gate),
            .normalizeTopK = args.normalizeTopK,
            .normed = c.out(args.normed),
            .scores = c.out(args.scores),
            .expert = c.out(args.expert),
            .weight = c.out(args.weight),
            .groups = c.out(args.groups)};
}

ExpertsInputArgs copied(Copies& c, const ExpertsInputArgs& args) {
    return {.normed = c.in(args.normed),
            .activeExperts = args.activeExperts,
            .groups = c.in(args.groups),
            .gate = c.in(args.gate),
            .up = c.in(args.up),
            .sharedGate = c.in(args.sharedGate),
            .sharedUp = c.in(args.sharedUp),
            .routedHidden = c.out(args.routedHidden),
            .sharedHidden = c.out(args.sharedHidden)};
}
std::int64_t scratchBytesOf(const ExpertsInputArgs& args) {
    return denseHalvesBytes(args.normed.size()) +
           args.sharedHidden.size() * std::int64_t{sizeof(float)};
}

ExpertsOutputArgs copied(Copies& c, const ExpertsOutputArgs& args) {
    return {.routedHidden = c.in(args.routedHidden),
            .weight = c.in(args.weight),
            .groups = c.in(args.groups),
            .down = c.in(args.down),
            .sharedHidden = c.in(args.sharedHidden),
            .sharedDown = c.in(args.sharedDown),
            .x = c.out(args.x)};
}
std::int64_t scratchBytesOf(const ExpertsOutputArgs& args) {
    return std::max(
        denseHalvesBytes(args.sharedHidden.size()),
        cuda::expertsOutputScratchBytes(args.x.rows, args.x.cols, args.weight.cols,
                                        args.routedHidden.cols, args.sharedHidden.cols));
}

LogitsArgs copied(Copies& c, const LogitsArgs& args) {
    return {.x = c.in(args.x),
            .norm = c.in(args.norm),
            .epsilon = args.epsilon,
            .head = c.in(args.head),
            .normed = c.out(args.normed),
            .logits = c.out(args.logits)};
}
std::int64_t scratchBytesOf(const LogitsArgs& args) {
    return denseHalvesBytes(args.x.size());
}

template <class Args>
std::int64_t scratchBytesOf(const Args&) {
    return 0;
}

// Runs one operation with copied views on a device.
template <class Args, void (*kOp)(OpContext&, const Args&)>
void onDevice(OpContext& context, const Args& args) {
    Copies copies;
    const std::vector<std::uint32_t> zeros(kDeviceCounters);
    std::vector<std::uint32_t> counters = zeros;
    const std::vector<std::byte> scratch(static_cast<std::size_t>(scratchBytesOf(args)),
                                         std::byte{0xff});
    OpContext device{.scratch = {copies.in(scratch.data(), scratchBytesOf(args)), scratch.size()}};
    device.device.counters = copies.out(counters.data(), kDeviceCounters);
    if (context.device.position != nullptr)
        device.device.position = copies.in(context.device.position, 1);
    device.device.overlaps = context.device.overlaps;
    const std::vector<float> lowRank(static_cast<std::size_t>(lowRankNumbersOf(args)),
                                     std::numeric_limits<float>::quiet_NaN());
    device.device.lowRank = {copies.in(lowRank.data(), static_cast<std::int64_t>(lowRank.size())),
                             lowRank.size()};
    if (cublas != nullptr) {
        device.device.stream = cublas->stream();
        device.device.dense = &cublas->dense();
    }
    const std::int64_t before = simt::counts().launches;
    kOp(device, copied(copies, args));
    EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
    lastLaunches = simt::counts().launches - before;
    copies.bringBack();
    EXPECT_EQ(counters, zeros);
}

constexpr OpTable kOpsOnDevice{
    .embed = onDevice<EmbedArgs, cuda::embed>,
    .norm = onDevice<NormArgs, cuda::norm>,
    .attentionInput = onDevice<AttentionInputArgs, cuda::attentionInput>,
    .attend = onDevice<AttendArgs, cuda::attend>,
    .attentionOutput = onDevice<AttentionOutputArgs, cuda::attentionOutput>,
    .route = onDevice<RouteArgs, cuda::route>,
    .expertsInput = onDevice<ExpertsInputArgs, cuda::expertsInput>,
    .expertsOutput = onDevice<ExpertsOutputArgs, cuda::expertsOutput>,
    .logits = onDevice<LogitsArgs, cuda::logits>,
};

// The end of the positions that there may be.
std::int64_t boundOf(const AttentionInputArgs& args) {
    return args.rotary.rows;
}
std::int64_t boundOf(const AttendArgs& args) {
    return args.runs.front().cache.positions;
}

// For a single run: its rows are where the device's position says.
template <class Args, void (*kOp)(OpContext&, const Args&)>
void atPositionOnDevice(OpContext& context, const Args& args) {
    CacheRun run = args.runs.front();
    const auto position = static_cast<std::int32_t>(run.position);
    run.position = boundOf(args) - run.rows;
    Args bounded = args;
    bounded.runs = {&run, 1};
    OpContext here = context;
    here.device.position = &position;
    onDevice<Args, kOp>(here, bounded);
}

constexpr OpTable opsAtPosition() {
    OpTable ops = kOpsOnDevice;
    ops.attentionInput = atPositionOnDevice<AttentionInputArgs, cuda::attentionInput>;
    ops.attend = atPositionOnDevice<AttendArgs, cuda::attend>;
    return ops;
}
constexpr OpTable kOpsAtPositionOnDevice = opsAtPosition();

}  // namespace

const OpTable& opsOnDevice() {
    return kOpsOnDevice;
}

const OpTable& opsAtPositionOnDevice() {
    return kOpsAtPositionOnDevice;
}

std::int64_t launchesOfLastCall() {
    return lastLaunches;
}

CublasOnDevice::CublasOnDevice() {
    simt::Machine machine;
    machine.hasCublas = true;
    simt::setMachine(machine);
    session_ = std::move(openGpu(0).value());
    dense_ = std::move(DenseProduct::make(*session_).value());
    dense_->takeEverything();
    cublas = this;
}

CublasOnDevice::~CublasOnDevice() {
    cublas = nullptr;
}

}  // namespace dsm::test
