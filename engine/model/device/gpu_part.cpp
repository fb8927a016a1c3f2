#include "engine/model/device/gpu_part.h"

#include <algorithm>
#include <new>

#include "engine/model/device/device_dense.h"
#include "engine/model/device/device_weights.h"
#include "engine/model/pass/kv_cache.h"
#include "engine/model/pass/memory_fit.h"
#include "engine/model/pass/workspace.h"
#include "kernels/backend.h"
#include "kernels/ops/rope.h"

namespace dsm {
namespace {

// Whether the experts that stay fit the host's memory.
Result<void> checkHost(const ModelConfig& config, const DevicePlan& plan,
                       const GpuPart::Wish& wish) {
    if (plan.holdsEverything()) return {};
    const MemoryPlan host{
        .weightBytes = plan.hostWeightBytes,
        .workspaceBytes = HostExperts::plannedBytes(config, plan.microBatchTokens)};
    return checkFit(host, wish.machine, wish.residency, wish.memory.positions);
}

// Hands out pieces of one piece of memory.
class Pieces {
  public:
    explicit Pieces(std::byte* memory) : next_(memory) {}

    template <class T>
    T* take(std::int64_t count) {
        std::byte* here = next_;
        next_ += onDeviceBoundary(static_cast<std::uint64_t>(count) * sizeof(T));
        return reinterpret_cast<T*>(here);
    }

