#include "app/services/training/training_jobs.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "app/services/program/path_text.h"
#include "kernels/base/processors.h"

namespace dsm {
namespace {

constexpr const char* kSecondsMetric = "run/seconds";
constexpr const char* kLossMetric = "train/loss";

}  // namespace

TrainingJobs::TrainingJobs(TrainingSignals* service, const QString& file, EngineLease& lease,
                           TrainingRunner runner)
    : service_(service), file_(toPath(file)), lease_(lease), runner_(std::move(runner)) {
    open();
    QObject::connect(&lease_, &EngineLease::freed, service_, [this] { startNext(); });
    QObject::connect(&lease_, &EngineLease::asked, service_, [this] { gate_.close(); });
    QObject::connect(&lease_, &EngineLease::returned, service_, [this] { goOn(); });
    // Not from within the constructor: who made the service connects to it first.
    mailbox_.post([this] { startNext(); });
    wake_.setSingleShot(true);
    QObject::connect(&wake_, &QTimer::timeout, service_, [this] { startNext(); });
}

TrainingJobs::~TrainingJobs() {
    upkeep_.stop();
    repair_.stop();
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    // Its end waits in the mailbox, which goes with this object: at the next start it is paused.
    if (const TrainingJob* job = find(running_); job != nullptr && store_) {
        static_cast<void>(store_->setState(job->id, StoredJob::State::Paused));
    }
    lease_.disconnect(service_);
    lease_.giveBack(EngineLease::Holder::Training);
}

const TrainingJob* TrainingJobs::find(qint64 id) const {
    const auto found = std::find_if(list_.begin(), list_.end(),
                                    [id](const TrainingJob& job) { return job.id == id; });
    return found == list_.end() ? nullptr : &*found;
}

TrainingJob* TrainingJobs::find(qint64 id) {
    return const_cast<TrainingJob*>(std::as_const(*this).find(id));
}

void TrainingJobs::set(TrainingJob& job, StoredJob::State state, const ReasonShown& error) {
    job.state = toState(state);
    job.error = error;
    job.waitsFor.clear();
    job.isStopping = false;
    job.phase.clear();
    kept(store_->setState(job.id, state, error.kept().toStdString()));
    Q_EMIT service_->jobsChanged();
}

// Looks again when the first that waits for a time may begin; no later than in a minute, since a
// computer that slept, or whose clock was set, has skipped some of it.
void TrainingJobs::waitForNext(const QDateTime& now) {
    constexpr qint64 kMostMs = 60'000;
    qint64 least = -1;
    for (const TrainingJob& job : list_) {
        if (job.state != TrainingState::Queued || !job.startsAt.isValid()) continue;
        const qint64 left = std::max<qint64>(now.msecsTo(job.startsAt), 0);
        if (left > 0 && (least < 0 || left < least)) least = left;
    }
    if (least >= 0) wake_.start(static_cast<int>(std::min(least + 1, kMostMs)));
}

void TrainingJobs::startNext() {
    if (running_ != 0 || repair_.isRunning()) return;
    const QDateTime now = QDateTime::currentDateTime();
    waitForNext(now);
    const auto next = std::find_if(list_.begin(), list_.end(), [&](const TrainingJob& job) {
        return job.state == TrainingState::Queued &&
               (!job.startsAt.isValid() || job.startsAt <= now);
    });
    if (next == list_.end()) return;
    if (!lease_.take(EngineLease::Holder::Training)) {
        next->waitsFor = lease_.refusal(EngineLease::Holder::Training);
        Q_EMIT service_->jobsChanged();
        return;
    }
    lease_.setLending(true);
    gate_.open();
    stopMeans_ = TrainingStop::Pause;
    running_ = next->id;
    seconds_ = storedSeconds(running_);
    const TrainingTask task{next->id, next->settingsJson, next->folder, next->step > 0,
                            [this] { return stopMeans_.load(); }};
    set(*next, StoredJob::State::Running);
    thread_ = std::jthread([this, task](const std::stop_token& stop) { run(task, stop); });
}

// On the runner's thread.
void TrainingJobs::run(const TrainingTask& task, const std::stop_token& stop) {
    computeInBackground();
    const qint64 id = task.id;
    TrainingReport report;
    auto last = std::chrono::steady_clock::now();
    report.step = [this, id, &last, &stop](const TrainingStep& step) {
        const auto before = std::exchange(last, std::chrono::steady_clock::now());
        const std::chrono::duration<double> time = last - before;
        mailbox_.post([this, id, step, time] { takeStep(id, step, time); });
        gate_.pass([this, id] { mailbox_.post([this, id] { lend(id); }); }, stop);
        last = std::chrono::steady_clock::now();  // what was waited is not work on steps
    };
    report.phase = [this, id](const QString& what, double share) {
        mailbox_.post([this, id, what, share] { takePhase(id, what, share); });
    };
    report.log = [this, id](const ReasonShown& line) {
        mailbox_.post([this, id, line] { takeLog(id, line); });
    };
    report.resumedAt = [this, id, &last](qint64 step) {
        last = std::chrono::steady_clock::now();  // what it took to load is not work on steps
        mailbox_.post([this, id, step] { goBack(id, step); });
    };
    report.measured = [this, id](const QList<TrainingStep>& steps) {
        mailbox_.post([this, id, steps] { takeMeasured(id, steps); });
    };
    report.answered = [this, id](const PromptAnswer& answer) {
        mailbox_.post([this, id, answer] { Q_EMIT service_->answered(id, answer); });
    };
    TrainingEnd end;
    try {
        end = runner_(task, report, stop);
    } catch (const std::bad_alloc&) {
        end.error = TrainingJobs::tr(
            "There is not enough memory. Close other programs, or "
            "choose a smaller batch or length.");
    } catch (const std::exception& exception) {
        end.error = QString::fromUtf8(exception.what());
    }
    mailbox_.post([this, id, end] { takeEnd(id, end); });
}

// It stands between two steps: who waits for the computer comes first.
void TrainingJobs::lend(qint64 id) {
    TrainingJob* job = find(id);
    if (job == nullptr || id != running_) return;
    job->waitsFor = TrainingJobs::tr("It lets a reply go first, and goes on by itself after it.");
    Q_EMIT service_->jobsChanged();
    lease_.lend();
}

void TrainingJobs::goOn() {
    gate_.open();
    TrainingJob* job = find(running_);
    if (job == nullptr || job->waitsFor.isEmpty()) return;
    job->waitsFor.clear();
    Q_EMIT service_->jobsChanged();
}

double TrainingJobs::storedSeconds(qint64 id) const {
    const auto points = store_->metrics(id, kSecondsMetric);
    return points && !points->empty() ? points->back().value : 0;
}

void TrainingJobs::goBack(qint64 id, qint64 step) {
    if (TrainingJob* job = find(id)) job->phase.clear();
    if (!kept(store_->rewind(id, step))) return;
    seconds_ = storedSeconds(id);
    Q_EMIT service_->wentBack(id, step);
}

void TrainingJobs::takeMeasured(qint64 id, const QList<TrainingStep>& steps) {
    const auto known = store_->metrics(id, kLossMetric);
    const qint64 last = known && !known->empty() ? known->back().step : -1;
    std::vector<StoredMetric> metrics;
    for (const TrainingStep& step : steps) {
        if (step.step <= last) continue;
        for (const TrainingMetric& metric : step.metrics)
            metrics.push_back({step.step, metric.name.toStdString(), metric.value});
    }
    if (!metrics.empty() && kept(store_->addMetrics(id, metrics))) Q_EMIT service_->stepped(id);
}

void TrainingJobs::takePhase(qint64 id, const QString& what, double share) {
    TrainingJob* job = find(id);
    if (job == nullptr) return;
    job->phase = what;
    job->phaseShare = share;
    Q_EMIT service_->stepped(id);
}

void TrainingJobs::takeLog(qint64 id, const ReasonShown& line) {
    kept(store_->addLog(id, line.kept().toStdString()));
    Q_EMIT service_->logged(id);
}

void TrainingJobs::takeStep(qint64 id, const TrainingStep& step,
                            std::chrono::duration<double> time) {
    TrainingJob* job = find(id);
    if (job == nullptr) return;
    job->phase.clear();
    job->step = step.step;
    job->totalSteps = step.totalSteps;
    std::vector<StoredMetric> metrics;
    for (const TrainingMetric& metric : step.metrics)
        metrics.push_back({step.step, metric.name.toStdString(), metric.value});
    seconds_ += time.count();
    metrics.push_back({step.step, kSecondsMetric, seconds_});
    kept(store_->addProgress(id, step.step, step.totalSteps, metrics));
    Q_EMIT service_->stepped(id);
}

void TrainingJobs::takeEnd(qint64 id, const TrainingEnd& end) {
    thread_.join();
    running_ = 0;
    TrainingJob* job = find(id);
    const bool isFinished = end.error.isEmpty() && !end.isPaused;
    if (job != nullptr) {
        set(*job,
            isFinished     ? StoredJob::State::Finished
            : end.isPaused ? StoredJob::State::Paused
                           : StoredJob::State::Failed,
            end.error);
    }
    if (!end.error.isEmpty()) takeLog(id, end.error);
    startUpkeep();
    repairWhenIdle();
    // Frees the next one, through freed().
    lease_.giveBack(EngineLease::Holder::Training);
    if (isFinished) Q_EMIT service_->jobFinished(id);
    if (!end.error.isEmpty()) Q_EMIT service_->jobFailed(id, end.error);
}

void TrainingJobs::stop(qint64 id, TrainingStop means) {
    TrainingJob* job = find(id);
    if (job == nullptr) return;
    if (id == running_) {
        stopMeans_ = means;
        thread_.request_stop();  // takeEnd() says so when it has
        job->isStopping = true;
        Q_EMIT service_->jobsChanged();
    } else if (job->state == TrainingState::Queued && canWrite()) {
        set(*job, StoredJob::State::Paused);
    }
}

void TrainingJobs::resume(qint64 id) {
    TrainingJob* job = find(id);
    const bool canResume = job != nullptr && (job->state == TrainingState::Paused ||
                                              job->state == TrainingState::Failed);
    if (!canResume || !canWrite()) return;
    set(*job, StoredJob::State::Queued);
    startNext();
}

}  // namespace dsm
