#include "engine/train/run/training_run.h"

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <utility>

#include "engine/format/checkpoint.h"
#include "engine/text/tokenizer.h"
#include "engine/text/tokenizer_load.h"
#include "engine/train/estimate.h"
#include "engine/train/gpu_fit.h"
#include "engine/train/model_writer.h"
#include "engine/train/run/first_batch.h"
#include "engine/train/run/job_dataset.h"
#include "engine/train/step_time.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/check.h"
#include "kernels/base/machine_memory.h"
#include "kernels/base/process_memory.h"
#include "kernels/base/reason.h"
#include "kernels/train_ops.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSmallFiles = std::uint64_t{4} << 20;  // tokenizer, curve

std::string namesOf(const std::vector<fs::path>& files) {
    if (files.size() == 1) return files.front().filename().string();
    return std::to_string(files.size()) + " files";
}

}  // namespace

Result<std::unique_ptr<TrainingRun>> TrainingRun::open(TrainJob job, const RunPurpose& purpose,
                                                       TrainingRunSinks sinks,
                                                       const std::stop_token& stop) {
    // Not make_unique: the constructor is private.
    std::unique_ptr<TrainingRun> run(new TrainingRun(std::move(job), std::move(sinks)));
    if (purpose.start) {
        auto folder = RunFolder::claim(run->job_.options.output, *purpose.start, purpose.holder);
        if (!folder) return tl::unexpected(folder.error());
        run->folder_.emplace(std::move(*folder));
        run->stopMeans_ = purpose.stopMeans;
    }
    if (auto done = run->readData(stop); !done) return tl::unexpected(done.error());
    run->programBytes_ = readProcessMemory().residentBytes;
    auto backend = chooseBackend(purpose.backend, purpose.gpu);
    if (!backend) return tl::unexpected(backend.error());
    run->backend_ = std::move(*backend);
    if (auto done = run->loadModel(stop); !done) return tl::unexpected(done.error());
    if (stop.stop_requested()) return cancelled();
    run->measureBatches();
    run->noteWarmup();
    if (purpose.gpuLayers) {
        run->job_.options.expertsMayStay = false;
        run->job_.options.leastHostLayers =
            std::max<std::int64_t>(run->config_->moeLayers() - *purpose.gpuLayers, 0);
    }
    if (auto taken = run->takeGpu(stop); !taken) return tl::unexpected(taken.error());
    return run;
}

// No epoch computes more at once than the first one does: what it takes is all that is taken.
void TrainingRun::measureBatches() {
    BatchOptions& batches = job_.options.batches;
    shape_ = epochShape(training(), batches);
    bounds_ = passBounds(shape_, training(), evaluation());
    largestPass_ = bounds_.largest;
    batches.pieceTokens = largestPass_.tokens;
}

Result<void> TrainingRun::takeGpu(const std::stop_token& stop) {
    if (backend_.backend != Backend::Cuda) return {};
    auto gpu = openGpu(stop);
    if (gpu) {
        gpu_ = std::move(*gpu);
        return {};
    }
    const ErrorCode refusal = gpu.error().code;
    if (backend_.isForced || refusal == ErrorCode::Cancelled || refusal == ErrorCode::DeviceLost)
        return tl::unexpected(gpu.error());
    gpuRefusal_ = reasonOf(gpu.error());
    Reason line = gpuRefusal_;
    line.add(ReasonCode::CpuTrainsInstead);
    note(line);
    backend_ = {};
    return {};
}

