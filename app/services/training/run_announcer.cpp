#include "app/services/training/run_announcer.h"

#include <algorithm>

namespace dsm {

RunAnnouncer::RunAnnouncer(TrainingService& training, DesktopLink& desktop,
                           const std::function<QString(const ReasonShown&)>& words, QObject* parent)
    : QObject(parent), training_(training), desktop_(desktop) {
    connect(&training, &TrainingService::jobsChanged, this, &RunAnnouncer::showState);
    connect(&training, &TrainingService::stepped, this, &RunAnnouncer::showState);
    connect(&training, &TrainingService::jobFinished, this, [this](qint64 id) {
        const TrainingJob job = training_.job(id);
        desktop_.notify(tr("A run has finished"),
                        job.step < job.totalSteps
                            ? tr("“%1” has ended after step %2 of %3.")
                                  .arg(job.name)
                                  .arg(job.step)
                                  .arg(job.totalSteps)
                            : tr("“%1” has learned all of its steps.").arg(job.name));
    });
    connect(&training, &TrainingService::jobFailed, this,
            [this, words](qint64 id, const ReasonShown& error) {
                desktop_.notify(tr("A run has failed"),
                                tr("%1: %2").arg(training_.job(id).name, words(error)));
            });
    showState();
}

void RunAnnouncer::showState() {
    const QList<TrainingJob> jobs = training_.jobs();
    const auto running = std::find_if(jobs.begin(), jobs.end(), [](const TrainingJob& job) {
        return job.state == TrainingState::Running;
    });
    const bool isRunning = running != jobs.end();
    desktop_.stayAwake(isRunning ? tr("A model is being trained") : QString());
    const int share = isRunning ? static_cast<int>(running->share() * 100) : -1;
    if (share == shown_) return;
    shown_ = share;
    desktop_.showProgress(share < 0 ? -1 : share / 100.0);
}

}  // namespace dsm
