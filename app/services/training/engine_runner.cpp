#include "app/services/training/engine_runner.h"

#include <optional>
#include <utility>
#include <vector>

#include "engine/format/checkpoint.h"
#include "engine/model/adapter_folder.h"
#include "engine/text/tokenizer.h"
#include "engine/train/data/text_dataset.h"
#include "engine/train/dataset_part.h"
#include "engine/train/event_file.h"
#include "engine/train/job.h"
#include "engine/train/model_writer.h"
#include "kernels/train_ops.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

// One run of a job, step by step; what a step needs of the ones before lives here.
class EngineRun {
  public:
    EngineRun(const TrainingReport& report, const std::stop_token& stop)
        : report_(report), stop_(stop) {}

    Result<void> run(const TrainingTask& task);

  private:
    Result<void> readJobOf(const TrainingTask& task);
    Result<void> readData();
    Result<std::unique_ptr<TextDataset>> readFile(const fs::path& file);
    Result<void> loadModel();
    Result<void> makeTrainer();
    Result<void> resume();
    Result<void> write(const fs::path& folder) const;
    void tell(const TrainProgress& progress);
    void log(const std::string& line) const { report_.log(QString::fromStdString(line)); }
    Result<void> dataStatus() const;

    const TrainingReport& report_;
    const std::stop_token& stop_;
    TrainJob job_;
    std::unique_ptr<TextDataset> data_, evalData_;
    std::optional<DatasetParts> parts_;
    std::optional<ModelConfig> config_;
    std::optional<Weights> weights_;
    std::unique_ptr<Trainer> trainer_;
    std::optional<EventFile> events_;
};

Result<void> EngineRun::readJobOf(const TrainingTask& task) {
    const fs::path folder = task.folder.toStdString();
    auto job = parseJob(task.settingsJson.toStdString(), "job", folder);
    if (!job) return tl::unexpected(job.error());
    job_ = std::move(*job);
    job_.options.output = folder;
    return {};
}

Result<std::unique_ptr<TextDataset>> EngineRun::readFile(const fs::path& file) {
    const auto tokenizer = loadTokenizer(job_.model);
    if (!tokenizer) return tl::unexpected(tokenizer.error());
    auto data = TextDataset::read({.file = file,
                                   .sampleTemplate = *sampleTemplateNamed(job_.sampleTemplate),
                                   .columns = {job_.columns.begin(), job_.columns.end()},
                                   .maximumTokens = job_.maxLength,
                                   .threads = job_.threads,
                                   .samplesToShow = 0},
                                  **tokenizer, {}, stop_);
    if (data) {
        const DatasetReport& report = (*data)->report();
        log(file.string() + ": " + std::to_string(report.examples) + " examples, " +
            std::to_string(report.refused) + " rows refused.");
    }
    return data;
}

Result<void> EngineRun::readData() {
    auto data = readFile(job_.data);
    if (!data) return tl::unexpected(data.error());
    data_ = std::move(*data);
    if (!job_.evalData.empty()) {
        auto evaluation = readFile(job_.evalData);
        if (!evaluation) return tl::unexpected(evaluation.error());
        evalData_ = std::move(*evaluation);
    } else if (job_.evalShare > 0) {
        parts_.emplace(splitDataset(*data_, job_.evalShare, job_.options.batches.seed));
    }
    return {};
}

Result<void> EngineRun::loadModel() {
    auto config = readConfig(job_.model);
    if (!config) return tl::unexpected(config.error());
    config_ = std::move(*config);
    auto checkpoint = Checkpoint::open(job_.model);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    auto weights = Weights::load(std::move(*checkpoint), *config_, {}, stop_);
    if (!weights) return tl::unexpected(weights.error());
    weights_.emplace(std::move(*weights));
    return {};
}