  private:
    std::byte* next_;
};

std::uint64_t bytesFor(std::initializer_list<std::int64_t> numbers) {
    std::uint64_t bytes = 0;
    for (const std::int64_t count : numbers)
        bytes += onDeviceBoundary(static_cast<std::uint64_t>(count) * 4);
    return bytes;
}

}  // namespace

Result<std::unique_ptr<GpuPart>> GpuPart::make(const ModelConfig& config, Weights& weights,
                                               const Wish& wish, ThreadPool& pool,
                                               const ProgressSink& progress,
                                               const std::stop_token& stop) {
    auto session = openGpu(wish.gpu);
    if (!session) return tl::unexpected(session.error());
    auto dense = openDense(weights, **session);
    if (!dense) return tl::unexpected(dense.error());
    const auto free = (*session)->freeBytes();
    if (!free) return tl::unexpected(free.error());
    const CudaDevice& device = (*session)->device();
    DeviceWish memory = wish.memory;
    memory.scratchBytes = [&config](std::int64_t tokens) {
        return deviceScratchBytes(config, tokens);
    };
    const auto plan =
        planDevice(config, deviceSizes(weights), memory,
                   {.name = gpuName(device), .totalBytes = device.totalBytes, .freeBytes = *free});
    if (!plan) return tl::unexpected(plan.error());
    if (auto fits = checkHost(config, *plan, wish); !fits) return tl::unexpected(fits.error());
    auto transfer = GpuTransfer::make(**session, pool);
    if (!transfer) return tl::unexpected(transfer.error());
    std::unique_ptr<GpuPart> part(new GpuPart(std::move(*session), std::move(*transfer), *plan));
    part->dense_ = std::move(*dense);
    // The small things first: a lack of memory shows before the long way of the weights.
    Result<void> done = part->allocate(config, wish, pool);
    if (done)
        done = placeOnDevice(weights, *plan, *part->session_, part->transfer_, progress, stop);
    if (done) done = part->chooseDense(weights, config, wish.memory.positions);
    if (done) done = keepOnHost(weights, *plan, wish.residency, stop);
    if (!done) {
        weights.letGo();  // before the session goes
        return tl::unexpected(done.error());
    }
    return part;
}

Result<void> GpuPart::allocate(const ModelConfig& config, const Wish& wish, ThreadPool& pool) {
    auto cache = session_->allocate(plan_.cacheBytes, "the context");
    if (!cache) return tl::unexpected(cache.error());
    cache_ = std::move(*cache);
    session_->clear(cache_.get(), plan_.cacheBytes);
    auto workspace =
        session_->allocate(Workspace::plannedBytes(config, plan_.microBatchTokens,
                                                   wish.memory.positions, plan_.scratchBytes),
                           "computing");
    if (!workspace) return tl::unexpected(workspace.error());
    workspace_ = std::move(*workspace);
    if (auto rest = allocateRest(config, wish); !rest) return rest;
    if (plan_.holdsEverything()) return {};
    auto experts = HostExperts::make(*session_, pool, opTable(Backend::Cpu), config,
                                     plan_.microBatchTokens, firstHostLayer(config, plan_));
    if (!experts) return tl::unexpected(experts.error());
    hostExperts_ = std::move(*experts);
    hostBytes_ += HostExperts::plannedBytes(config, plan_.microBatchTokens);
    return {};
}

Result<void> GpuPart::chooseDense(const Weights& weights, const ModelConfig& config,
                                  std::int64_t positions) {
    if (dense_ == nullptr) return {};
    const std::uint64_t bytes =
        Workspace::plannedBytes(config, plan_.microBatchTokens, positions, plan_.scratchBytes);
    return dsm::chooseDense(*dense_, weights, plan_.microBatchTokens,
                            {workspace_.get(), static_cast<std::size_t>(bytes)});
}

Result<void> GpuPart::allocateRest(const ModelConfig& config, const Wish& wish) {
    constexpr std::int64_t kStateNumbers = sizeof(SampleState) / sizeof(std::int32_t);
    const std::int64_t positions = wish.memory.positions;
    const std::int64_t logits = kLogitsRows * config.vocabSize;
    const std::int64_t ids = plan_.microBatchTokens;
    auto rest = session_->allocate(devicePassBytes(config, positions, ids), "computing");
    if (!rest) return tl::unexpected(rest.error());
    rest_ = std::move(*rest);
    const std::uint64_t pinnedBytes = bytesFor({logits, ids, kStateNumbers, positions});
    auto pinned = session_->allocatePinned(pinnedBytes, "the results");
    if (!pinned) return tl::unexpected(pinned.error());
    pinned_ = std::move(*pinned);
    hostBytes_ = pinnedBytes + 2 * GpuTransfer::kBufferBytes;

    Pieces device(rest_.get());
    rotary_ = {device.take<float>(positions * config.headSize), positions, config.headSize};
    deviceLogits_ = {device.take<float>(logits), kLogitsRows, config.vocabSize};
    deviceIds_ = device.take<std::int32_t>(ids);
    counters_ = device.take<std::uint32_t>(kDeviceCounters);
    session_->clear(counters_, kDeviceCounters * sizeof(std::uint32_t));
    Pieces host(pinned_.get());
    hostLogits_ = {host.take<float>(logits), kLogitsRows, config.vocabSize};
    hostIds_ = host.take<std::int32_t>(ids);
    hostState_ = host.take<SampleState>(1);
    sampler_.emplace(*session_, transfer_, cudaSample(), wish.sampledVocab,
                     GpuSampler::Memory{.state = device.take<SampleState>(1),
                                        .settings = device.take<SampleSettings>(1),
                                        .history = device.take<std::int32_t>(wish.sampledVocab),
                                        .tokens = host.take<std::int32_t>(positions)});
    return fillRotary(config);
}

Result<void> GpuPart::fillRotary(const ModelConfig& config) {
    const Buffer<float> table(static_cast<std::size_t>(rotary_.size()));
    dsm::fillRotary({table.data(), rotary_.rows, rotary_.cols},
                    static_cast<float>(config.ropeTheta));
    return transfer_.put(reinterpret_cast<std::byte*>(rotary_.data), std::as_bytes(table.span()),
                         {});
}

void GpuPart::begin(std::span<const std::int32_t> ids) {
    session_->use();
    std::copy(ids.begin(), ids.end(), hostIds_);
    idCount_ = ids.size();
    session_->copyToGpu(deviceIds_, hostIds_, ids.size_bytes());
}

Result<void> GpuPart::finish(std::int64_t logitRows) {
    const Matrix<float> host = hostLogits(logitRows);
    session_->copyToHost(host.data, deviceLogits_.data,
                         static_cast<std::uint64_t>(host.size()) * sizeof(float));
    return session_->finish();
}

Result<void> GpuPart::recordDecode(const DecodeGraphs::Pass& pass) {
    const std::int64_t positions = rotary_.rows;
    auto recorded = toLogits_.record(
        *session_, hostExperts_.get(), positions, [&](std::int64_t largest, auto* elsewhere) {
            session_->copyToGpu(sampler_->state(), hostState_, sizeof(SampleState));
            pass(largest, elsewhere);
            session_->copyToHost(hostLogits_.data, deviceLogits_.data,
                                 static_cast<std::uint64_t>(hostLogits_.cols) * sizeof(float));
        });
    if (!recorded) return recorded;
    recorded = toToken_.record(*session_, hostExperts_.get(), positions,
                               [&](std::int64_t largest, auto* elsewhere) {
                                   launches_ = 0;
                                   pass(largest, elsewhere);
                                   if (session_->hasFailed()) return;
                                   queueChoice();
                                   launchesPerToken_ = launches_;
                               });
    if (!recorded) return recorded;
    return session_->finish();
}

Result<void> GpuPart::decode(std::int32_t id, std::int64_t position) {
    session_->use();
    *hostState_ = {.token = id, .position = static_cast<std::int32_t>(position)};
    toLogits_.replay(position);
    return session_->finish();
}

void GpuPart::queueChoice() {
    OpContext context{.device = run()};
    sampler_->queue(context, deviceLogits_.data);
}

Result<void> GpuPart::beginReply(const SampleSettings& settings, std::span<const std::int32_t> seen,
                                 std::int64_t position) {
    session_->use();
    if (auto started = sampler_->start(settings, seen, position); !started) return started;
    queueChoice();
    sampler_->mark();
    return {};
}

void GpuPart::queueToken(std::int64_t position) {
    toToken_.replay(position);
    sampler_->mark();
}

Result<void> GpuPart::useAdapter(const ModelConfig& config, Weights& weights,
                                 const std::shared_ptr<const LoraAdapter>& adapter, float scale) {
    session_->use();
    std::unique_ptr<DeviceAdapter> other;
    const bool isNew = adapter != nullptr && adapter != adapterOf_;
    if (isNew) {
        auto made = DeviceAdapter::make(
            *adapter, {.config = config, .plan = plan_, .gpu = *session_, .transfer = transfer_});
        if (!made) return tl::unexpected(made.error());
        other = std::move(*made);
    }
    // What was queued still computes with the adapter before.
    if (auto done = session_->finish(); !done) return done;
    if (isNew || adapter == nullptr) adapter_ = std::move(other);
    adapterOf_ = adapter;
    weights.useAdapter(adapter.get(), scale, config);
    if (adapter_ != nullptr) adapter_->pointTo(weights, scale);
    toLogits_ = {};
    toToken_ = {};
    session_->forgetGraphs();
    return {};
}

DeviceRun GpuPart::recordedRun() const {
    DeviceRun recorded = run();
    recorded.position = &sampler_->state()->position;
    return recorded;
}

DeviceRun GpuPart::run() const {
    return {.stream = session_->stream(),
            .counters = counters_,
            .launches = &launches_,
            .overlaps = session_->overlapsLaunches(),
            .dense = dense_.get(),
            .lowRank = adapter_ != nullptr ? adapter_->working() : std::span<float>()};
}

}  // namespace dsm
