#include "kernels/selftest/gpu_memory.h"

#include <cstring>
#include <stdexcept>

namespace dsm::selftest {
namespace {

constexpr std::size_t kBoundary = 256;
constexpr std::size_t kLowRankNumbers = 1 << 20;  // likewise
constexpr std::uint64_t kTableBytes = 64 << 10;   // more than any case wants at once

template <class T>
T orThrow(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}
void orThrow(const Result<void>& result) {
    if (!result) throw std::runtime_error(result.error().message);
}

}  // namespace

Result<std::unique_ptr<GpuMemory>> GpuMemory::open(int gpu, std::size_t scratchBytes) {
    auto session = openGpu(gpu);
    if (!session) return tl::unexpected(session.error());
    std::unique_ptr<GpuMemory> memory(new GpuMemory);
    memory->session_ = std::move(*session);
    if (auto dense = DenseProduct::make(*memory->session_)) {
        memory->dense_ = std::move(*dense);
        memory->dense_->takeEverything();
    }
    auto scratch = memory->session_->allocate(scratchBytes, "computing");
    if (!scratch) return tl::unexpected(scratch.error());
    memory->scratch_ = std::move(*scratch);
    memory->scratchBytes_ = scratchBytes;
    constexpr auto kCounterBytes = kDeviceCounters * sizeof(std::uint32_t);
    auto counters = memory->session_->allocate(kCounterBytes, "computing");
    if (!counters) return tl::unexpected(counters.error());
    memory->counters_ = std::move(*counters);
    auto tables = DeviceTables::make(*memory->session_, kTableBytes);
    if (!tables) return tl::unexpected(tables.error());
    memory->tables_ = std::move(*tables);
    auto lowRank = memory->session_->allocate(kLowRankNumbers * sizeof(float), "computing");
    if (!lowRank) return tl::unexpected(lowRank.error());
    memory->lowRank_ = std::move(*lowRank);
    memory->session_->clear(memory->counters_.get(), kCounterBytes);
    if (auto done = memory->session_->finish(); !done) return tl::unexpected(done.error());
    return memory;
}

DeviceRun GpuMemory::run() const {
    return {.stream = session_->stream(),
            .counters = reinterpret_cast<std::uint32_t*>(counters_.get()),
            .lowRank = {reinterpret_cast<float*>(lowRank_.get()), kLowRankNumbers},
            .tables = tables_.get()};
}

DeviceRun GpuMemory::runByCublas() const {
    DeviceRun all = run();
    all.dense = dense_.get();
    return all;
}

std::shared_ptr<std::byte> GpuMemory::copy(std::span<const std::byte> bytes) {
    GpuBlock device = orThrow(session_->allocate(bytes.size(), "a test"));
    const GpuBlock pinned = orThrow(session_->allocatePinned(bytes.size(), "a test"));
    std::copy(bytes.begin(), bytes.end(), pinned.get());
    session_->copyToGpu(device.get(), pinned.get(), bytes.size());
    orThrow(session_->finish());
    return device;
}

std::shared_ptr<const std::byte> GpuMemory::borrow(std::span<const std::byte> bytes) {
    return copy(bytes);
}

// At a fixed distance from one to the next, as weights of experts lie there.
std::vector<std::shared_ptr<const std::byte>> GpuMemory::borrowAll(
    const std::vector<std::span<const std::byte>>& pieces) {
    std::size_t stride = 0;
    for (const auto& piece : pieces)
        stride = std::max(stride, (piece.size() + kBoundary - 1) / kBoundary * kBoundary);
    std::vector<std::byte> all(stride * pieces.size());
    for (std::size_t i = 0; i < pieces.size(); ++i)
        std::copy(pieces[i].begin(), pieces[i].end(), all.data() + i * stride);
    const std::shared_ptr<std::byte> device = copy(all);
    std::vector<std::shared_ptr<const std::byte>> borrowed;
    for (std::size_t i = 0; i < pieces.size(); ++i)
        borrowed.emplace_back(device, device.get() + i * stride);
    return borrowed;
}

void GpuMemory::fetch(const std::byte* from, std::span<std::byte> to) {
    const GpuBlock pinned = orThrow(session_->allocatePinned(to.size(), "a test"));
    session_->copyToHost(pinned.get(), from, to.size());
    orThrow(session_->finish());
    std::copy(pinned.get(), pinned.get() + to.size(), to.data());
}

}  // namespace dsm::selftest
