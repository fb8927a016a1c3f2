#include "engine/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <new>

#include "engine/train/run_identity.h"
#include "kernels/base/reason.h"

namespace dsm {
Trainer::Trainer(const ModelConfig& config, const Weights& weights, const Dataset& training,
                 const Dataset* evaluation, TrainOptions options, TrainableWeights trained,
                 Backend backend, int threads, TrainingGpu* gpu)
    : config_(config),
      weights_(weights),
      training_(training),
      evaluation_(evaluation),
      options_(std::move(options)),
      trained_(std::move(trained)),
      ops_(trainOps(backend)),
      pool_(threads),
      memory_(gpu != nullptr ? gpu->memory() : hostWorkMemory()),
      learning_(memory_),
      gradients_(memory_),
      moments_(gpu != nullptr && options_.momentsOnHost ? gpu->pinnedMemory() : memory_),
      squares_(memory_),
      scratch_(memory_) {}

Result<std::unique_ptr<Trainer>> Trainer::make(const ModelConfig& config, const Weights& weights,
                                               const Dataset& training, const Dataset* evaluation,
                                               TrainOptions options, Backend backend, int threads,
                                               const std::stop_token& stop, TrainingGpu* gpu) {
    DSM_CHECK((backend == Backend::Cuda) == (gpu != nullptr));
    auto trained =
        TrainableWeights::make(config, weights, options.targets, options.batches.seed + 1, stop);
    if (!trained) return tl::unexpected(trained.error());
    try {
        // Not make_unique: the constructor is private.
        std::unique_ptr<Trainer> trainer(new Trainer(config, weights, training, evaluation,
                                                     std::move(options), std::move(*trained),
                                                     backend, threads, gpu));
        if (auto ok = trainer->measureData(stop); !ok) return tl::unexpected(ok.error());
        trainer->allocate(gpu);
        if (auto ok = trainer->memory_.finish(); !ok) return tl::unexpected(ok.error());
        return trainer;
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryForOptimizer);
    }
}

void Trainer::allocate(TrainingGpu* gpu) {
    if (gpu != nullptr) {
        learning_.put(trained_.values());
        trained_.computeWith(gpu->weights(), learning_.span());
        scratch_.shaped(1, squaresScratchBytes(trained_.count()));
    }
    gradients_.shaped(1, trained_.count());
    moments_.shape(options_.optimizer, trained_.decayingNumbers(), trained_.count());
    squares_.shaped(1, 2);
    squares_.clear();
    pass_.emplace(config_, trained_, ops_, pool_,
                  PassOptions{.checkpointing = options_.checkpointing,
                              .positions = longest_,
                              .dropout = options_.targets.lora.dropout,
                              .hostLayers = options_.hostLayers},
                  memory_);
}

// Lengths, the number of steps, and the longest sample.
Result<void> Trainer::measureData(const std::stop_token& stop) {
    bool learns = false;
    for (std::int64_t i = 0; i < training_.size(); ++i) {
        const SampleLength length = training_.length(i);
        lengths_.push_back(length.labels > 0 ? length.tokens : 0);
        longest_ = std::max(longest_, length.tokens);
        learns = learns || length.labels > 0;
    }
    for (std::int64_t i = 0; evaluation_ != nullptr && i < evaluation_->size(); ++i)
        longest_ = std::max(longest_, evaluation_->length(i).tokens);
    if (!learns) {
        return failure(ErrorCode::Malformed, ReasonCode::NoTokenToLearn);
    }
    state_.steps = options_.maxSteps;
    if (state_.steps == 0) {
        const auto steps = stepsOfAll(lengths_, options_.batches, options_.epochs, stop);
        if (!steps) return cancelled();
        state_.steps = *steps;
    }
    state_.epochs = options_.epochs;
    state_.pieceTokens = options_.batches.pieceTokens;
    state_.intervals = {.logSteps = options_.logSteps,
                        .evalSteps = options_.evalSteps,
                        .saveSteps = options_.saveSteps,
                        .batchSamples = options_.batches.batchSamples};
    schedule_ = {.kind = options_.schedule,
                 .rate = options_.rate,
                 .warmupSteps = options_.warmupSteps,
                 .steps = state_.steps};
    auto identity = runIdentity(config_, weights_, options_, training_, evaluation_, stop);
    if (!identity) return tl::unexpected(identity.error());
    state_.identity = std::move(*identity);
    // What learns begins with these numbers, also in a checkpoint of step 0.
    if (auto cut = weights_.changedFile(); cut) return tl::unexpected(std::move(*cut));
    return {};
}

