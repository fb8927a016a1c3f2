#include "kernels/cuda/gpu_transfer.h"

#include <algorithm>
#include <cstring>

#include "kernels/base/mapped_file.h"

namespace dsm {
namespace {

constexpr std::int64_t kPieceBytes = 1 << 20;  // of one thread's work

}  // namespace

Result<GpuTransfer> GpuTransfer::make(GpuSession& gpu, ThreadPool& pool,
                                      std::uint64_t bufferBytes) {
    auto memory = gpu.allocatePinned(2 * bufferBytes, "copies to the GPU");
    if (!memory) return tl::unexpected(memory.error());
    return GpuTransfer(gpu, pool, bufferBytes, std::move(*memory));
}

void GpuTransfer::fill(std::byte* to, std::span<const std::byte> bytes) {
    const auto size = static_cast<std::int64_t>(bytes.size());
    const std::int64_t pieces = (size + kPieceBytes - 1) / kPieceBytes;
    pool_->run(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
        const std::int64_t first = begin * kPieceBytes;
        const std::int64_t count = std::min(end * kPieceBytes, size) - first;
        std::memcpy(to + first, bytes.data() + first, static_cast<std::size_t>(count));
    });
}

Result<void> GpuTransfer::put(std::byte* to, std::span<const std::byte> bytes,
                              const std::stop_token& stop) {
    while (!bytes.empty()) {
        if (stop.stop_requested()) return cancelled();
        const auto now = bytes.first(std::min<std::size_t>(bytes.size(), bufferBytes_));
        bytes = bytes.subspan(now.size());
        wantPages(bytes.first(std::min<std::size_t>(bytes.size(), bufferBytes_)));
        if (auto free = gpu_->waitFor(next_); !free) return free;
        fill(buffer(next_), now);
        gpu_->copyToGpu(to, buffer(next_), now.size());
        gpu_->record(next_);
        next_ = 1 - next_;
        to += now.size();
    }
    return {};
}

Result<void> GpuTransfer::get(const std::byte* from, std::uint64_t bytes, const Sink& sink) {
    const auto request = [&](std::uint64_t offset) {
        const std::uint64_t size = std::min(bufferBytes_, bytes - offset);
        gpu_->copyToHost(buffer(next_), from + offset, size);
        gpu_->record(next_);
        next_ = 1 - next_;
        return size;
    };
    std::uint64_t asked = bytes > 0 ? request(0) : 0;
    for (std::uint64_t done = 0; done < bytes;) {
        const int arriving = 1 - next_;
        const std::uint64_t size = std::min(bufferBytes_, bytes - done);
        if (asked < bytes) asked += request(asked);
        if (auto arrived = gpu_->waitFor(arriving); !arrived) return arrived;
        if (auto taken = sink({buffer(arriving), static_cast<std::size_t>(size)}); !taken) {
            // The copy under way still writes into a buffer.
            static_cast<void>(gpu_->finish());
            return taken;
        }
        done += size;
    }
    return {};
}

}  // namespace dsm
