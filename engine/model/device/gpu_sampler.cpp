#include "engine/model/device/gpu_sampler.h"

#include <algorithm>

#include "kernels/base/check.h"

namespace dsm {
namespace {

constexpr int kFirstMark = 4;

int markOf(std::int64_t choice) {
    return kFirstMark + static_cast<int>(choice % GpuSampler::kMostAhead);
}

}  // namespace

GpuSampler::GpuSampler(GpuSession& gpu, GpuTransfer& transfer, SampleOp sample,
                       std::int64_t vocabulary, const Memory& memory)
    : gpu_(&gpu),
      transfer_(&transfer),
      sample_(sample),
      memory_(memory),
      history_(static_cast<std::size_t>(vocabulary)) {}

Result<void> GpuSampler::start(const SampleSettings& settings, std::span<const std::int32_t> seen,
                               std::int64_t position) {
    std::ranges::fill(history_.span(), 0);
    for (const std::int32_t id : seen) {
        if (id >= 0 && static_cast<std::size_t>(id) < history_.size())
            history_[static_cast<std::size_t>(id)] = 1;
    }
    const SampleState state{.position = static_cast<std::int32_t>(position)};
    marked_ = taken_ = 0;
    const auto put = [this](auto* to, auto from) {
        return transfer_->put(reinterpret_cast<std::byte*>(to), std::as_bytes(from), {});
    };
    if (auto done = put(memory_.settings, std::span(&settings, 1)); !done) return done;
    if (auto done = put(memory_.state, std::span(&state, 1)); !done) return done;
    return put(memory_.history, history_.span());
}

void GpuSampler::queue(OpContext& context, const float* logits) const {
    sample_(context, {.logits = logits,
                      .vocabulary = static_cast<std::int64_t>(history_.size()),
                      .settings = memory_.settings,
                      .history = memory_.history,
                      .state = memory_.state,
                      .tokens = memory_.tokens});
}

void GpuSampler::mark() {
    DSM_CHECK(marked_ - taken_ < kMostAhead);
    gpu_->record(markOf(marked_));
    ++marked_;
}

Result<std::int32_t> GpuSampler::next() {
    DSM_CHECK(taken_ < marked_);
    if (auto done = gpu_->waitFor(markOf(taken_)); !done) return tl::unexpected(done.error());
    return memory_.tokens[taken_++];
}

}  // namespace dsm
