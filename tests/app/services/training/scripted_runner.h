// A trainer that counts: each step writes its number to a file in the job's folder, which is its
// checkpoint.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QThread>
#include <atomic>

#include "app/services/training/training_types.h"

namespace dsm::test {

class ScriptedRunner {
  public:
    TrainingRunner runner() {
        return [this](const TrainingTask& task, const TrainingReport& report,
                      const std::stop_token& stop) { return train(task, report, stop); };
    }

    std::atomic<int> totalSteps = 20;
    std::atomic<int> stepUs = 500;
    std::atomic<int> limit = 1'000'000;  // steps are not taken beyond it
    std::atomic<int> failAt = -1;
    std::atomic<bool> reads = false;     // until it is false again
    std::atomic<int> evaluateEvery = 0;  // steps; 0: never
    std::atomic<int> together = 0;
    std::atomic<int> mostTogether = 0;
    std::atomic<int> niceness = 0;  // of its thread

    static qint64 checkpoint(const QString& folder) {
        QFile file(folder + QStringLiteral("/step"));
        return file.open(QIODevice::ReadOnly) ? file.readAll().toLongLong() : 0;
    }

  private:
    static void save(const QString& folder, qint64 step) {
        QDir().mkpath(folder);
        QSaveFile file(folder + QStringLiteral("/step"));  // whole or not at all
        if (file.open(QIODevice::WriteOnly)) file.write(QByteArray::number(step));
        file.commit();
    }

    TrainingEnd train(const TrainingTask& task, const TrainingReport& report,
                      const std::stop_token& stop) {
        mostTogether = std::max<int>(mostTogether, ++together);
        niceness = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
        TrainingEnd end = run(task, report, stop);
        --together;
        return end;
    }

    TrainingEnd run(const TrainingTask& task, const TrainingReport& report,
                    const std::stop_token& stop) {
        qint64 step = task.isResumed ? checkpoint(task.folder) : 0;
        if (report.phase && reads) report.phase(QStringLiteral("Loading"), 0.4);
        while (reads && !stop.stop_requested())
            QThread::usleep(1000);
        if (task.isResumed) report.resumedAt(step);
        ReasonShown coded(QStringLiteral("The CPU trains instead."));
        coded.sentences = {{QStringLiteral("cpu_trains_instead"), {}}};
        report.log(coded);
        report.log(QStringLiteral("begins after step %1").arg(step));
        while (step < totalSteps) {
            if (stop.stop_requested()) {
                const bool hasEnded = task.stopMeans && task.stopMeans() == TrainingStop::Finish;
                return {.isPaused = !hasEnded, .error = {}};
            }
            QThread::usleep(static_cast<unsigned long>(stepUs.load()));
            if (step >= limit) continue;
            ++step;
            if (step == failAt)
                return {.isPaused = false, .error = QStringLiteral("The loss is NaN.")};
            save(task.folder, step);
            const double loss = 1.0 / static_cast<double>(step);
            QList<TrainingMetric> metrics{{QStringLiteral("train/loss"), loss}};
            if (evaluateEvery > 0 && step % evaluateEvery == 0)
                metrics.append({QStringLiteral("eval/loss"), loss});
            report.step({step, totalSteps, metrics});
        }
        return {};
    }
};

}  // namespace dsm::test
