#include "engine/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <sstream>

#include "engine/format/sha256.h"

namespace dsm {
namespace {

// Seeds of dropout: another for each micro-batch of a run.
std::uint64_t batchSeed(std::uint64_t seed, std::int64_t step, std::size_t micro) {
    return (seed * 1000003U + static_cast<std::uint64_t>(step)) * 4099U + micro;
}

}  // namespace

Trainer::Trainer(const ModelConfig& config, const Weights& weights, const Dataset& training,
                 const Dataset* evaluation, TrainOptions options, TrainableWeights trained,
                 Backend backend, int threads)
    : config_(config),
      weights_(weights),
      training_(training),
      evaluation_(evaluation),
      options_(std::move(options)),
      trained_(std::move(trained)),
      ops_(trainOps(backend)),
      pool_(threads) {}

Result<std::unique_ptr<Trainer>> Trainer::make(const ModelConfig& config, const Weights& weights,
                                               const Dataset& training, const Dataset* evaluation,
                                               TrainOptions options, Backend backend, int threads) {
    auto trained =
        TrainableWeights::make(config, weights, options.targets, options.batches.seed + 1);
    if (!trained) return tl::unexpected(trained.error());
    try {
        // Not make_unique: the constructor is private.
        std::unique_ptr<Trainer> trainer(new Trainer(config, weights, training, evaluation,
                                                     std::move(options), std::move(*trained),
                                                     backend, threads));
        if (!trainer->measureData()) {
            return failure(ErrorCode::Malformed,
                           "The data holds no token to learn: every label is masked, or there is "
                           "no sample.");
        }
        const auto count = static_cast<std::size_t>(trainer->trained_.count());
        trainer->gradients_ = Buffer<float>(count);
        trainer->first_ = Buffer<float>(count);
        trainer->second_ = Buffer<float>(count);
        trainer->pass_.emplace(trainer->config_, trainer->trained_, trainer->ops_, trainer->pool_,
                               PassOptions{.checkpointing = trainer->options_.checkpointing,
                                           .positions = trainer->longest_,
                                           .dropout = trainer->options_.targets.lora.dropout});
        return trainer;
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory,
                       "Not enough memory for gradients and optimizer. Use LoRA with fewer targets "
                       "or a smaller rank.");
    }
}

// Lengths, the number of steps, and the longest sample; false where nothing can be learned.
bool Trainer::measureData() {
    bool learns = false;
    for (std::int64_t i = 0; i < training_.size(); ++i) {
        const SampleLength length = training_.length(i);
        lengths_.push_back(length.labels > 0 ? length.tokens : 0);
        longest_ = std::max(longest_, length.tokens);
        learns = learns || length.labels > 0;
    }
    for (std::int64_t i = 0; evaluation_ != nullptr && i < evaluation_->size(); ++i) {
        longest_ = std::max(longest_, evaluation_->length(i).tokens);
    }
    if (!learns) return false;
    std::int64_t steps = 0;
    for (std::int64_t epoch = 0; epoch < options_.epochs; ++epoch)
        steps += static_cast<std::int64_t>(planEpoch(lengths_, options_.batches, epoch).size());
    if (options_.maxSteps > 0) steps = options_.maxSteps;
    state_.steps = steps;
    state_.epochs = options_.epochs;
    state_.job = jobKey();
    schedule_ = {.kind = options_.schedule,
                 .rate = options_.rate,
                 .warmupSteps = options_.warmupSteps,
                 .steps = steps};
    return true;
}

