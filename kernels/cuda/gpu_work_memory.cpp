#include "kernels/cuda/gpu_work_memory.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace dsm {
namespace {

constexpr int kFirstMark = 4;
constexpr std::size_t kLargestOfTables = std::size_t{1} << 20;

}  // namespace

Result<std::unique_ptr<GpuWorkMemory>> GpuWorkMemory::make(GpuSession& gpu, ThreadPool& pool) {
    auto transfer = GpuTransfer::make(gpu, pool);
    if (!transfer) return tl::unexpected(transfer.error());
    auto tables = DeviceTables::make(gpu);
    if (!tables) return tl::unexpected(tables.error());
    // Not make_unique: the constructor is private.
    return std::unique_ptr<GpuWorkMemory>(
        new GpuWorkMemory(gpu, std::move(*transfer), std::move(*tables)));
}

std::shared_ptr<std::byte> GpuPinnedMemory::allocate(std::size_t bytes) {
    auto block = gpu_.allocatePinned(bytes, "training");
    if (!block) throw std::bad_alloc();
    std::memset(block->get(), 0, bytes);
    return *block;
}

// Where the GPU failed nothing happens, and its session tells.
void GpuPinnedMemory::put(void* to, std::span<const std::byte> from) {
    if (from.empty() || !gpu_.finish()) return;
    std::memcpy(to, from.data(), from.size());
}

void GpuPinnedMemory::get(std::span<std::byte> to, const void* from) {
    if (to.empty()) return;
    if (gpu_.finish()) {
        std::memcpy(to.data(), from, to.size());
    } else {
        std::fill(to.begin(), to.end(), std::byte{0});
    }
}

void GpuPinnedMemory::copy(void* to, const void* from, std::size_t bytes) {
    if (bytes > 0 && gpu_.finish()) std::memmove(to, from, bytes);
}

void GpuPinnedMemory::clear(void* to, std::size_t bytes) {
    if (bytes > 0 && gpu_.finish()) std::memset(to, 0, bytes);
}

std::shared_ptr<std::byte> GpuWorkMemory::allocate(std::size_t bytes) {
    auto block = gpu_.allocate(bytes, "training");
    if (!block) throw std::bad_alloc();
    gpu_.clear(block->get(), bytes);
    recordings_->noteAllocation();
    return *block;
}

void GpuWorkMemory::getLater(std::span<std::byte> to, const void* from) {
    gpu_.copyToHost(to.data(), from, to.size());
}

std::shared_ptr<std::byte> GpuWorkMemory::allocateForResults(std::size_t bytes) {
    return pinned_.allocate(bytes);
}

void GpuWorkMemory::mark(int number) {
    gpu_.record(kFirstMark + number);
}

Result<void> GpuWorkMemory::waitFor(int number) {
    return gpu_.waitFor(kFirstMark + number);
}

// Failures are kept by the session. A batch's numbers go the way of tables, on which nobody waits.
void GpuWorkMemory::put(void* to, std::span<const std::byte> from) {
    if (from.size() <= kLargestOfTables) {
        tables_->bring(static_cast<std::byte*>(to), from);
        return;
    }
    static_cast<void>(transfer_.put(static_cast<std::byte*>(to), from, {}));
}

void GpuWorkMemory::get(std::span<std::byte> to, const void* from) {
    std::size_t done = 0;
    const auto got = transfer_.get(static_cast<const std::byte*>(from), to.size(),
                                   [&](std::span<const std::byte> piece) -> Result<void> {
                                       std::copy(piece.begin(), piece.end(), to.begin() + done);
                                       done += piece.size();
                                       return {};
                                   });
    if (!got) std::fill(to.begin(), to.end(), std::byte{0});
}

void GpuWorkMemory::copy(void* to, const void* from, std::size_t bytes) {
    gpu_.copyOnGpu(to, from, bytes);
    ++*recordings_->queued();
}

void GpuWorkMemory::clear(void* to, std::size_t bytes) {
    gpu_.clear(to, bytes);
    ++*recordings_->queued();
}

void GpuWorkMemory::repeat(std::span<const std::int64_t> shape, const std::function<void()>& work) {
    recordings_->repeat(shape, work);
}

Result<void> GpuWorkMemory::finish() {
    return gpu_.finish();
}

DeviceRun GpuWorkMemory::run() const {
    return {.stream = gpu_.stream(), .launches = recordings_->queued(), .tables = tables_.get()};
}

}  // namespace dsm
