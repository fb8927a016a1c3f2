// One step of a trainer: queued as a whole, and read when its numbers have arrived.
#include <cmath>
#include <new>

#include "engine/train/trainer.h"

namespace dsm {
namespace {

// Seeds of dropout: another for each micro-batch of a run.
std::uint64_t batchSeed(std::uint64_t seed, std::int64_t step, std::size_t micro) {
    return (seed * 1000003U + static_cast<std::uint64_t>(step)) * 4099U + micro;
}

std::size_t lossesOf(const TokenBatch& batch) {
    return static_cast<std::size_t>(TrainingPass<float>::lossNumbers(batch));
}

}  // namespace

Result<Trainer::QueuedStep> Trainer::load(const StepPlan& plan, std::int64_t number) const {
    QueuedStep step;
    step.number = number;
    step.rate = schedule_.at(number);
    step.begun = Clock::now();
    std::int64_t labels = 0;
    std::int64_t samples = 0;
    std::vector<std::int64_t> labelsAround;  // of the micro-batch that a pass is a piece of
    for (const MicroBatch& micro : plan) {
        std::int64_t own = 0;
        const std::size_t begin = step.batches.size();
        for (const MicroBatch& piece : piecesOf(micro, training_, options_.batches.pieceTokens)) {
            auto batch = load(training_, piece);
            if (!batch) return tl::unexpected(batch.error());
            own += batch->labels();
            samples += batch->samples();
            step.batches.push_back(std::move(*batch));
        }
        labels += own;
        labelsAround.resize(labelsAround.size() + step.batches.size() - begin, own);
    }
    const auto count = static_cast<double>(plan.size());
    for (std::size_t m = 0; m < step.batches.size(); ++m) {
        step.shares.push_back(1.0 / (options_.meanOfMeans
                                         ? static_cast<double>(labelsAround[m]) * count
                                         : static_cast<double>(labels)));
        step.scales.push_back({.tokens = step.shares.back(),
                               .balance = options_.balance / static_cast<double>(samples),
                               .dropoutSeed = batchSeed(options_.batches.seed, number, m)});
    }
    return step;
}

Result<void> Trainer::queuePasses(const QueuedStep& step, Results& results,
                                  const std::stop_token& stop) {
    std::size_t needed = 1;  // the sum of squares, then the losses of each batch
    for (const TokenBatch& batch : step.batches)
        needed += lossesOf(batch);
    if (results.numbers < needed) {
        results.memory = memory_.allocateForResults(needed * sizeof(double));
        results.numbers = needed;
    }
    gradients_.clear();
    std::size_t at = 1;
    for (std::size_t m = 0; m < step.batches.size(); ++m) {
        const TokenBatch& batch = step.batches[m];
        const std::span<double> losses = results.of(at, lossesOf(batch));
        at += losses.size();
        if (!pass_->queue(batch, step.scales[m], gradients_.span(), losses, stop))
            return cancelled();
    }
    return {};
}

Result<void> Trainer::queue(const QueuedStep& step, const std::stop_token& stop) {
    try {
        return queueAll(step, stop);
    } catch (const std::bad_alloc&) {
        return tl::unexpected(noMemory());
    }
}

Result<void> Trainer::queueAll(const QueuedStep& step, const std::stop_token& stop) {
    const auto turn = static_cast<std::size_t>(step.number % 2);
    Results& results = results_[turn];
    if (auto ok = queuePasses(step, results, stop); !ok) return ok;
    OpContext context{.pool = &pool_, .scratch = scratch_.span(), .device = memory_.run()};
    double* squares = squares_.view().data + turn;
    ops_.sumOfSquares(context, {.numbers = gradients_.span(), .sum = squares});
    memory_.getLater(std::as_writable_bytes(results.of(0, 1)), squares);
    queueUpdate(step);
    memory_.mark(static_cast<int>(turn));
    return {};
}

void Trainer::queueUpdate(const QueuedStep& step) {
    OpContext context{.pool = &pool_, .device = memory_.run()};
    moments_.step(ops_, context,
                  {.weight = trained_.computed(),
                   .gradient = gradients_.span(),
                   .first = {},
                   .second = {},
                   .step = step.number + 1,
                   .rate = step.rate,
                   .decay = options_.decay,
                   .clip = {.squares = squares_.span(),
                            .own = static_cast<std::size_t>(step.number % 2),
                            .limit = options_.maxGradNorm}});
}

Result<Trainer::StepResult> Trainer::resultOf(const QueuedStep& step) {
    const auto turn = static_cast<std::size_t>(step.number % 2);
    if (auto ok = memory_.waitFor(static_cast<int>(turn)); !ok) return tl::unexpected(ok.error());
    StepResult result{.rate = step.rate};
    result.norm = std::sqrt(results_[turn].of(0, 1).front());
    std::size_t at = 1;
    for (std::size_t m = 0; m < step.batches.size(); ++m) {
        const TokenBatch& batch = step.batches[m];
        const PassLoss loss = pass_->lossIn(batch, results_[turn].of(at, lossesOf(batch)));
        at += lossesOf(batch);
        result.loss += step.shares[m] * loss.tokens;
        result.balance += loss.balance;
        result.tokens += batch.tokens();
    }
    if (auto cut = weights_.changedFile(); cut) return tl::unexpected(std::move(*cut));
    if (!std::isfinite(result.loss) || !std::isfinite(result.norm))
        return tl::unexpected(explain(result, step));
    return result;
}

}  // namespace dsm