Result<std::unique_ptr<TrainingGpu>> TrainingRun::openGpu(const std::stop_token& stop) {
    auto gpu = TrainingGpu::open(backend_.gpu, job_.threads);
    if (!gpu) return gpu;
    if (const auto learning = learningNumbers(); !learning) return tl::unexpected(learning.error());
    const auto fits = checkGpuFit(**gpu, *config_, *weights_, job_.options, bounds_);
    if (!fits) return tl::unexpected(fits.error());
    auto weights = loadWeights(Residency::OnDisk, stop);
    if (!weights) return tl::unexpected(weights.error());
    const std::int64_t hostLayers = fits->hostLayers;
    if (auto placed = (*gpu)->place(std::move(*weights), progressOf("Loading"), stop, hostLayers);
        !placed)
        return tl::unexpected(placed.error());
    if (auto kept = keepExpertsOnHost(*weights_, hostLayers, stop); !kept)
        return tl::unexpected(kept.error());
    fits->applyTo(job_.options);
    largestPass_ = fits->pass;
    shape_ = epochShape(training(), job_.options.batches);
    notePlaces();
    return gpu;
}

// What of the run does not lie on the GPU.
void TrainingRun::notePlaces() const {
    const TrainOptions& options = job_.options;
    const TrainMemory planned = memoryPlannedOnGpu();
    if (options.momentsOnHost)
        note({ReasonCode::MomentsOnHost, {bytesInWords(planned.pinnedBytes)}});
    if (options.hostLayers > 0) {
        note({ReasonCode::LayersOnCpu,
              {std::to_string(options.hostLayers), std::to_string(config_->moeLayers()),
               bytesInWords(planned.hostWeightBytes + planned.hostWorkBytes)}});
    }
    if (largestPass_.tokens < bounds_.largest.tokens) {
        note({ReasonCode::BatchesInPieces,
              {std::to_string(bounds_.largest.tokens), std::to_string(largestPass_.tokens)}});
    }
}

std::string TrainingRun::computer() const {
    if (gpu_ != nullptr) {
        return gpuName(gpu_->device());
    }
    const ThreadPool pool(job_.threads);
    return description(backend_.backend, pool.threads());
}

ProgressSink TrainingRun::progressOf(const char* what) const {
    if (!sinks_.progress) return {};
    return [this, what](double share) { sinks_.progress(what, share); };
}

Result<std::unique_ptr<TextDataset>> TrainingRun::readFiles(const std::vector<fs::path>& files,
                                                            const std::stop_token& stop) {
    const SampleTemplate chosen = *sampleTemplateNamed(job_.sampleTemplate);
    const auto model = readTrainedModel(job_.model, *tokenizer_, chosen);
    if (!model) return tl::unexpected(model.error());
    auto data = TextDataset::read(datasetOptions(job_, files), *tokenizer_,
                                  progressOf("Reading data"), stop);
    if (data) {
        const DatasetReport& report = (*data)->report();
        const auto notes = checkTraining(report, chosen, job_.maxLength, *model);
        notes_.insert(notes_.end(), notes.begin(), notes.end());
        for (const Reason& line : reportLines(namesOf(files), report, notes))
            note(line);
    }
    return data;
}

Result<void> TrainingRun::readData(const std::stop_token& stop) {
    const auto config = readConfig(job_.model);
    if (!config) return tl::unexpected(config.error());
    auto tokenizer = loadTokenizer(job_.model, config->vocabSize);
    if (!tokenizer) return tl::unexpected(tokenizer.error());
    tokenizer_ = std::move(*tokenizer);
    auto data = readFiles(job_.data, stop);
    if (!data) return tl::unexpected(data.error());
    data_ = std::move(*data);
    if (!job_.evalData.empty()) {
        auto evaluation = readFiles(job_.evalData, stop);
        if (!evaluation) return tl::unexpected(evaluation.error());
        evalData_ = std::move(*evaluation);
    } else if (job_.evalShare > 0) {
        parts_.emplace(splitDataset(*data_, job_.evalShare, job_.options.batches.seed));
    }
    return noteShared(stop);
}

// What is trained says nothing about what the model has learned.
Result<void> TrainingRun::noteShared(const std::stop_token& stop) {
    if (evaluation() == nullptr) return {};
    const auto shared = findShared(hashedSamples(training()), hashedSamples(*evaluation()), stop);
    if (!shared) return tl::unexpected(shared.error());
    if (shared->count > 0) {
        notes_.push_back(
            {true, {ReasonCode::NoteShared, {std::to_string(shared->count)}}, NoteKind::Shared});
        warn(notes_.back());
    }
    return {};
}