Result<TokenBatch> Trainer::load(const Dataset& data, const MicroBatch& samples) const {
    std::vector<TrainingSample> loaded;
    for (const std::int64_t i : samples) {
        auto sample = data.sample(i);
        if (!sample) return tl::unexpected(sample.error());
        loaded.push_back(std::move(*sample));
    }
    return batchOf(loaded);
}

Result<void> Trainer::resume(const std::filesystem::path& checkpoint) {
    auto state = readTrainState(checkpoint);
    if (!state) return tl::unexpected(state.error());
    if (const std::string others = differences(state->identity, state_.identity); !others.empty()) {
        return failure(ErrorCode::Unsupported, ReasonCode::CheckpointOfOtherJob,
                       {checkpoint.string(), others});
    }
    auto read = onHost(
        true, [&](const OptimizerNumbers& numbers) { return readOptimizer(checkpoint, numbers); });
    if (!read) return read;
    const StateIntervals intervals = state_.intervals;
    state_ = std::move(*state);
    state_.intervals = intervals;
    // The same pieces give the same bits; less memory than before asks for smaller ones.
    std::int64_t& pieces = options_.batches.pieceTokens;
    if (pieces > 0 && state_.pieceTokens > 0) pieces = std::min(pieces, state_.pieceTokens);
    state_.pieceTokens = pieces;
    return {};
}

Result<std::int64_t> Trainer::takeBest() {
    const std::string& best = state_.bestCheckpoint;
    if (best.empty() || best == checkpointName(state_.step)) return state_.step;
    const std::filesystem::path folder = options_.output / best;
    if (auto ok = checkCheckpoint(folder); !ok) return tl::unexpected(ok.error());
    if (auto ok = onHost(
            true, [&](const OptimizerNumbers& numbers) { return readOptimizer(folder, numbers); });
        !ok)
        return tl::unexpected(ok.error());
    return stepOfCheckpoint(best).value_or(state_.step);
}

Result<PassLoss> Trainer::passOf(const TokenBatch& batch, const PassScale& scale,
                                 std::span<float> gradients, const std::stop_token& stop) {
    try {
        const auto loss = pass_->run(batch, scale, gradients, stop);
        if (auto ok = memory_.finish(); !ok) return tl::unexpected(ok.error());
        if (!loss) return cancelled();
        return *loss;
    } catch (const std::bad_alloc&) {
        return tl::unexpected(noMemory());
    }
}

// To the host's, where they are changed elsewhere.
Result<void> Trainer::bringValues() {
    if (memory_.isHost()) return {};
    memory_.get(std::as_writable_bytes(trained_.values()), learning_.view().data);
    return memory_.finish();
}

Result<void> Trainer::onHost(bool replaces,
                             const std::function<Result<void>(const OptimizerNumbers&)>& body) {
    if (memory_.isHost()) return body(moments_.numbers(trained_.values()));
    Moments::Copy copy;
    if (replaces) {
        copy = moments_.empty();
    } else {
        if (auto ok = bringValues(); !ok) return ok;
        copy = moments_.got();
        if (auto ok = memory_.finish(); !ok) return ok;
    }
    if (auto done = body(copy.numbers(trained_.values())); !done || !replaces) return done;
    learning_.put(trained_.values());
    moments_.put(copy);
    return memory_.finish();
}

TrainMemory Trainer::memory() const {
    const DevicePlan placed = memory_.isHost()
                                  ? DevicePlan{.weightBytes = weights_.sizeBytes()}
                                  : trainingPlan(deviceSizes(weights_), options_.hostLayers);
    return {.weightBytes = placed.weightBytes,
            .trainedBytes = trained_.values().size_bytes(),
            .gradientBytes = gradients_.sizeBytes(),
            .optimizerBytes = options_.momentsOnHost ? 0 : moments_.sizeBytes(),
            .activationBytes = pass_->activationBytes(),
            .lossBytes = pass_->lossBytes(),
            .scratchBytes = pass_->scratchBytes() + scratch_.sizeBytes() + memory_.recordedBytes(),
            .pinnedBytes = options_.momentsOnHost ? moments_.sizeBytes() : 0,
            .hostWeightBytes = placed.hostWeightBytes,
            .hostWorkBytes = pass_->hostBytes(),
            .hostValueBytes = memory_.isHost() ? 0 : trained_.values().size_bytes()};
}

}  // namespace dsm
