// What a model does on a GPU.
#include <algorithm>

#include "engine/model/model.h"
#include "engine/model/pass/forward.h"
#include "kernels/base/check.h"

namespace dsm {

GpuTransfer* Model::gpuTransfer() const {
    if (!gpu_) return nullptr;
    gpu_->session().use();
    return &gpu_->transfer();
}

ForwardArgs Model::gpuArgs(OpContext& context, const PassInputs& inputs) {
    ForwardArgs args = forwardArgs(context, inputs, {});
    args.logits = gpu_->logits(inputs.logits.rows);
    args.rotary = gpu_->rotary();
    args.opIds = gpu_->ids();
    args.elsewhere = gpu_->hostExperts();
    return args;
}

Result<void> Model::recordDecode() {
    if (!gpu_) return {};
    OpContext context{
        .pool = pool_.get(), .scratch = workspace_.scratch(), .device = gpu_->recordedRun()};
    const std::int32_t anyId = 0;
    return gpu_->recordDecode([&](std::int64_t largestPosition, ExpertsElsewhere* elsewhere) {
        const ForwardPart part{.cache = &cache_, .tokens = 1, .logitRows = 1};
        ForwardArgs args =
            gpuArgs(context, {.parts = {&part, 1}, .ids = {&anyId, 1}, .logits = gpu_->logits(1)});
        args.opIds = gpu_->stateIds();
        args.position = largestPosition;
        args.elsewhere = elsewhere;
        forward(args);
    });
}

Result<void> Model::useAdapterOnGpu(const std::shared_ptr<const LoraAdapter>& adapter,
                                    float scale) {
    if (failure_) return tl::unexpected(*failure_);
    Result<void> used = gpu_->useAdapter(config_, weights_, adapter, scale);
    if (!used && !gpu_->session().hasFailed()) return used;
    if (used) used = recordDecode();
    noteFailure(used);
    return used;
}

void Model::noteFailure(const Result<void>& done) {
    if (done) return;
    failure_ = done.error();
    cache_.truncate(0);
}

bool Model::isDecode(const PassInputs& inputs) const {
    return inputs.ids.size() == 1 && inputs.logits.rows == 1 && isRecorded() &&
           inputs.parts.front().cache == &cache_;
}

bool Model::passOnGpu(const PassInputs& inputs, std::stop_token stop) {
    if (failure_ || stop.stop_requested()) return false;
    const Matrix<float>& logits = inputs.logits;
    bool done = true;
    Result<void> finished;
    if (isDecode(inputs)) {
        finished = gpu_->decode(inputs.ids.front(), cache_.size());
        if (finished) cache_.append(inputs.ids);
    } else {
        gpu_->begin(inputs.ids);
        OpContext context{
            .pool = pool_.get(), .scratch = workspace_.scratch(), .device = gpu_->run()};
        ForwardArgs args = gpuArgs(context, inputs);
        args.stop = std::move(stop);
        done = forward(args);
        finished = gpu_->finish(done ? logits.rows : 0);
    }
    noteFailure(finished);
    if (failure_) return false;
    const Matrix<float> results = gpu_->hostLogits(done ? logits.rows : 0);
    std::copy(results.data, results.data + results.size(), logits.data);
    return done;
}

bool Model::beginReply(const SampleSettings& settings, std::span<const std::int32_t> seen,
                       std::int64_t mostTokens) {
    DSM_CHECK(choosesTokens() && cache_.size() > 0);
    if (failure_) return false;
    reply_ = {.begin = cache_.size(), .mostTokens = mostTokens};
    noteFailure(gpu_->beginReply(settings, seen, reply_.begin - 1));
    return !failure_;
}

// Queues choices until there are so many, as far as the reply and the context go. A choice needs
// the token before it to be read.
void Model::queueTokens(std::int64_t count) {
    const std::int64_t most =
        std::min({count, reply_.mostTokens, cache_.capacity() - reply_.begin + 1});
    for (std::int64_t i = gpu_->sampler().marked(); i < most; ++i)
        gpu_->queueToken(reply_.begin + i - 1);
}

std::optional<std::int32_t> Model::nextToken() {
    if (failure_) return std::nullopt;
    GpuSampler& sampler = gpu_->sampler();
    const std::int64_t taken = sampler.taken();
    if (taken > 0) cache_.append({&reply_.last, 1});
    // One ahead of the host. Where it computes experts, going on would take its own time.
    queueTokens(taken + (gpu_->hostExperts() == nullptr ? 2 : 1));
    const auto token = sampler.next();
    if (!token) {
        noteFailure(tl::unexpected(token.error()));
        return std::nullopt;
    }
    if (!sawWholeFiles()) return std::nullopt;
    reply_.last = *token;
    return reply_.last;
}

void Model::endReply() {
    noteFailure(gpu_->session().finish());
}

}  // namespace dsm