Result<void> EngineRun::write(const fs::path& folder) const {
    if (job_.options.targets.method == TrainMethod::Full) {
        return writeTrainedModel(folder, job_.model, *config_, trainer_->trained());
    }
    LoraAdapter adapter = trainer_->trained().adapter();
    adapter.baseModel = job_.model.string();
    return writeAdapter(folder, adapter, *config_);
}

Result<void> EngineRun::makeTrainer() {
    const auto backend = chooseBackend(std::nullopt);
    if (!backend) return tl::unexpected(backend.error());
    const Dataset& training = parts_ ? static_cast<const Dataset&>(parts_->training) : *data_;
    const Dataset* evaluation = parts_ ? &parts_->evaluation : nullptr;
    if (evalData_) evaluation = evalData_.get();
    auto trainer = Trainer::make(*config_, *weights_, training, evaluation, job_.options,
                                 trainingBackend(backend->backend), job_.threads);
    if (!trainer) return tl::unexpected(trainer.error());
    trainer_ = std::move(*trainer);
    trainer_->writeWith([this](const fs::path& folder) { return write(folder); });
    return dataStatus();
}

// Also a run that was never told to: a folder with checkpoints is one that goes on.
Result<void> EngineRun::resume() {
    const auto last = newestCheckpoint(job_.options.output);
    if (!last) {
        report_.resumedAt(0);
        return {};
    }
    if (auto resumed = trainer_->resume(*last); !resumed) return resumed;
    report_.resumedAt(trainer_->state().step);
    log("Going on after step " + std::to_string(trainer_->state().step) + ".");
    return {};
}

Result<void> EngineRun::dataStatus() const {
    for (const TextDataset* data : {data_.get(), evalData_.get()}) {
        if (data != nullptr && !data->status()) return data->status();
    }
    return {};
}

void EngineRun::tell(const TrainProgress& progress) {
    std::vector<EventValue> values{{"train/loss", static_cast<float>(progress.loss)},
                                   {"train/learning_rate", static_cast<float>(progress.rate)},
                                   {"train/grad_norm", static_cast<float>(progress.gradNorm)}};
    if (progress.evalLoss) values.push_back({"eval/loss", static_cast<float>(*progress.evalLoss)});
    TrainingStep step{progress.step, progress.steps, {}};
    for (const EventValue& value : values) {
        step.metrics.append({QString::fromUtf8(value.tag.data(), qsizetype(value.tag.size())),
                             static_cast<double>(value.value)});
    }
    step.metrics.append({QStringLiteral("train/tokens_per_second"), progress.tokensPerSecond});
    report_.step(step);
    if (!events_) return;
    if (const auto written = events_->write(progress.step, values); !written) {
        log(written.error().message);  // once: a run is worth more than its curve
        events_.reset();
    }
}

Result<void> EngineRun::run(const TrainingTask& task) {
    if (auto done = readJobOf(task); !done) return done;
    if (auto done = readData(); !done) return done;
    if (auto done = loadModel(); !done) return done;
    if (auto done = makeTrainer(); !done) return done;
    if (auto done = resume(); !done) return done;
    if (auto file = EventFile::create(job_.options.output)) events_ = std::move(*file);
    const auto outcome =
        trainer_->run([this](const TrainProgress& progress) { tell(progress); }, stop_);
    if (auto done = dataStatus(); !done) return done;
    if (!outcome) return tl::unexpected(outcome.error());
    if (outcome->stoppedEarly) log("The evaluation no longer gains: the run ends early.");
    if (auto done = trainer_->takeBest(); !done) return done;
    return write(job_.options.output);
}

}  // namespace

TrainingEnd trainWithEngine(const TrainingTask& task, const TrainingReport& report,
                            const std::stop_token& stop) {
    const Result<void> done = EngineRun(report, stop).run(task);
    if (done) return {};
    if (done.error().code == ErrorCode::Cancelled) return {.isPaused = true, .error = {}};
    return {.isPaused = false, .error = QString::fromStdString(done.error().message)};
}

}  // namespace dsm
