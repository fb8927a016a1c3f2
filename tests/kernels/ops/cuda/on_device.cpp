#include "tests/kernels/ops/cuda/on_device.h"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <functional>
#include <vector>

#include "tests/support/simt/runtime.h"

namespace dsm::test {
namespace {

std::int64_t lastLaunches = 0;

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
    Weight in(const Weight& w) { return in(std::span(&w, 1)).front(); }

    // Side by side at a fixed distance, as the experts of a layer must lie.
    std::span<const Weight> in(std::span<const Weight> weights) {
        if (weights.empty()) return {};
        const Weight& first = weights.front();
        const std::int64_t bytes = dataBytes(first);
        const std::int64_t stride = (bytes + 15) / 16 * 16;
        const auto count = static_cast<std::int64_t>(weights.size());
        std::vector<std::byte> data(static_cast<std::size_t>(stride * (count - 1) + bytes));
        std::vector<float> absmax;
        for (std::int64_t i = 0; i < count; ++i) {
            const Weight& w = weights[static_cast<std::size_t>(i)];
            if (bytes != 0) {
                std::memcpy(data.data() + i * stride, w.data, static_cast<std::size_t>(bytes));
            }
            for (std::int64_t b = 0; b < scaleCount(w); ++b)
                absmax.push_back(w.nf4->at(b));
        }
        const std::byte* deviceData = in(data.data(), static_cast<std::int64_t>(data.size()));
        const float* deviceScales = in(absmax.data(), static_cast<std::int64_t>(absmax.size()));
        std::vector<Weight>& views = views_.emplace_back();
        for (std::int64_t i = 0; i < count; ++i) {
            Weight w = weights[static_cast<std::size_t>(i)];
            w.data = deviceData + i * stride;
            if (w.type == DType::NF4)
                w.nf4 =
                    &scales_.emplace_back(Nf4Scales{.absmax = deviceScales + i * scaleCount(w)});
            views.push_back(w);
        }
        return views;
    }

  private:
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
    static std::int64_t dataBytes(const Weight& w) {
        if (w.type == DType::NF4) return (w.rows * w.cols + 1) / 2;
        return static_cast<std::int64_t>(w.sizeBytes());
    }

