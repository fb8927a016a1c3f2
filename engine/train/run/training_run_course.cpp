// The course of a training run: its steps, and what it writes on the way and at the end.
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/format/json_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/train/model_writer.h"
#include "engine/train/run/evaluated_rows.h"
#include "engine/train/run/training_run.h"
#include "kernels/base/folder.h"

namespace dsm {

namespace fs = std::filesystem;

void TrainingRun::evaluateAtStart(const TrainSink& sink, const std::stop_token& stop) {
    const TrainState& state = trainer_->state();
    if (!job_.evalAtStart || state.step > 0) return;
    const auto loss = trainer_->evaluate(stop);
    // A stop, or data that cannot be read, ends the run where its first step begins.
    if (!loss || !*loss) return;
    const TrainProgress progress{.steps = state.steps, .evaluationOnly = true, .evalLoss = *loss};
    writeEvents(progress);
    writeEvaluatedRows(0);
    if (sink) sink(progress);
}

Result<void> TrainingRun::train(const TrainSink& sink, const std::stop_token& stop) {
    if (auto file = EventFile::create(job_.options.output)) {
        events_ = std::move(*file);
    } else {
        note(reasonOf(file.error()));
    }
    evaluateAtStart(sink, stop);
    const std::int64_t first = trainer_->state().step;
    PromptSampler sampler(job_, first, {.sample = sinks_.sample, .note = sinks_.note});
    const auto checkpoint = [&](std::int64_t step) {
        return step == 0 ? fs::path() : job_.options.output / checkpointName(step);
    };
    sampler.answer(first, checkpoint(first), stop);
    trainer_->saveAtStopIf([this] { return stopMeans() != RunStop::Discard; });
    const auto outcome = trainer_->run(
        [&](const TrainProgress& progress) {
            writeEvents(progress);
            if (progress.evalLoss) writeEvaluatedRows(progress.step);
            if (sink) sink(progress);
            if (progress.saved) sampler.answer(progress.step, checkpoint(progress.step), stop);
        },
        stop);
    if (!outcome && !isFinishedBy(outcome.error())) return tl::unexpected(outcome.error());
    if (!outcome) note(ReasonCode::EndedByHand);
    if (outcome && outcome->stoppedEarly) note(ReasonCode::EndedWithoutGain);
    const auto learned = trainer_->takeBest();
    if (!learned) {
        Reason line = reasonOf(learned.error());
        line.add(ReasonCode::LastNumbersKept);
        note(line);
    }
    return writeResult(learned.value_or(trainer_->state().step));
}

// Before the first step there is nothing to show.
bool TrainingRun::isFinishedBy(const Error& error) const {
    return error.code == ErrorCode::Cancelled && stopMeans() == RunStop::Finish &&
           trainer_->state().step > 0;
}

Result<void> TrainingRun::writeWeights(const fs::path& folder) const {
    if (job_.options.targets.method == TrainMethod::Full)
        return writeTrainedModel(folder, job_.model, *config_, trainer_->trained());
    return writeTrainedAdapter(folder, job_.model, *config_, trainer_->trained());
}

// Made aside and then put in place: what a run wrote before it was interrupted is replaced by what
// it has learned now.
Result<void> TrainingRun::writeResult(std::int64_t step) const {
    const auto needed = disk(trainer_->state().step);
    if (!needed) return tl::unexpected(needed.error());
    if (auto ok = folder_->checkRoom(needed->resultBytes, ReasonCode::NoRoomForResult); !ok)
        return ok;
    const bool isFull = job_.options.targets.method == TrainMethod::Full;
    const fs::path finished = unfinishedFolder(folder_->path(), "result");
    if (auto removed = removeTree(finished); !removed) return removed;
    if (auto made = makeFolders(finished); !made) return tl::unexpected(made.error());
    if (auto ok = writeWeights(finished); !ok) {
        static_cast<void>(removeTree(finished));  // of a disk that is full it holds the last room
        return ok;
    }
    return folder_->takeResult(finished, step,
                               std::string(isFull ? kConfigFileName : kAdapterConfigName));
}

// A failure is noted once and does not end the run: it is worth more than its curve.
void TrainingRun::writeEvents(const TrainProgress& progress) {
    if (!events_) return;
    if (const auto ok = events_->write(progress.step, eventValues(progress)); !ok) {
        note(reasonOf(ok.error()));
        events_.reset();
    }
}

// They are worth less than the run: what cannot be kept is noted.
void TrainingRun::writeEvaluatedRows(std::int64_t step) {
    const TextDataset& data = evalData_ ? *evalData_ : *data_;
    EvaluatedRows rows = bestAndWorst(
        trainer_->sampleLosses(),
        {.data = data,
         .place = [this](std::int64_t i) { return parts_ ? parts_->evaluation.inWhole(i) : i; },
         .sampleTemplate = *sampleTemplateNamed(job_.sampleTemplate),
         .tokenizer = *tokenizer_});
    rows.step = step;
    if (const auto ok = dsm::writeEvaluatedRows(folder_->path(), rows); !ok)
        note(reasonOf(ok.error()));
}

// Of steps that a resumed run does again.
void TrainingRun::forgetLaterRows(std::int64_t step) {
    const fs::path file = folder_->path() / kEvaluatedRowsName;
    const auto rows = readJson(file, std::size_t{64} << 20);
    if (!rows) return;
    const auto found = rows->find("step");
    const bool isEarlier = rows->is_object() && found != rows->end() &&
                           found->is_number_integer() && found->get<std::int64_t>() <= step;
    if (!isEarlier) static_cast<void>(removePath(file));
}

}  // namespace dsm