Result<void> TrainingRun::loadModel(const std::stop_token& stop) {
    auto config = readConfig(job_.model);
    if (!config) return tl::unexpected(config.error());
    config_ = std::move(*config);
    // What a GPU computes with, the host only looks at.
    const bool isDevice = backend_.backend == Backend::Cuda;
    auto weights = loadWeights(isDevice ? Residency::OnDisk : Residency::InMemory, stop);
    if (!weights) return tl::unexpected(weights.error());
    weights_.emplace(std::move(*weights));
    return {};
}

Result<Weights> TrainingRun::loadWeights(Residency residency, const std::stop_token& stop) const {
    auto checkpoint = Checkpoint::open(job_.model);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    return Weights::load(std::move(*checkpoint), *config_, progressOf("Loading"), stop, residency);
}

void TrainingRun::noteWarmup() {
    for (const TrainingNote& one : checkWarmup(job_.options.warmupSteps, steps())) {
        notes_.push_back(one);
        warn(one);
    }
}

std::int64_t TrainingRun::trainedTokens() const {
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < training().size(); ++i)
        sum += training().length(i).labels;
    return sum;
}

std::int64_t TrainingRun::steps() const {
    const TrainOptions& asked = job_.options;
    if (asked.maxSteps > 0) return asked.maxSteps;
    const double all = static_cast<double>(shape_.steps) * static_cast<double>(asked.epochs);
    return static_cast<std::int64_t>(std::min(all, 1e15));
}

Result<std::int64_t> TrainingRun::learningNumbers() const {
    return trainedNumbers(*config_, job_.options.targets);
}

TrainMemory TrainingRun::memoryPlannedOnGpu() const {
    return memoryOnGpu(*config_, deviceSizes(*weights_), job_.options, largestPass_);
}

RunMemoryPlan TrainingRun::memory() const {
    if (gpu_ != nullptr) {
        const DeviceMemory gpu = deviceMemory(gpu_->device(), gpu_->freeBytes());
        return {
            .memory = memoryPlannedOnGpu(),
            .gpu = gpu,
            .reserveBytes = gpuReserve(gpu),
            .hostLayers = job_.options.hostLayers,
            .moeLayers = config_->moeLayers(),
            .pieceTokens = largestPass_.tokens < bounds_.largest.tokens ? largestPass_.tokens : 0};
    }
    RunMemoryPlan plan{
        .memory = estimateMemory(*config_, weights_->sizeBytes(), job_.options, largestPass_),
        .refusal = gpuRefusal_};
    plan.memory.programBytes = programBytes_;
    return plan;
}

std::optional<std::uint64_t> TrainingRun::gpuBytesTaken() const {
    return gpu_ == nullptr ? std::nullopt : gpu_->takenBytes();
}

Result<void> TrainingRun::checkMemory() const {
    if (gpu_ != nullptr) return {};
    const MachineMemory machine = readMachineMemory();
    const std::uint64_t needed = memory().memory.totalBytes();
    if (!machine.isKnown() || needed <= machine.totalBytes) return {};
    return failure(ErrorCode::OutOfMemory, ReasonCode::JobNeedsMemory,
                   {bytesInWords(needed), bytesInWords(machine.totalBytes)});
}

Result<StepSeconds> TrainingRun::secondsPerStep(const std::stop_token& stop) const {
    return measureStepSeconds(*config_, *weights_, job_.options, training(), shape_,
                              backend_.backend, job_.threads, stop, gpu_.get());
}

void TrainingRun::warn(const TrainingNote& warning) const {
    Reason line = ReasonCode::LogWarning;
    line.add(warning.reason);
    note(line);
}

void TrainingRun::note(const Reason& line) const {
    if (sinks_.note) sinks_.note(line);
}

