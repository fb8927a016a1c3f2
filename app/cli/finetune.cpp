// Fine-tuning from a job file: data, estimate, training with progress, and what it leaves behind.
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>

#include "app/cli/terminal.h"
#include "engine/format/checkpoint.h"
#include "engine/model/adapter_folder.h"
#include "engine/model/memory_fit.h"
#include "engine/text/tokenizer.h"
#include "engine/train/data/text_dataset.h"
#include "engine/train/dataset_part.h"
#include "engine/train/estimate.h"
#include "engine/train/event_file.h"
#include "engine/train/job.h"
#include "engine/train/model_writer.h"
#include "kernels/base/machine_memory.h"
#include "kernels/train_ops.h"

namespace dsm::cli {
namespace {

namespace fs = std::filesystem;

ProgressSink progressOf(const char* what) {
    if (!errorIsTerminal()) return {};
    return [what](double share) { showProgress(what, share); };
}

std::string number(double value, int digits) {
    std::ostringstream text;
    text.precision(digits);
    text << value;
    return text.str();
}

std::string megabytes(std::uint64_t bytes) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(1) << static_cast<double>(bytes) / 1e6 << " MB";
    return text.str();
}

std::string duration(std::chrono::duration<double> time) {
    const auto seconds = static_cast<std::int64_t>(time.count() + 0.5);
    if (seconds < 120) return std::to_string(seconds) + " s";
    if (seconds < 7200) return std::to_string(seconds / 60) + " min";
    return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
}

// The samples of a job; training and evaluation borrow from the files' data sets.
struct JobData {
    std::unique_ptr<TextDataset> file, evalFile;
    std::optional<DatasetParts> parts;

