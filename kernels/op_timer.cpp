#include "kernels/op_timer.h"

#include "kernels/base/check.h"

namespace dsm {
namespace {

// Entries of a table know nothing but their arguments: this is where they find their timer.
thread_local OpTimer* current = nullptr;

constexpr std::array<std::string_view, kOpCount> kNames{
    "embed", "norm",         "attentionInput", "attend", "attentionOutput",
    "route", "expertsInput", "expertsOutput",  "logits"};

constexpr int kBegun = 2;
constexpr int kEnded = 3;

std::int64_t launchesOf(const OpContext& context) {
    return context.device.launches != nullptr ? *context.device.launches : 0;
}

template <class Args>
OpWork workOnGpu(GpuSession&, const Args& args) {
    return workOf(args);
}

// The groups lie on the GPU.
template <class Args>
OpWork workWithGroups(GpuSession& gpu, Args args) {
    const std::uint64_t bytes = args.groups.begin.size_bytes();
    const auto pinned = gpu.allocatePinned(bytes, "measuring");
    if (!pinned) return {};
    gpu.copyToHost(pinned->get(), args.groups.begin.data(), bytes);
    if (!gpu.finish()) return {};
    args.groups.begin = {reinterpret_cast<std::int32_t*>(pinned->get()), args.groups.begin.size()};
    return workOf(args);
}
OpWork workOnGpu(GpuSession& gpu, const ExpertsInputArgs& args) {
    return workWithGroups(gpu, args);
}
OpWork workOnGpu(GpuSession& gpu, const ExpertsOutputArgs& args) {
    return workWithGroups(gpu, args);
}

}  // namespace

template <int kIndex, auto kOp>
struct Timed;

template <int kIndex, class Args, void (*OpTable::*kOp)(OpContext&, const Args&)>
struct Timed<kIndex, kOp> {
    static void call(OpContext& context, const Args& args) {
        OpTimer* timer = current;
        DSM_CHECK(timer != nullptr);
        const std::int64_t launched = launchesOf(context);
        timer->begin();
        (timer->timed_.*kOp)(context, args);
        OpTime& time = timer->times_[kIndex];
        time.time += timer->end();
        ++time.calls;
        time.launches += launchesOf(context) - launched;
        // Afterwards: route() has only then said which experts are read.
        time.work += timer->gpu_ != nullptr ? workOnGpu(*timer->gpu_, args) : workOf(args);
    }
};

namespace {

constexpr OpTable kTimedOps{
    .embed = Timed<0, &OpTable::embed>::call,
    .norm = Timed<1, &OpTable::norm>::call,
    .attentionInput = Timed<2, &OpTable::attentionInput>::call,
    .attend = Timed<3, &OpTable::attend>::call,
    .attentionOutput = Timed<4, &OpTable::attentionOutput>::call,
    .route = Timed<5, &OpTable::route>::call,
    .expertsInput = Timed<6, &OpTable::expertsInput>::call,
    .expertsOutput = Timed<7, &OpTable::expertsOutput>::call,
    .logits = Timed<8, &OpTable::logits>::call,
};
static_assert(sizeof(OpTable) == kOpCount * sizeof(kTimedOps.embed), "every op has a timed entry");

}  // namespace

OpTimer::OpTimer(const OpTable& timed, GpuSession* gpu) : timed_(timed), gpu_(gpu) {
    DSM_CHECK(current == nullptr);
    current = this;
    restart();
}

OpTimer::~OpTimer() {
    current = nullptr;
}

void OpTimer::begin() {
    if (gpu_ != nullptr) gpu_->record(kBegun);
    begun_ = std::chrono::steady_clock::now();
}

std::chrono::nanoseconds OpTimer::end() {
    if (gpu_ == nullptr) return std::chrono::steady_clock::now() - begun_;
    gpu_->record(kEnded);
    if (!gpu_->waitFor(kEnded)) return {};
    return std::chrono::nanoseconds(
        static_cast<std::int64_t>(1e6 * gpu_->millisecondsBetween(kBegun, kEnded)));
}

const OpTable& OpTimer::table() const {
    return kTimedOps;
}

void OpTimer::restart() {
    for (std::size_t i = 0; i < times_.size(); ++i)
        times_[i] = {.name = kNames[i]};
}

}  // namespace dsm
