#include "engine/model/device/host_experts.h"

#include <algorithm>
#include <span>

#include "kernels/base/rounded_rows.h"

namespace dsm {
namespace {

constexpr int kCopied = 2;

template <class T>
void toHost(GpuSession& gpu, const Matrix<T>& host, const Matrix<T>& device) {
    gpu.copyToHost(host.data, device.data, static_cast<std::uint64_t>(host.size()) * sizeof(T));
}

void toHost(GpuSession& gpu, std::span<std::int32_t> host, std::span<std::int32_t> device) {
    gpu.copyToHost(host.data(), device.data(), host.size_bytes());
}

// Bytes up to the next cache line.
std::uint64_t paddedFloats(std::int64_t numbers) {
    return static_cast<std::uint64_t>(numbers + 15) / 16 * 64;
}

std::uint64_t pinnedBytes(const ModelConfig& c, std::int64_t tokens) {
    return 2 * paddedFloats(tokens * c.hiddenSize) + 2 * paddedFloats(tokens * c.expertsPerToken) +
           paddedFloats(c.routedExperts + 1);
}

std::size_t hiddenNumbers(const ModelConfig& c, std::int64_t tokens) {
    return static_cast<std::size_t>(tokens * c.expertsPerToken * c.expertWidth);
}

// What experts_input.h and experts_output.h ask for.
std::size_t scratchBytes(const ModelConfig& c, std::int64_t tokens) {
    const std::int64_t slots = tokens * c.expertsPerToken;
    return static_cast<std::size_t>(
        std::max(roundedBytes(tokens, c.hiddenSize) + roundedBytes(slots, c.hiddenSize),
                 roundedBytes(slots, c.expertWidth)));
}

// No shared expert: one of width 0.
Weight nothing(std::int64_t rows, std::int64_t cols) {
    return {.data = nullptr, .type = DType::F32, .rows = rows, .cols = cols};
}

}  // namespace

HostExperts::HostExperts(GpuSession& gpu, ThreadPool& pool, const OpTable& ops,
                         const ModelConfig& config, std::int64_t maximumTokens,
                         std::int64_t firstLayer, GpuBlock pinned)
    : gpu_(gpu),
      pool_(pool),
      ops_(ops),
      maximumTokens_(maximumTokens),
      firstLayer_(firstLayer),
      pinned_(std::move(pinned)),
      routedHidden_(hiddenNumbers(config, maximumTokens)),
      scratch_(scratchBytes(config, maximumTokens)) {}

std::uint64_t HostExperts::plannedBytes(const ModelConfig& config, std::int64_t maximumTokens) {
    return pinnedBytes(config, maximumTokens) +
           hiddenNumbers(config, maximumTokens) * sizeof(float) +
           scratchBytes(config, maximumTokens);
}

Result<std::unique_ptr<HostExperts>> HostExperts::make(GpuSession& gpu, ThreadPool& pool,
                                                       const OpTable& ops,
                                                       const ModelConfig& config,
                                                       std::int64_t maximumTokens,
                                                       std::int64_t firstLayer) {
    auto pinned = gpu.allocatePinned(pinnedBytes(config, maximumTokens), "the experts of the CPU");
    if (!pinned) return tl::unexpected(pinned.error());
    // Not make_unique: the constructor is private.
    return std::unique_ptr<HostExperts>(
        new HostExperts(gpu, pool, ops, config, maximumTokens, firstLayer, std::move(*pinned)));
}

HostExperts::Views HostExperts::viewsLike(const Workspace::Views& device) const {
    DSM_CHECK(device.x.rows <= maximumTokens_);
    std::byte* next = pinned_.get();
    const auto numbers = [&](std::int64_t count) {
        std::byte* here = next;
        next += paddedFloats(count);
        return here;
    };
    const auto like = [&](const Matrix<float>& matrix) {
        return Matrix<float>{reinterpret_cast<float*>(numbers(matrix.size())), matrix.rows,
                             matrix.cols};
    };
    const auto spanLike = [&](std::span<std::int32_t> span) {
        auto* begin = reinterpret_cast<std::int32_t*>(numbers(std::ssize(span)));
        return std::span(begin, span.size());
    };
    Views host;
    host.x = like(device.x);
    host.normed = like(device.normed);
    host.expertWeight = like(device.expertWeight);
    host.groups = {.slots = spanLike(device.groups.slots), .begin = spanLike(device.groups.begin)};
    host.routedHidden = {routedHidden_.data(), device.routedHidden.rows, device.routedHidden.cols};
    return host;
}

bool HostExperts::begin(const Workspace::Views& device) {
    queueInputs(device);
    mark();
    return !gpu_.hasFailed();
}

bool HostExperts::finish(const LayerWeights& layer, const Workspace::Views& device) {
    if (!waitForMark()) return false;
    compute(layer, device);
    queueOutput(device);
    return !gpu_.hasFailed();
}

void HostExperts::mark() {
    gpu_.record(kCopied);
}

bool HostExperts::waitForMark() {
    return gpu_.waitFor(kCopied).has_value();
}

void HostExperts::queueInputs(const Workspace::Views& device) {
    const Views host = viewsLike(device);
    toHost(gpu_, host.x, device.x);
    toHost(gpu_, host.normed, device.normed);
    toHost(gpu_, host.expertWeight, device.expertWeight);
    toHost(gpu_, host.groups.slots, device.groups.slots);
    toHost(gpu_, host.groups.begin, device.groups.begin);
}

void HostExperts::queueOutput(const Workspace::Views& device) {
    const Matrix<float> host = viewsLike(device).x;
    gpu_.copyToGpu(device.x.data, host.data,
                   static_cast<std::uint64_t>(host.size()) * sizeof(float));
}

void HostExperts::compute(const LayerWeights& layer, const Workspace::Views& device) {
    const Views host = viewsLike(device);
    const Matrix<float> noShared{host.x.data, host.x.rows, 0};
    OpContext context{.pool = &pool_, .scratch = scratch_.span()};
    ops_.expertsInput(context, {.normed = host.normed,
                                .activeExperts = host.expertWeight.cols,
                                .groups = host.groups,
                                .gate = layer.expertGate,
                                .up = layer.expertUp,
                                .sharedGate = nothing(0, host.x.cols),
                                .sharedUp = nothing(0, host.x.cols),
                                .routedHidden = host.routedHidden,
                                .sharedHidden = noShared});
    ops_.expertsOutput(context, {.routedHidden = host.routedHidden,
                                 .weight = host.expertWeight,
                                 .groups = host.groups,
                                 .down = layer.expertDown,
                                 .sharedHidden = noShared,
                                 .sharedDown = nothing(host.x.cols, 0),
                                 .x = host.x});
}

}  // namespace dsm