// What decides every number of the run besides the model.
std::string Trainer::jobKey() const {
    std::ostringstream text;
    const BatchOptions& b = options_.batches;
    text.precision(17);
    text << b.batchSamples << ' ' << b.accumulation << ' ' << b.packTokens << ' ' << b.groupByLength
         << ' ' << b.seed << ' ' << state_.steps << ' ' << options_.epochs << ' '
         << name(options_.schedule) << ' ' << options_.rate << ' ' << options_.warmupSteps << ' '
         << options_.decay << ' ' << options_.maxGradNorm << ' ' << options_.balance << ' '
         << options_.meanOfMeans << ' ' << options_.targets.lora.scaling() << ' '
         << options_.targets.lora.dropout;
    for (const Parameter& p : trained_.parameters())
        text << ' ' << p.name << ' ' << p.rows;
    for (const std::int64_t length : lengths_)
        text << ' ' << length;
    const std::string all = text.str();
    Sha256 hash;
    hash.update(std::as_bytes(std::span(all)));
    return hash.finish();
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
    if (state->job != state_.job) {
        return failure(ErrorCode::Malformed,
                       checkpoint.string() +
                           " is a checkpoint of another job: its options or its data were others. "
                           "Start anew in another folder, or restore the job file and the data.");
    }
    const OptimizerNumbers numbers{trained_.values(), first_.span(), second_.span()};
    if (auto ok = readOptimizer(checkpoint, numbers); !ok) return ok;
    state_ = std::move(*state);
    return {};
}

Result<void> Trainer::takeBest() {
    const std::string& best = state_.bestCheckpoint;
    if (best.empty() || best == checkpointName(state_.step)) return {};
    return readOptimizer(options_.output / best,
                         {trained_.values(), first_.span(), second_.span()});
}

Result<Trainer::StepResult> Trainer::step(const StepPlan& plan, const std::stop_token& stop) {
    StepResult result{.rate = schedule_.at(state_.step)};
    std::vector<TokenBatch> batches;
    std::int64_t labels = 0;
    std::int64_t samples = 0;
    for (const MicroBatch& micro : plan) {
        auto batch = load(training_, micro);
        if (!batch) return tl::unexpected(batch.error());
        batches.push_back(std::move(*batch));
        labels += batches.back().labels();
        samples += batches.back().samples();
        result.tokens += batches.back().tokens();
    }
    std::fill_n(gradients_.data(), gradients_.size(), 0.0F);
    for (std::size_t m = 0; m < batches.size(); ++m) {
        const double share = options_.meanOfMeans
                                 ? 1.0 / (static_cast<double>(batches[m].labels()) *
                                          static_cast<double>(batches.size()))
                                 : 1.0 / static_cast<double>(labels);
        const auto loss =
            pass_->run(batches[m],
                       {.tokens = share,
                        .balance = options_.balance / static_cast<double>(samples),
                        .dropoutSeed = batchSeed(options_.batches.seed, state_.step, m)},
                       gradients_.span(), stop);
        if (!loss) return cancelled();
        result.loss += share * loss->tokens;
        result.balance += loss->balance;
    }
    OpContext context{.pool = &pool_};
    result.norm = std::sqrt(ops_.sumOfSquares(context, gradients_.span()));
    if (!std::isfinite(result.loss) || !std::isfinite(result.norm))
        return tl::unexpected(explain(result, batches));
    update(result.norm, result.rate);
    return result;
}

void Trainer::update(double norm, double rate) {
    OpContext context{.pool = &pool_};
    const double limit = options_.maxGradNorm;
    const double scale = limit > 0 && norm > limit ? limit / (norm + 1e-6) : 1.0;
    const auto part = [&](std::int64_t begin, std::int64_t end, double decay) {
        const auto of = [&](std::span<float> all) {
            return all.subspan(static_cast<std::size_t>(begin),
                               static_cast<std::size_t>(end - begin));
        };
        ops_.adamW(context, {.weight = of(trained_.values()),
                             .gradient = of(gradients_.span()),
                             .first = of(first_.span()),
                             .second = of(second_.span()),
                             .step = state_.step + 1,
                             .rate = rate,
                             .decay = decay,
                             .gradientScale = scale});
    };
    part(0, trained_.decayingNumbers(), options_.decay);
    part(trained_.decayingNumbers(), trained_.count(), 0);
}

TrainMemory Trainer::memory() const {
    return {.weightBytes = weights_.sizeBytes(),
            .trainedBytes = trained_.values().size_bytes(),
            .gradientBytes = gradients_.sizeBytes(),
            .optimizerBytes = first_.sizeBytes() + second_.sizeBytes(),
            .activationBytes = pass_->activationBytes(),
            .lossBytes = pass_->lossBytes(),
            .scratchBytes = pass_->scratchBytes()};
}

}  // namespace dsm
