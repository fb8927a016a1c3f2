// Host GPU ops: the cuda backend for tests of whatever surrounds its kernels: on the emulated GPU,
// but computed by the reference's loops, which is fast and exact. Defines cudaOps(): for one source
// of a test program that is linked without kernels.
//
// Each operation is queued in the stream like a kernel, and ends the program where a view does not
// lie in device memory.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <vector>

#include "kernels/base/check.h"
#include "kernels/cuda_ops.h"
#include "tests/support/simt/runtime.h"

namespace dsm::test {

inline void expectOnGpu(std::initializer_list<const void*> views) {
    for (const void* view : views)
        DSM_CHECK(view == nullptr || simt::isDeviceMemory(view, 1));
}

#define DSM_VIEWS(Args, ...)                \
    inline void checkViews(const Args& a) { \
        expectOnGpu({__VA_ARGS__});         \
    }
DSM_VIEWS(EmbedArgs, a.ids.data(), a.table.data, a.x.data)
DSM_VIEWS(NormArgs, a.x.data, a.weight.data, a.out.data)
DSM_VIEWS(AttentionInputArgs, a.x.data, a.norm.data, a.query.data, a.key.data, a.value.data,
          a.rotary.data, a.normed.data, a.q.data, a.keys.data, a.values.data)
DSM_VIEWS(AttendArgs, a.q.data, a.out.data)
DSM_VIEWS(AttentionOutputArgs, a.attended.data, a.output.data, a.x.data)
DSM_VIEWS(RouteArgs, a.x.data, a.norm.data, a.gate.data, a.normed.data, a.scores.data,
          a.expert.data, a.weight.data, a.groups.slots.data(), a.groups.begin.data())
DSM_VIEWS(ExpertsInputArgs, a.normed.data, a.groups.slots.data(), a.groups.begin.data(),
          a.sharedGate.data, a.sharedUp.data, a.sharedHidden.data,
          a.gate.empty() ? nullptr : a.gate.back().data, a.up.empty() ? nullptr : a.up.back().data)
DSM_VIEWS(ExpertsOutputArgs, a.groups.slots.data(), a.groups.begin.data(), a.sharedHidden.data,
          a.sharedDown.data, a.x.data, a.down.empty() ? nullptr : a.down.back().data)
DSM_VIEWS(LogitsArgs, a.x.data, a.norm.data, a.head.data, a.normed.data, a.logits.data)
DSM_VIEWS(SampleArgs, a.logits, a.settings, a.history, a.state)
#undef DSM_VIEWS

template <class Args>
concept HasRuns = requires(const Args& args) {
    args.runs;
};

// The runs of a queued call, which outlive their own.
template <class Args>
std::vector<CacheRun> keptRuns(const Args& args) {
    std::vector<CacheRun> runs;
    if constexpr (HasRuns<Args>) {
        runs.assign(args.runs.begin(), args.runs.end());
        for (const CacheRun& run : runs)
            expectOnGpu({run.cache.keys, run.cache.values});
    }
    return runs;
}

// Reads the position where it was recorded to lie.
template <class Args>
void useRuns(const DeviceRun& device, std::vector<CacheRun>& runs, Args& args) {
    if constexpr (HasRuns<Args>) {
        DSM_CHECK(device.position == nullptr || runs.size() == 1);
        if (device.position != nullptr) runs.front().position = *device.position;
        args.runs = runs;
    }
}

inline std::int64_t opsComputed = 0;  // recording is none

// Queued in the stream, so that it can be recorded; what was queued stays for replays.
template <class Args, void (*kOp)(OpContext&, const Args&)>
void computeOnHost(OpContext& context, const Args& args) {
    DSM_CHECK(context.device.stream != nullptr && context.device.counters != nullptr);
    checkViews(args);
    struct Call {
        OpContext context;
        Args args;
        std::vector<CacheRun> runs;
    };
    static std::deque<Call> calls;
    calls.push_back({context, args, keptRuns(args)});
    const auto run = [](void* data) {
        Call call = *static_cast<Call*>(data);
        const simt::OpenMemory open;
        ++opsComputed;
        useRuns(call.context.device, call.runs, call.args);
        kOp(call.context, call.args);
    };
    cudaLaunchHostFunc(static_cast<cudaStream_t>(context.device.stream), run, &calls.back());
}

}  // namespace dsm::test

namespace dsm {

const OpTable* cudaOps() {
    using namespace test;
    static constexpr OpTable kOps{
        .embed = computeOnHost<EmbedArgs, reference::embed>,
        .norm = computeOnHost<NormArgs, reference::norm>,
        .attentionInput = computeOnHost<AttentionInputArgs, reference::attentionInput>,
        .attend = computeOnHost<AttendArgs, reference::attend>,
        .attentionOutput = computeOnHost<AttentionOutputArgs, reference::attentionOutput>,
        .route = computeOnHost<RouteArgs, reference::route>,
        .expertsInput = computeOnHost<ExpertsInputArgs, reference::expertsInput>,
        .expertsOutput = computeOnHost<ExpertsOutputArgs, reference::expertsOutput>,
        .logits = computeOnHost<LogitsArgs, reference::logits>,
    };
    return &kOps;
}

const TrainOps<float>* cudaTrainOps() {
    return nullptr;
}

SampleOp cudaSample() {
    return test::computeOnHost<SampleArgs, reference::sample>;
}

std::int64_t cudaScratchBytes(const CudaShape& shape) {
    return shape.tokens * shape.hiddenSize * std::int64_t{sizeof(float)};
}

}  // namespace dsm