    std::vector<void*> memory_;
    std::vector<std::function<void()>> back_;
    std::deque<std::vector<Weight>> views_;
    std::deque<Nf4Scales> scales_;
};

// Runs op(context, copies), which calls one operation with copied views, on a device.
template <class Op>
void onDevice(OpContext& context, std::int64_t scratchBytes, const Op& op) {
    Copies copies;
    const std::vector<std::uint32_t> zeros(kDeviceCounters);
    std::vector<std::uint32_t> counters = zeros;
    const std::vector<std::byte> scratch(static_cast<std::size_t>(scratchBytes), std::byte{0xff});
    OpContext device{.scratch = {copies.in(scratch.data(), scratchBytes), scratch.size()}};
    device.device.counters = copies.out(counters.data(), kDeviceCounters);
    if (context.device.position != nullptr)
        device.device.position = copies.in(context.device.position, 1);
    device.device.overlaps = context.device.overlaps;
    const std::int64_t before = simt::counts().launches;
    op(device, copies);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
    lastLaunches = simt::counts().launches - before;
    copies.bringBack();
    EXPECT_EQ(counters, zeros);
}

void embed(OpContext& context, const EmbedArgs& args) {
    onDevice(context, 0, [&](OpContext& device, Copies& c) {
        const auto count = static_cast<std::int64_t>(args.ids.size());
        cuda::embed(device, {.ids = {c.in(args.ids.data(), count), args.ids.size()},
                             .table = c.in(args.table),
                             .x = c.out(args.x)});
    });
}

void norm(OpContext& context, const NormArgs& args) {
    onDevice(context, 0, [&](OpContext& device, Copies& c) {
        const Matrix<float> out = c.out(args.out);
        const bool isInPlace = args.x.data == args.out.data;
        cuda::norm(device, {.x = isInPlace ? Matrix<const float>(out) : c.in(args.x),
                            .weight = c.in(args.weight),
                            .epsilon = args.epsilon,
                            .out = out});
    });
}

void attentionInput(OpContext& context, const AttentionInputArgs& args) {
    onDevice(context, 0, [&](OpContext& device, Copies& c) {
        cuda::attentionInput(device, {.x = c.in(args.x),
                                      .norm = c.in(args.norm),
                                      .epsilon = args.epsilon,
                                      .query = c.in(args.query),
                                      .key = c.in(args.key),
                                      .value = c.in(args.value),
                                      .rotary = c.in(args.rotary),
                                      .position = args.position,
                                      .normed = c.out(args.normed),
                                      .q = c.out(args.q),
                                      .keys = c.out(args.keys),
                                      .values = c.out(args.values),
                                      .cache = c.out(args.cache)});
    });
}

void attend(OpContext& context, const AttendArgs& args) {
    const std::int64_t bytes = cuda::attendScratchBytes(args.cache.headSize);
    onDevice(context, bytes, [&](OpContext& device, Copies& c) {
        cuda::attend(device, {.q = c.in(args.q),
                              .cache = c.in(args.cache),
                              .position = args.position,
                              .out = c.out(args.out)});
    });
}

void attentionOutput(OpContext& context, const AttentionOutputArgs& args) {
    onDevice(context, 0, [&](OpContext& device, Copies& c) {
        cuda::attentionOutput(
            device,
            {.attended = c.in(args.attended), .output = c.in(args.output), .x = c.out(args.x)});
    });
}

void route(OpContext& context, const RouteArgs& args) {
    onDevice(context, 0, [&](OpContext& device, Copies& c) {
        cuda::route(device, {.x = c.in(args.x),
                             .norm = c.in(args.norm),
                             .epsilon = args.epsilon,
                             .gate = c.in(args.gate),
                             .normalizeTopK = args.normalizeTopK,
                             .normed = c.out(args.normed),
                             .scores = c.out(args.scores),
                             .expert = c.out(args.expert),
                             .weight = c.out(args.weight),
                             .groups = c.out(args.groups)});
    });
}

void expertsInput(OpContext& context, const ExpertsInputArgs& args) {
    onDevice(context, 0, [&](OpContext& device, Copies& c) {
        cuda::expertsInput(device, {.normed = c.in(args.normed),
                                    .activeExperts = args.activeExperts,
                                    .groups = c.in(args.groups),
                                    .gate = c.in(args.gate),
                                    .up = c.in(args.up),
                                    .sharedGate = c.in(args.sharedGate),
                                    .sharedUp = c.in(args.sharedUp),
                                    .routedHidden = c.out(args.routedHidden),
                                    .sharedHidden = c.out(args.sharedHidden)});
    });
}

void expertsOutput(OpContext& context, const ExpertsOutputArgs& args) {
    const std::int64_t bytes = cuda::expertsOutputScratchBytes(
        args.x.rows, args.x.cols, args.weight.cols, args.routedHidden.cols, args.sharedHidden.cols);
    onDevice(context, bytes, [&](OpContext& device, Copies& c) {
        cuda::expertsOutput(device, {.routedHidden = c.in(args.routedHidden),
                                     .weight = c.in(args.weight),
                                     .groups = c.in(args.groups),
                                     .down = c.in(args.down),
                                     .sharedHidden = c.in(args.sharedHidden),
                                     .sharedDown = c.in(args.sharedDown),
                                     .x = c.out(args.x)});
    });
}

void logits(OpContext& context, const LogitsArgs& args) {
    onDevice(context, 0, [&](OpContext& device, Copies& c) {
        cuda::logits(device, {.x = c.in(args.x),
                              .norm = c.in(args.norm),
                              .epsilon = args.epsilon,
                              .head = c.in(args.head),
                              .normed = c.out(args.normed),
                              .logits = c.out(args.logits)});
    });
}

constexpr OpTable kOpsOnDevice{
    .embed = embed,
    .norm = norm,
    .attentionInput = attentionInput,
    .attend = attend,
    .attentionOutput = attentionOutput,
    .route = route,
    .expertsInput = expertsInput,
    .expertsOutput = expertsOutput,
    .logits = logits,
};

}  // namespace

const OpTable& opsOnDevice() {
    return kOpsOnDevice;
}

std::int64_t launchesOfLastCall() {
    return lastLaunches;
}

}  // namespace dsm::test
