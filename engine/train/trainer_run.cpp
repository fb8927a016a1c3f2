// The run of a trainer: step after step, with evaluations and checkpoints between them.
#include <algorithm>
#include <new>

#include "engine/train/trainer.h"

namespace dsm {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Result<std::optional<double>> Trainer::evaluate(const std::stop_token& stop) {
    if (evaluation_ == nullptr || evaluation_->size() == 0) return std::optional<double>();
    double loss = 0;
    std::int64_t labels = 0;
    for (std::int64_t i = 0; i < evaluation_->size();) {
        MicroBatch samples;
        for (; i < evaluation_->size() &&
               static_cast<std::int64_t>(samples.size()) < options_.batches.batchSamples;
             ++i) {
            samples.push_back(i);
        }
        const auto batch = load(*evaluation_, samples);
        if (!batch) return tl::unexpected(batch.error());
        if (batch->tokens() == 0) continue;
        const auto part = pass_->run(*batch, {}, {}, stop);
        if (!part) return std::optional<double>();
        loss += part->tokens;
        labels += part->labels;
    }
    if (labels == 0) return std::optional<double>();
    return loss / static_cast<double>(labels);
}

Result<void> Trainer::save() {
    if (options_.output.empty()) return {};
    const auto before = readTrainState(options_.output / checkpointName(state_.step));
    if (before && *before == state_) return {};
    const OptimizerNumbers numbers{trained_.values(), first_.span(), second_.span()};
    if (auto ok = writeCheckpoint(options_.output, state_, numbers, writer_); !ok) return ok;
    rotateCheckpoints(options_.output, options_.saveLimit, state_.bestCheckpoint);
    return {};
}

void Trainer::noteEvaluation(double loss, TrainProgress& progress) {
    progress.evalLoss = loss;
    state_.log.push_back(
        {.step = state_.step, .epoch = state_.epoch, .loss = std::nullopt, .evalLoss = loss});
    if (!state_.bestLoss || loss < *state_.bestLoss) {
        state_.bestLoss = loss;
        state_.bestCheckpoint = checkpointName(state_.step);
        state_.evaluationsWithoutGain = 0;
    } else {
        ++state_.evaluationsWithoutGain;
    }
}

Result<bool> Trainer::afterStep(const StepResult& result, bool epochEnds, TrainProgress& progress) {
    const auto isDue = [&](std::int64_t every) { return every > 0 && state_.step % every == 0; };
    const bool ends = state_.step == state_.steps;
    state_.unloggedLoss += result.loss;
    ++state_.unloggedSteps;
    if (isDue(options_.logSteps) || ends) {
        state_.log.push_back(
            {.step = state_.step,
             .epoch = state_.epoch,
             .loss = state_.unloggedLoss / static_cast<double>(state_.unloggedSteps),
             .rate = result.rate,
             .gradNorm = result.norm,
             .evalLoss = std::nullopt});
        state_.unloggedLoss = 0;
        state_.unloggedSteps = 0;
    }
    bool improved = false;
    if (ends || (options_.evalSteps > 0 ? isDue(options_.evalSteps) : epochEnds)) {
        // Not interrupted: what is saved after this step shall hold it.
        const auto evaluated = evaluate({});
        if (!evaluated) return tl::unexpected(evaluated.error());
        const std::optional<double> loss = *evaluated;
        if (loss) noteEvaluation(*loss, progress);
        improved = loss && state_.bestCheckpoint == checkpointName(state_.step);
    }
    const bool early = options_.patience > 0 && state_.evaluationsWithoutGain >= options_.patience;
    if (isDue(options_.saveSteps) || improved || ends || early) {
        if (auto ok = save(); !ok) return tl::unexpected(ok.error());
        progress.saved = true;
    }
    return early;
}

Result<TrainOutcome> Trainer::run(const TrainSink& sink, const std::stop_token& stop) {
    if (!options_.output.empty()) removeUnfinished(options_.output);
    const Clock::time_point begin = Clock::now();
    const std::int64_t firstStep = state_.step;
    std::int64_t skipped = 0;  // steps of whole epochs that were done before
    try {
        for (std::int64_t epoch = 0; state_.step < state_.steps; ++epoch) {
            const std::vector<StepPlan> plans = planEpoch(lengths_, options_.batches, epoch);
            const auto count = static_cast<std::int64_t>(plans.size());
            for (std::int64_t i = std::max<std::int64_t>(state_.step - skipped, 0);
                 i < count && state_.step < state_.steps; ++i) {
                const Clock::time_point before = Clock::now();
                auto result = step(plans[static_cast<std::size_t>(i)], stop);
                if (!result) {
                    // A sample that cannot be read stops the run, and what was learnt is kept.
                    const ErrorCode code = result.error().code;
                    if (code == ErrorCode::Cancelled || code == ErrorCode::Io) {
                        if (auto ok = save(); !ok) return tl::unexpected(ok.error());
                    }
                    return tl::unexpected(result.error());
                }
                const std::chrono::duration<double> took = Clock::now() - before;
                ++state_.step;
                state_.epoch = static_cast<double>(epoch) +
                               static_cast<double>(i + 1) / static_cast<double>(count);
                TrainProgress progress{.step = state_.step,
                                       .steps = state_.steps,
                                       .epoch = state_.epoch,
                                       .loss = result->loss,
                                       .rate = result->rate,
                                       .gradNorm = result->norm,
                                       .balanceLoss = result->balance,
                                       .evalLoss = std::nullopt,
                                       .tokens = result->tokens};
                const auto ends = afterStep(*result, i + 1 == count, progress);
                if (!ends) return tl::unexpected(ends.error());
                progress.tokensPerSecond = static_cast<double>(result->tokens) / took.count();
                const std::chrono::duration<double> all = Clock::now() - begin;
                progress.left = all * (static_cast<double>(state_.steps - state_.step) /
                                       static_cast<double>(state_.step - firstStep));
                if (sink) sink(progress);
                if (*ends) return TrainOutcome{state_, true};
            }
            skipped += count;
        }
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory,
                       "Not enough memory for a batch of this size. Use a smaller batch or "
                       "shorter samples, with more accumulation.");
    }
    return TrainOutcome{state_, false};
}

}  // namespace dsm
