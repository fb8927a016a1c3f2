#include "app/services/training/engine_runner.h"

#include <map>
#include <utility>

#include "app/services/program/path_text.h"
#include "engine/train/run/foreign_run.h"
#include "engine/train/run/training_run.h"
#include "kernels/base/process_memory.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

TrainingStep stepOf(const TrainProgress& progress) {
    TrainingStep step{progress.step, progress.steps, {}};
    for (const EventValue& value : eventValues(progress)) {
        step.metrics.append({QString::fromUtf8(value.tag.data(), qsizetype(value.tag.size())),
                             static_cast<double>(value.value)});
    }
    if (progress.evaluationOnly) return step;
    step.metrics.append({QStringLiteral("train/tokens_per_second"), progress.tokensPerSecond});
    step.metrics.append({QStringLiteral("train/tokens"), static_cast<double>(progress.tokens)});
    step.metrics.append({QStringLiteral("train/epoch"), progress.epoch});
    if (const auto memory = readProcessMemory(); memory.residentBytes > 0)
        step.metrics.append(
            {QStringLiteral("run/memory"), static_cast<double>(memory.residentBytes)});
    return step;
}

// Each hundredth once.
std::function<void(const char*, double)> phaseSink(const TrainingReport& report) {
    if (!report.phase) return {};
    return [&report, last = std::pair<std::string, int>()](const char* what, double share) mutable {
        const std::pair<std::string, int> now(what, static_cast<int>(share * 100));
        if (std::exchange(last, now) != now) report.phase(QString::fromUtf8(what), share);
    };
}

std::function<void(const PromptSample&)> sampleSink(const TrainingReport& report) {
    if (!report.answered) return {};
    return [&report](const PromptSample& sample) {
        report.answered({sample.step, QString::fromStdString(sample.prompt),
                         QString::fromStdString(sample.answer),
                         QString::fromStdString(sample.problem)});
    };
}

// They may have been done by the command, while the window was closed.
void tellMeasured(const std::filesystem::path& folder, qint64 last, const TrainingReport& report) {
    const auto metrics = readRunEvents(folder);
    if (!metrics || !report.measured) return;
    std::map<qint64, TrainingStep> steps;
    for (const auto& [name, points] : *metrics) {
        for (const auto& [step, value] : points) {
            if (step > last) break;
            TrainingStep& one = steps[step];
            one.step = step;
            one.metrics.append({QString::fromStdString(name), value});
        }
    }
    QList<TrainingStep> list;
    for (const auto& [step, one] : steps)
        list.append(one);
    report.measured(list);
}

RunStop toEngine(TrainingStop stop) {
    switch (stop) {
        case TrainingStop::Pause:
            return RunStop::Pause;
        case TrainingStop::Finish:
            return RunStop::Finish;
        case TrainingStop::Discard:
            return RunStop::Discard;
    }
    return RunStop::Pause;
}

Result<void> train(const TrainingTask& task, const TrainingReport& report,
                   const std::stop_token& stop) {
    const std::filesystem::path folder = toPath(task.folder);
    auto job = parseJob(task.settingsJson.toStdString(), "job", folder);
    if (!job) return tl::unexpected(job.error());
    job->options.output = folder;
    const auto note = [&report](const Reason& line) { report.log(shown(line)); };
    RunPurpose purpose{.start = RunStart::Whichever, .holder = "DeepSeekMoE Desktop"};
    if (task.stopMeans) purpose.stopMeans = [&task] { return toEngine(task.stopMeans()); };
    // A folder with checkpoints is one that goes on, also where nobody knows of them.
    const auto run = TrainingRun::open(
        std::move(*job), purpose,
        {.progress = phaseSink(report), .note = note, .sample = sampleSink(report)}, stop);
    if (!run) return tl::unexpected(run.error());
    const auto first = (*run)->start(stop);
    if (!first) return tl::unexpected(first.error());
    if (task.isResumed && *first == 0) note(ReasonCode::BegunAnew);
    report.resumedAt(*first);
    if (*first > 0) tellMeasured(folder, *first, report);
    return (*run)->train([&](const TrainProgress& progress) { report.step(stepOf(progress)); },
                         stop);
}

}  // namespace

TrainingEnd trainWithEngine(const TrainingTask& task, const TrainingReport& report,
                            const std::stop_token& stop) {
    const Result<void> done = train(task, report, stop);
    if (done) return {};
    if (done.error().code == ErrorCode::Cancelled) return {.isPaused = true, .error = {}};
    return {.isPaused = false, .error = shown(done.error())};
}

}  // namespace dsm