    const Dataset& training() const {
        return parts ? static_cast<const Dataset&>(parts->training) : *file;
    }
    const Dataset* evaluation() const {
        if (parts) return &parts->evaluation;
        return evalFile.get();
    }
    Result<void> status() const {
        for (const auto* data : {file.get(), evalFile.get()}) {
            if (data != nullptr && !data->status()) return data->status();
        }
        return {};
    }
};

Result<std::unique_ptr<TextDataset>> readData(const TrainJob& job, const fs::path& file,
                                              const Tokenizer& tokenizer,
                                              const std::stop_token& stop) {
    auto data = TextDataset::read({.file = file,
                                   .sampleTemplate = *sampleTemplateNamed(job.sampleTemplate),
                                   .columns = {job.columns.begin(), job.columns.end()},
                                   .maximumTokens = job.maxLength,
                                   .threads = job.threads,
                                   .samplesToShow = 0},
                                  tokenizer, progressOf("Reading data"), stop);
    if (data) {
        note(file.filename().string() + ": " + std::to_string((*data)->size()) +
             " examples (deepseekmoe dataset shows more).");
    }
    return data;
}

Result<JobData> readJobData(const TrainJob& job, const std::stop_token& stop) {
    const auto tokenizer = loadTokenizer(job.model);
    if (!tokenizer) return tl::unexpected(tokenizer.error());
    JobData data;
    auto file = readData(job, job.data, **tokenizer, stop);
    if (!file) return tl::unexpected(file.error());
    data.file = std::move(*file);
    if (!job.evalData.empty()) {
        auto evalFile = readData(job, job.evalData, **tokenizer, stop);
        if (!evalFile) return tl::unexpected(evalFile.error());
        data.evalFile = std::move(*evalFile);
    } else if (job.evalShare > 0) {
        data.parts.emplace(splitDataset(*data.file, job.evalShare, job.options.batches.seed));
    }
    return data;
}

// The largest micro-batch and the usual one, over the first epoch.
struct Batches {
    BatchShape largest, mean;
    std::int64_t perStep = 1;
};

Batches measureBatches(const Dataset& data, const BatchOptions& options) {
    std::vector<std::int64_t> lengths, labels;
    for (std::int64_t i = 0; i < data.size(); ++i) {
        const TrainingSample sample = data.sample(i);
        const TokenBatch one = batchOf({&sample, 1});
        labels.push_back(one.labels());
        lengths.push_back(one.labels() > 0 ? one.tokens() : 0);
    }
    Batches result{.largest = {}, .mean = {.samples = 0}};
    std::int64_t count = 0;
    const std::vector<StepPlan> steps = planEpoch(lengths, options, 0);
    for (const StepPlan& step : steps) {
        for (const MicroBatch& micro : step) {
            BatchShape shape{.samples = static_cast<std::int64_t>(micro.size())};
            for (const std::int64_t i : micro) {
                shape.tokens += lengths[static_cast<std::size_t>(i)];
                shape.labels += labels[static_cast<std::size_t>(i)];
            }
            if (shape.tokens > result.largest.tokens) result.largest = shape;
            result.mean.tokens += shape.tokens;
            result.mean.labels += shape.labels;
            result.mean.samples += shape.samples;
            ++count;
        }
    }
    if (count == 0) return result;
    for (std::int64_t* sum : {&result.mean.tokens, &result.mean.labels, &result.mean.samples})
        *sum = std::max<std::int64_t>(*sum / count, 1);
    result.perStep = std::max<std::int64_t>(count / static_cast<std::int64_t>(steps.size()), 1);
    return result;
}

void printEstimate(const TrainMemory& memory, double seconds, std::int64_t numbers) {
    std::cout << "Learning numbers  " << numbers << "\nMemory            "
              << megabytes(memory.totalBytes()) << " in all\n";
    const std::pair<const char*, std::uint64_t> parts[] = {
        {"weights", memory.weightBytes},         {"learning", memory.trainedBytes},
        {"gradients", memory.gradientBytes},     {"optimizer", memory.optimizerBytes},
        {"activations", memory.activationBytes}, {"loss", memory.lossBytes},
        {"products", memory.scratchBytes}};
    for (const auto& [name, bytes] : parts)
        std::cout << "  " << std::left << std::setw(16) << name << megabytes(bytes) << '\n';
    std::cout << "Time per step     about " << number(seconds, 3) << " s\n" << std::flush;
}

Result<void> estimateJob(const TrainJob& job, const ModelConfig& config, const Weights& weights,
                         const Dataset& data, int threads) {
    const auto numbers = trainedNumbers(config, job.options.targets);
    if (!numbers) return tl::unexpected(numbers.error());
    const Batches batches = measureBatches(data, job.options.batches);
    const TrainMemory memory =
        estimateMemory(config, weights.sizeBytes(), job.options, batches.largest);
    ThreadPool pool(threads);
    // What learns in full is computed with in float32.
    const DType type = job.options.targets.method == TrainMethod::Full
                           ? DType::F32
                           : weights.layers()[0].query.type;
    const TrainCosts rates = measureTrainRates(config, job.options, batches.mean, type, pool);
    const TrainCosts work = trainWork(config, job.options, batches.mean, batches.perStep);
    printEstimate(memory, trainSeconds(work, rates), *numbers);
    const MachineMemory machine = readMachineMemory();
    if (machine.isKnown() && memory.totalBytes() > machine.totalBytes) {
        return failure(ErrorCode::OutOfMemory,
                       "This job needs " + megabytes(memory.totalBytes()) +
                           " and this computer has " + megabytes(machine.totalBytes) +
                           ". Use a smaller batch_size or max_length, fewer targets, or a model in "
                           "fewer bits.");
    }
    return {};
}

void printStep(const TrainProgress& p) {
    std::cout << "step " << p.step << '/' << p.steps << "  epoch " << number(p.epoch, 3)
              << "  loss " << number(p.loss, 5) << "  rate " << number(p.rate, 3) << "  norm "
              << number(p.gradNorm, 3) << "  " << number(p.tokensPerSecond, 4) << " tok/s  "
              << duration(p.left) << " left";
    if (p.evalLoss) std::cout << "  eval loss " << number(*p.evalLoss, 5);
    if (p.saved) std::cout << "  saved";
    std::cout << '\n' << std::flush;
}

// For TensorBoard; a failure is noted once and does not end the run.
void writeEvents(std::optional<EventFile>& events, const TrainProgress& p) {
    if (!events) return;
    std::vector<EventValue> values{{"train/loss", static_cast<float>(p.loss)},
                                   {"train/learning_rate", static_cast<float>(p.rate)},
                                   {"train/grad_norm", static_cast<float>(p.gradNorm)}};
    if (p.evalLoss) values.push_back({"eval/loss", static_cast<float>(*p.evalLoss)});
    if (const auto ok = events->write(p.step, values); !ok) {
        note(ok.error().message);
        events.reset();
    }
}

WeightWriter writerOf(const TrainJob& job, const ModelConfig& config, const Trainer& trainer) {
    if (job.options.targets.method == TrainMethod::Full) {
        return [&](const fs::path& folder) {
            return writeTrainedModel(folder, job.model, config, trainer.trained());
        };
    }
    return [&](const fs::path& folder) {
        LoraAdapter adapter = trainer.trained().adapter();
        adapter.baseModel = job.model.string();
        return writeAdapter(folder, adapter, config);
    };
}

Result<void> prepareRun(const TrainJob& job, bool resume, Trainer& trainer) {
    const auto last = newestCheckpoint(job.options.output);
    if (!last) return {};
    if (!resume) {
        return failure(ErrorCode::Unsupported,
                       job.options.output.string() +
                           " already holds checkpoints. Go on with --resume, or name another "
                           "output folder.");
    }
    if (auto ok = trainer.resume(*last); !ok) return ok;
    note("Going on after " + last->string() + ".");
    return {};
}

Result<void> train(const TrainJob& job, const FinetuneOptions& options,
                   const std::stop_token& stop) {
    const auto config = readConfig(job.model);
    if (!config) return tl::unexpected(config.error());
    const auto data = readJobData(job, stop);
    if (!data) return tl::unexpected(data.error());
    auto checkpoint = Checkpoint::open(job.model);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    const auto weights =
        Weights::load(std::move(*checkpoint), *config, progressOf("Loading"), stop);
    if (!weights) return tl::unexpected(weights.error());
    const int threads = options.threads > 0 ? options.threads : job.threads;
    if (auto ok = estimateJob(job, *config, *weights, data->training(), threads);
        !ok || options.estimateOnly) {
        return ok;
    }
    const auto backend = chooseBackend(std::nullopt);
    if (!backend) return tl::unexpected(backend.error());
    auto trainer = Trainer::make(*config, *weights, data->training(), data->evaluation(),
                                 job.options, trainingBackend(backend->backend), threads);
    if (!trainer) return tl::unexpected(trainer.error());
    if (auto ok = data->status(); !ok) return ok;
    (*trainer)->writeWith(writerOf(job, *config, **trainer));
    if (auto ok = prepareRun(job, options.resume, **trainer); !ok) return ok;
    std::optional<EventFile> events;
    if (auto file = EventFile::create(job.options.output); file) events = std::move(*file);
    const auto outcome = (*trainer)->run(
        [&](const TrainProgress& p) {
            if (p.step % job.options.logSteps == 0 || p.evalLoss || p.step == p.steps) printStep(p);
            writeEvents(events, p);
        },
        stop);
    if (auto ok = data->status(); !ok) return ok;
    if (!outcome) return tl::unexpected(outcome.error());
    if (outcome->stoppedEarly) note("The evaluation no longer gains: the run ends early.");
    if (auto ok = (*trainer)->takeBest(); !ok) return ok;
    if (job.options.targets.method == TrainMethod::Full && Checkpoint::open(job.options.output)) {
        note("The folder holds the finished model already.");
        return {};
    }
    return writerOf(job, *config, **trainer)(job.options.output);
}

}  // namespace

int finetune(const FinetuneOptions& options) {
    const auto job = readJob(options.job);
    if (!job) return fail(job.error());
    const auto stop = Interrupt::arm();
    const auto done = train(*job, options, stop->get_token());
    if (!done) {
        if (done.error().code == ErrorCode::Cancelled) {
            note("Stopped. The same command with --resume goes on from here.");
        }
        return fail(done.error());
    }
    if (!options.estimateOnly) note("Wrote " + job->options.output.string() + ".");
    return kOk;
}

}  // namespace dsm::cli
