#include "kernels/cuda/device_tables.h"

#include <algorithm>
#include <utility>

#include "kernels/base/check.h"

namespace dsm {
namespace {

constexpr int kFirstEvent = 6;
constexpr std::uint64_t kBoundary = 16;

constexpr std::uint64_t onBoundary(std::uint64_t bytes) {
    return (bytes + kBoundary - 1) / kBoundary * kBoundary;
}

}  // namespace

Result<std::unique_ptr<DeviceTables>> DeviceTables::make(GpuSession& gpu, std::uint64_t halfBytes) {
    auto device = gpu.allocate(2 * halfBytes, "computing");
    if (!device) return tl::unexpected(device.error());
    auto pinned = gpu.allocatePinned(2 * halfBytes, "computing");
    if (!pinned) return tl::unexpected(pinned.error());
    // Not make_unique: the constructor is private.
    return std::unique_ptr<DeviceTables>(
        new DeviceTables(gpu, halfBytes, std::move(*device), std::move(*pinned)));
}

const std::byte* DeviceTables::put(std::span<const std::byte> bytes) {
    putBytes_ += onBoundary(bytes.size());
    if (keptAt_ != nullptr) return keep(bytes);
    const std::uint64_t at = pin(bytes);
    gpu_.copyToGpu(device_.get() + at, pinned_.get() + at, bytes.size());
    return device_.get() + at;
}

void DeviceTables::bring(std::byte* to, std::span<const std::byte> bytes) {
    DSM_CHECK(keptAt_ == nullptr);
    gpu_.copyToGpu(to, pinned_.get() + pin(bytes), bytes.size());
}

void DeviceTables::beginKeeping(std::byte* place, std::uint64_t size) {
    keptAt_ = place;
    kept_.assign(size, std::byte{0});
    keptBytes_ = 0;
}

const std::byte* DeviceTables::keep(std::span<const std::byte> bytes) {
    DSM_CHECK(keptBytes_ + bytes.size() <= kept_.size());
    std::copy(bytes.begin(), bytes.end(), kept_.data() + keptBytes_);
    return keptAt_ + std::exchange(keptBytes_, keptBytes_ + onBoundary(bytes.size()));
}

std::vector<std::byte> DeviceTables::endKeeping() {
    keptAt_ = nullptr;
    return std::move(kept_);
}

std::uint64_t DeviceTables::pin(std::span<const std::byte> bytes) {
    DSM_CHECK(bytes.size() <= halfBytes_);
    if (used_ + bytes.size() > halfBytes_) {
        gpu_.record(kFirstEvent + half_);
        half_ = 1 - half_;
        used_ = 0;
        // A failure is kept by the session, for whoever waits for its results.
        static_cast<void>(gpu_.waitFor(kFirstEvent + half_));
    }
    const std::uint64_t at = static_cast<std::uint64_t>(half_) * halfBytes_ + used_;
    std::copy(bytes.begin(), bytes.end(), pinned_.get() + at);
    used_ += onBoundary(bytes.size());
    return at;
}

}  // namespace dsm
