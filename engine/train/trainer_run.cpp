// The run of a trainer: step after step, with evaluations and checkpoints between them.
#include <algorithm>
#include <cmath>
#include <new>

#include "engine/train/trainer.h"
#include "kernels/base/reason.h"

namespace dsm {

Result<std::optional<double>> Trainer::evaluate(const std::stop_token& stop) {
    if (evaluation_ == nullptr || evaluation_->size() == 0) return std::optional<double>();
    double loss = 0;
    std::int64_t labels = 0;
    std::vector<SampleLoss> found;
    for (std::int64_t i = 0; i < evaluation_->size();) {
        MicroBatch samples;
        for (; i < evaluation_->size() &&
               static_cast<std::int64_t>(samples.size()) < options_.batches.batchSamples;
             ++i) {
            samples.push_back(i);
        }
        for (const MicroBatch& piece :
             piecesOf(samples, *evaluation_, options_.batches.pieceTokens)) {
            const auto batch = load(*evaluation_, piece);
            if (!batch) return tl::unexpected(batch.error());
            if (batch->tokens() == 0) continue;
            const auto part = passOf(*batch, {}, {}, stop);
            if (!part) return tl::unexpected(part.error());
            loss += part->tokens;
            labels += part->labels;
            addSampleLosses(piece, found);
        }
    }
    if (auto cut = weights_.changedFile(); cut) return tl::unexpected(std::move(*cut));
    if (labels == 0) return std::optional<double>();
    sampleLosses_ = std::move(found);
    return loss / static_cast<double>(labels);
}

// Of the micro-batch that the pass has just seen, which leaves out samples without a token.
void Trainer::addSampleLosses(const MicroBatch& samples, std::vector<SampleLoss>& found) const {
    std::size_t at = 0;
    for (const std::int64_t sample : samples) {
        const SampleLength length = evaluation_->length(sample);
        if (length.tokens == 0) continue;
        const double loss = pass_->sampleLosses()[at++];
        if (length.labels > 0) found.push_back({sample, loss, length.labels});
    }
}

Result<void> Trainer::save(bool isAutomatic) {
    if (options_.output.empty()) return {};
    const std::filesystem::path folder = options_.output / checkpointName(state_.step);
    const auto before = readTrainState(folder);
    if (before && *before == state_ && checkCheckpoint(folder)) return {};
    const auto written = onHost(false, [&](const OptimizerNumbers& numbers) {
        return writeCheckpoint(options_.output, state_, numbers, writer_, isAutomatic);
    });
    if (!written) return tl::unexpected(withLastCheckpoint(written.error()));
    rotateCheckpoints(options_.output, options_.saveLimit, state_.bestCheckpoint);
    saved_ = Clock::now();
    return {};
}

Error Trainer::withLastCheckpoint(Error error) const {
    const auto last = newestCheckpoint(options_.output).folder;
    return last ? withReason(std::move(error), ReasonCode::LastCheckpoint, {last->string()})
                : withReason(std::move(error), ReasonCode::NoCheckpointYet);
}

void Trainer::noteStep(const StepResult& result) {
    state_.unloggedLoss += result.loss;
    ++state_.unloggedSteps;
    if (state_.step % options_.logSteps != 0 && state_.step != state_.steps) return;
    state_.log.push_back({.step = state_.step,
                          .epoch = state_.epoch,
                          .loss = state_.unloggedLoss / static_cast<double>(state_.unloggedSteps),
                          .rate = result.rate,
                          .gradNorm = result.norm,
                          .evalLoss = std::nullopt});
    state_.unloggedLoss = 0;
    state_.unloggedSteps = 0;
}

void Trainer::noteEvaluation(double loss) {
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

bool Trainer::hasNoGain() const {
    return options_.patience > 0 && state_.evaluationsWithoutGain >= options_.patience;
}

Result<bool> Trainer::evaluateAndSave(bool isDue, TrainProgress& progress,
                                      const std::stop_token& stop) {
    bool improved = false;
    if (state_.evaluationDue) {
        const auto loss = evaluate(stop);
        if (!loss) return tl::unexpected(loss.error());
        state_.evaluationDue = false;
        if (*loss && !std::isfinite(**loss)) {
            const auto found = failure(ErrorCode::Internal, ReasonCode::EvaluationNotFinite,
                                       {std::to_string(state_.step)});
            return tl::unexpected(withLastCheckpoint(found.value()));
        }
        progress.evalLoss = *loss;
        if (*loss) noteEvaluation(**loss);
        improved = *loss && state_.bestCheckpoint == checkpointName(state_.step);
    }
    const bool ends = state_.step == state_.steps || hasNoGain();
    const bool isAsked = ends || (options_.saveSteps > 0 && state_.step % options_.saveSteps == 0);
    if (isAsked || isDue || improved) {
        if (auto ok = save(!isAsked); !ok) return tl::unexpected(ok.error());
        progress.saved = true;
    }
    return hasNoGain();
}

Result<bool> Trainer::afterStep(const StepResult& result, const QueuedStep& step,
                                TrainProgress& progress, const std::stop_token& stop) {
    noteStep(result);
    if (!step.isLookedAt) return false;  // the next one has begun
    const bool evaluates =
        options_.evalSteps > 0 ? state_.step % options_.evalSteps == 0 : step.endsEpoch;
    state_.evaluationDue = evaluates || state_.step == state_.steps;
    const bool isTime =
        options_.saveEvery.count() > 0 && Clock::now() - saved_ >= options_.saveEvery;
    return evaluateAndSave(isTime || (step.endsEpoch && options_.saveSteps == 0), progress, stop);
}

Error Trainer::noMemory() {
    if (auto ok = memory_.finish(); !ok) return ok.error();
    return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryForBatch).value();
}

// What a stop ends, data that cannot be read or a batch without memory: what was learnt is kept.
Error Trainer::saved(const Error& error) {
    const bool isStop = error.code == ErrorCode::Cancelled;
    const bool isMemory = error.code == ErrorCode::OutOfMemory;
    if (!isStop && !isMemory && error.code != ErrorCode::Io) return error;
    if (isStop && savesAtStop_ && !savesAtStop_()) return error;
    if (!isMemory) {
        if (auto ok = save(true); !ok) return ok.error();
        return error;
    }
    if (options_.output.empty() || state_.step == 0) return error;
    if (auto ok = save(true); !ok) return ok.error();
    return withLastCheckpoint(error);
}

TrainProgress Trainer::progressNow() const {
    return {.step = state_.step,
            .steps = state_.steps,
            .epoch = state_.epoch,
            .evalLoss = std::nullopt};
}

Result<TrainOutcome> Trainer::run(const TrainSink& sink, const std::stop_token& stop) {
    if (!options_.output.empty()) removeUnfinished(options_.output);
    saved_ = Clock::now();
    try {
        if (state_.evaluationDue) {
            TrainProgress progress = progressNow();
            progress.evaluationOnly = true;
            if (const auto done = evaluateAndSave(true, progress, stop); !done)
                return tl::unexpected(saved(done.error()));
            if (sink) sink(progress);
        }
        auto outcome = hasNoGain() ? TrainOutcome{state_, true} : runEpochs(sink, stop);
        if (!outcome) return outcome;
        if (auto ok = bringValues(); !ok) return tl::unexpected(ok.error());
        return outcome;
    } catch (const std::bad_alloc&) {
        return tl::unexpected(noMemory());
    }
}

bool Trainer::isLookedAt(const QueuedStep& step) const {
    const std::int64_t done = step.number + 1;
    const bool isTime =
        options_.saveEvery.count() > 0 && Clock::now() - saved_ >= options_.saveEvery;
    return memory_.isHost() || step.endsEpoch || done == state_.steps || isTime ||
           (options_.saveSteps > 0 && done % options_.saveSteps == 0) ||
           (options_.evalSteps > 0 && done % options_.evalSteps == 0);
}

Result<bool> Trainer::finishStep(const TrainSink& sink, const std::stop_token& stop) {
    const QueuedStep step = std::move(*queued_);
    queued_.reset();
    const auto result = resultOf(step);
    if (!result) return tl::unexpected(result.error());
    const Clock::time_point now = Clock::now();
    const std::chrono::duration<double> took = now - std::max(step.begun, stepDone_);
    stepDone_ = now;
    state_.step = step.number + 1;
    state_.epoch = step.epoch;
    TrainProgress progress = progressNow();
    progress.loss = result->loss;
    progress.rate = result->rate;
    progress.gradNorm = result->norm;
    progress.balanceLoss = result->balance;
    progress.tokens = result->tokens;
    progress.tokensPerSecond = static_cast<double>(result->tokens) / took.count();
    const auto ends = afterStep(*result, step, progress, stop);
    const std::chrono::duration<double> all = Clock::now() - runBegan_;
    progress.left = all * (static_cast<double>(state_.steps - state_.step) /
                           static_cast<double>(state_.step - runBeganAt_));
    // The step is done, whatever became of what follows it.
    if (sink) sink(progress);
    return ends;
}

// What was queued is done as well, and belongs to what is kept.
Error Trainer::ended(const Error& error, const TrainSink& sink, const std::stop_token& stop) {
    if (queued_) {
        if (const auto done = finishStep(sink, stop); !done) return saved(done.error());
    }
    return saved(error);
}

Result<TrainOutcome> Trainer::runEpochs(const TrainSink& sink, const std::stop_token& stop) {
    runBegan_ = Clock::now();
    runBeganAt_ = state_.step;
    queued_.reset();
    squares_.clear();
    // Whole epochs that were done before: counted where all are alike, else planned again.
    const auto each = stepsOfAnEpoch(lengths_, options_.batches);
    std::int64_t epoch = each ? state_.step / *each : 0;
    std::int64_t skipped = each ? epoch * *each : 0;
    std::int64_t next = state_.step;  // to be queued
    for (; next < state_.steps; ++epoch) {
        if (stop.stop_requested()) return tl::unexpected(ended(cancelled().value(), sink, stop));
        const std::vector<StepPlan> plans = planEpoch(lengths_, options_.batches, epoch);
        const auto count = static_cast<std::int64_t>(plans.size());
        for (std::int64_t i = std::max<std::int64_t>(next - skipped, 0);
             i < count && next < state_.steps; ++i, ++next) {
            auto step = load(plans[static_cast<std::size_t>(i)], next);
            if (!step) return tl::unexpected(ended(step.error(), sink, stop));
            step->endsEpoch = i + 1 == count;
            step->epoch = static_cast<double>(epoch) +
                          static_cast<double>(i + 1) / static_cast<double>(count);
            if (next == 0 && firstStep_) firstStep_(step->batches);
            if (auto ok = queue(*step, stop); !ok)
                return tl::unexpected(ended(ok.error(), sink, stop));
            if (queued_) {
                const auto done = finishStep(sink, stop);
                if (!done) return tl::unexpected(saved(done.error()));
            }
            step->isLookedAt = isLookedAt(*step);
            queued_ = std::move(*step);
            if (!queued_->isLookedAt) continue;
            const auto ends = finishStep(sink, stop);
            if (!ends) return tl::unexpected(saved(ends.error()));
            if (*ends) return TrainOutcome{state_, true};
        }
        skipped += count;
    }
    return TrainOutcome{state_, false};
}

}  // namespace dsm
