#include "app/services/training/job/run_forecast.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/services/program/disk_space.h"
#include "app/services/program/mailbox.h"
#include "app/services/program/path_text.h"
#include "app/services/program/work_thread.h"
#include "engine/train/run/run_memory.h"
#include "engine/train/run/training_run.h"
#include "kernels/base/machine_memory.h"
#include "kernels/base/process_memory.h"

namespace dsm {
namespace {

RunMemory memoryOf(const RunMemoryPlan& plan, qint64 learning) {
    RunMemory told;
    const TrainMemory& memory = plan.memory;
    const std::uint64_t bytes[] = {
        memory.programBytes,   memory.weightBytes,     memory.trainedBytes, memory.gradientBytes,
        memory.optimizerBytes, memory.activationBytes, memory.lossBytes,    memory.scratchBytes,
        memory.saveBytes,      plan.reserveBytes};
    int kind = 0;
    for (const std::uint64_t one : bytes)
        told.parts.append({static_cast<RunMemoryKind>(kind++), one});
    told.totalBytes = memory.totalBytes() + plan.reserveBytes;
    told.learningNumbers = learning;
    if (plan.gpu) {
        told.gpu = QString::fromStdString(plan.gpu->name);
        told.wholeBytes = plan.gpu->totalBytes;
        told.freeBytes = plan.gpu->freeBytes;
        told.layersOnCpu = plan.hostLayers;
        told.layersWithExperts = plan.moeLayers;
        told.expertsBesideBytes = memory.hostWeightBytes + memory.hostWorkBytes;
        told.optimizerBesideBytes = memory.pinnedBytes;
        told.besideBytes = memory.besideBytes();
        told.pieceTokens = plan.pieceTokens;
        return told;
    }
    const MachineMemory machine = readMachineMemory();
    told.wholeBytes = machine.totalBytes;
    told.freeBytes = std::min(machine.totalBytes, machine.availableBytes + memory.programBytes);
    if (!plan.refusal.empty()) told.gpuRefusal = shown(plan.refusal);
    return told;
}

Result<RunMemory> memoryFromJob(const QString& json, const TrainingGpuReader& reader) {
    const auto job = parseJob(json.toStdString(), "job", {});
    if (!job) return tl::unexpected(job.error());
    std::optional<DeviceMemory> gpu;
    if (const auto found = reader ? reader() : std::nullopt) {
        gpu = DeviceMemory{.name = found->name.toStdString(),
                           .totalBytes = found->totalBytes,
                           .freeBytes = found->freeBytes};
    }
    auto plan = planMemory(*job, gpu);
    if (!plan) return tl::unexpected(plan.error());
    if (!plan->gpu) plan->memory.programBytes = readProcessMemory().residentBytes;
    // Four bytes each.
    return memoryOf(*plan, static_cast<qint64>(plan->memory.trainedBytes / sizeof(float)));
}

std::optional<RunWarning> warningOf(NoteKind kind) {
    switch (kind) {
        case NoteKind::NeverEnds:
            return RunWarning::NeverEnds;
        case NoteKind::OtherForm:
            return RunWarning::OtherForm;
        case NoteKind::NoEndToken:
            return RunWarning::NoEndToken;
        case NoteKind::OtherEndToken:
            return RunWarning::OtherEndToken;
        case NoteKind::TooLong:
            return RunWarning::TooLong;
        case NoteKind::Cut:
            return RunWarning::Cut;
        case NoteKind::TrainNothing:
            return RunWarning::TrainNothing;
        case NoteKind::Refused:
            return RunWarning::Refused;
        case NoteKind::SpecialNames:
            return RunWarning::SpecialNames;
        case NoteKind::Warmup:
            return RunWarning::Warmup;
        default:  // only worth knowing, or told by the study of the data with its rows
            return std::nullopt;
    }
}

Result<RunNumbers> numbersOf(const TrainingRun& run, const QString& folder) {
    const auto learning = run.learningNumbers();
    if (!learning) return tl::unexpected(learning.error());
    const auto disk = run.disk();
    if (!disk) return tl::unexpected(disk.error());
    const DatasetReport& report = run.dataReport();
    const TrainOptions& options = run.job().options;
    RunNumbers numbers;
    numbers.rows = report.rows;
    numbers.refused = report.refused;
    numbers.trainNothing = report.trainNothing;
    numbers.specialNames = report.specialNames;
    numbers.examples = run.trainingSamples();
    numbers.evaluationExamples = run.evaluationSamples();
    numbers.cut = report.cut;
    numbers.cutInsideAnswer = report.cutInsideAnswer;
    numbers.repeated = report.repeated;
    numbers.trainedTokens = run.trainedTokens();
    numbers.largestBatchTokens = run.shape().largest.tokens;
    numbers.epochs = options.epochs;
    numbers.steps = run.steps();
    numbers.batchSize = options.batches.batchSamples;
    numbers.accumulation = options.batches.accumulation;
    numbers.memory = memoryOf(run.memory(), *learning);
    numbers.checkpointBytes = disk->checkpointBytes;
    numbers.checkpoints = disk->checkpoints;
    numbers.resultBytes = disk->resultBytes;
    numbers.diskBytes = disk->totalBytes;
    numbers.diskFreeBytes = freeBytesOf(folder);
    for (const TrainingNote& note : run.dataNotes()) {
        if (const auto warning = warningOf(note.kind);
            note.isWarning && warning && !numbers.warnings.contains(*warning))
            numbers.warnings.append(*warning);
    }
    return numbers;
}

}  // namespace

class RunForecast::State {
  public:
    State(RunForecast* forecast, TrainingGpuReader gpu)
        : forecast_(forecast), gpu_(std::move(gpu)) {}
    ~State() {
        memoryStop_.request_stop();
        stop_.request_stop();
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void askMemory(const QString& json);
    void askAll(const QString& json, const QString& folder);
    void stop() { stop_.request_stop(); }
    bool isAsking() const { return asked_ > 0; }
    const TrainingGpuReader& gpu() const { return gpu_; }

  private:
    // On the worker; what went wrong, empty where nothing did.
    ReasonShown look(const QString& json, const QString& folder, const std::stop_token& stop);
    void tell(const RunNumbers& numbers, const std::stop_token& stop);
    void tellProgress(const QString& what, double share, const std::stop_token& stop);

    RunForecast* forecast_;
    const TrainingGpuReader gpu_;
    std::stop_source memoryStop_;
    std::stop_source stop_;
    int asked_ = 0;  // that have not ended
    Mailbox mailbox_;
    WorkThread memoryWorker_;
    WorkThread worker_;  // last: it posts while the others exist
};

using Looked = tl::expected<RunMemory, ReasonShown>;

void RunForecast::State::askMemory(const QString& json) {
    memoryStop_.request_stop();
    memoryStop_ = {};
    memoryWorker_.post(
        forecast_,
        [json, gpu = gpu_, stop = memoryStop_.get_token()]() -> Looked {
            if (stop.stop_requested()) return tl::unexpected(ReasonShown());
            return memoryFromJob(json, gpu).map_error(
                [](const Error& error) { return shown(error); });
        },
        [this, stop = memoryStop_.get_token()](const Looked& memory) {
            if (stop.stop_requested()) return;
            if (memory) {
                Q_EMIT forecast_->memoryTold(*memory);
            } else {
                Q_EMIT forecast_->memoryUnknown(memory.error());
            }
        });
}

void RunForecast::State::askAll(const QString& json, const QString& folder) {
    stop_.request_stop();
    stop_ = {};
    ++asked_;
    worker_.post(
        forecast_,
        [this, json, folder, stop = stop_.get_token()] { return look(json, folder, stop); },
        [this, stop = stop_.get_token()](const ReasonShown& problem) {
            --asked_;
            if (!problem.isEmpty() && !stop.stop_requested()) Q_EMIT forecast_->failed(problem);
            if (asked_ == 0) Q_EMIT forecast_->finished();
        });
}

ReasonShown RunForecast::State::look(const QString& json, const QString& folder,
                                     const std::stop_token& stop) {
    if (stop.stop_requested()) return {};
    try {
        auto job = parseJob(json.toStdString(), "job", toPath(folder));
        if (!job) return shown(job.error());
        job->options.output = toPath(folder);
        TrainingRunSinks sinks;
        sinks.progress = [&](const char* what, double share) {
            tellProgress(QString::fromUtf8(what), share, stop);
        };
        const auto run = TrainingRun::open(std::move(*job), {}, std::move(sinks), stop);
        if (!run) return shown(run.error());
        auto numbers = numbersOf(**run, folder);
        if (!numbers) return shown(numbers.error());
        tell(*numbers, stop);
        // What does not fit is not tried.
        if (const auto ok = (*run)->checkMemory(); !ok) return {};
        tellProgress(QStringLiteral("Measuring"), -1, stop);
        const auto seconds = (*run)->secondsPerStep(stop);
        if (!seconds) return shown(seconds.error());
        numbers->secondsPerStep = seconds->usual;
        numbers->secondsOfLongestStep = seconds->longest;
        tell(*numbers, stop);
    } catch (const std::bad_alloc&) {
        return RunForecast::tr("There is not enough memory to look at the data and the model.");
    }
    return {};
}

void RunForecast::State::tell(const RunNumbers& numbers, const std::stop_token& stop) {
    mailbox_.post([this, numbers, stop] {
        if (!stop.stop_requested()) Q_EMIT forecast_->numbersTold(numbers);
    });
}

void RunForecast::State::tellProgress(const QString& what, double share,
                                      const std::stop_token& stop) {
    mailbox_.post([this, what, share, stop] {
        if (!stop.stop_requested()) Q_EMIT forecast_->progressed(what, share);
    });
}

std::optional<TrainingGpuInfo> readTrainingGpu() {
    const auto gpu = gpuForTraining();
    if (!gpu) return std::nullopt;
    return TrainingGpuInfo{QString::fromStdString(gpu->name), gpu->totalBytes, gpu->freeBytes};
}

RunForecast::RunForecast(TrainingGpuReader gpu, QObject* parent)
    : QObject(parent), state_(std::make_unique<State>(this, std::move(gpu))) {}

RunForecast::~RunForecast() = default;

void RunForecast::askMemory(const QString& jobJson) {
    state_->askMemory(jobJson);
}

void RunForecast::askAll(const QString& jobJson, const QString& folder) {
    state_->askAll(jobJson, folder);
}

void RunForecast::stop() {
    state_->stop();
}

const TrainingGpuReader& RunForecast::gpuReader() const {
    return state_->gpu();
}

bool RunForecast::isAsking() const {
    return state_->isAsking();
}

}  // namespace dsm