Result<std::int64_t> TrainingRun::start(const std::stop_token& stop) {
    DSM_CHECK(folder_.has_value());
    auto trainer = Trainer::make(*config_, *weights_, training(), evaluation(), job_.options,
                                 backend_.backend, job_.threads, stop, gpu_.get());
    if (!trainer) return tl::unexpected(trainer.error());
    trainer_ = std::move(*trainer);
    trainer_->writeWith([this](const fs::path& folder) -> Result<void> {
        if (auto ok = checkRoomOfCheckpoint(); !ok) return ok;
        return writeWeights(folder);
    });
    trainer_->onFirstStep([this](std::span<const TokenBatch> batches) {
        if (const auto ok = writeFirstBatch(folder_->path(), batches, *tokenizer_); !ok)
            note(reasonOf(ok.error()));
    });
    auto step = goOn();
    if (!step) return step;
    forgetLaterRows(*step);
    if (auto ok = checkRoom(); !ok) return tl::unexpected(ok.error());
    return step;
}

Result<std::int64_t> TrainingRun::goOn() {
    const fs::path& output = folder_->path();
    const auto steps = checkpointSteps(output);
    if (!steps) return tl::unexpected(steps.error());
    if (steps->empty()) return 0;
    const NewestCheckpoint newest = newestCheckpoint(output);
    if (!newest.folder) {
        Reason reason(ReasonCode::Other, {newest.damaged.front()});
        reason.add(ReasonCode::NoCheckpointWhole, {output.string()});
        return failure(ErrorCode::Malformed, reason);
    }
    for (const std::string& damage : newest.damaged) {
        Reason line(ReasonCode::Other, {damage});
        line.add(ReasonCode::OlderCheckpointTaken);
        note(line);
    }
    if (auto ok = trainer_->resume(*newest.folder); !ok) return tl::unexpected(ok.error());
    note({ReasonCode::GoingOnAfter, {newest.folder->string()}});
    return trainer_->state().step;
}

// What is yet to be written, with one checkpoint more than are kept: an old one goes when the new
// one is whole.
Result<RunDisk> TrainingRun::disk(std::int64_t done) const {
    const auto learning = learningNumbers();
    if (!learning) return tl::unexpected(learning.error());
    const TrainOptions& options = job_.options;
    RunDisk disk;
    disk.resultBytes = resultBytes(*config_, options.targets, *learning) + kSmallFiles;
    disk.checkpointBytes =
        disk.resultBytes + 3 * sizeof(float) * static_cast<std::uint64_t>(*learning);
    std::int64_t count = 1;  // the last
    if (options.saveSteps > 0) count = (steps() - done) / options.saveSteps + 1;
    if (options.saveLimit > 0) count = std::min(count, options.saveLimit);
    disk.checkpoints = count + (evaluation() != nullptr ? 2 : 1);
    disk.totalBytes =
        static_cast<std::uint64_t>(disk.checkpoints) * disk.checkpointBytes + disk.resultBytes;
    return disk;
}

Result<void> TrainingRun::checkRoom() const {
    const auto needed = disk(trainer_->state().step);
    if (!needed) return tl::unexpected(needed.error());
    return folder_->checkRoom(
        needed->totalBytes, ReasonCode::NoRoomForRun,
        {std::to_string(needed->checkpoints), bytesInWords(needed->checkpointBytes)});
}

// Again before each one: others write on the same disk, and a run lasts for days.
Result<void> TrainingRun::checkRoomOfCheckpoint() const {
    const auto needed = disk(trainer_->state().step);
    if (!needed) return tl::unexpected(needed.error());
    return folder_->checkRoom(needed->checkpointBytes, ReasonCode::NoRoomForCheckpoint,
                              {std::to_string(trainer_->state().step)});
}

std::vector<EventValue> eventValues(const TrainProgress& progress) {
    std::vector<EventValue> values;
    if (!progress.evaluationOnly) {
        values = {{"train/loss", static_cast<float>(progress.loss)},
                  {"train/learning_rate", static_cast<float>(progress.rate)},
                  {"train/grad_norm", static_cast<float>(progress.gradNorm)}};
    }
    if (progress.evalLoss) values.push_back({"eval/loss", static_cast<float>(*progress.evalLoss)});
    return values;
}

}  // namespace dsm
