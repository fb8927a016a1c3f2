// The store behind the trainings: opening it, looking after it, and repairing it.
#include <chrono>
#include <utility>

#include "app/services/program/path_text.h"
#include "app/services/training/moved_files.h"
#include "app/services/training/training_jobs.h"

namespace dsm {
namespace {

StoreTime now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

}  // namespace

TrainingState toState(StoredJob::State state) {
    switch (state) {
        case StoredJob::State::Queued:
            return TrainingState::Queued;
        case StoredJob::State::Running:
            return TrainingState::Running;
        case StoredJob::State::Paused:
            return TrainingState::Paused;
        case StoredJob::State::Finished:
            return TrainingState::Finished;
        case StoredJob::State::Failed:
            return TrainingState::Failed;
    }
    return TrainingState::Failed;
}

TrainingJob toJob(const StoredJob& stored) {
    TrainingJob job;
    job.id = stored.id;
    job.name = QString::fromStdString(stored.name);
    job.settingsJson = QString::fromStdString(stored.settingsJson);
    job.folder = QString::fromStdString(stored.folder);
    job.state = toState(stored.state);
    job.step = stored.step;
    job.totalSteps = stored.totalSteps;
    job.error = ReasonShown::fromKept(QString::fromStdString(stored.error));
    job.notes = QString::fromStdString(stored.notes);
    job.tags = QString::fromStdString(stored.tags).split(u',', Qt::SkipEmptyParts);
    if (stored.startsAt != StoreTime())
        job.startsAt = QDateTime::fromMSecsSinceEpoch(stored.startsAt.time_since_epoch().count());
    job.created = QDateTime::fromMSecsSinceEpoch(stored.created.time_since_epoch().count());
    return job;
}

void TrainingJobs::open() {
    if (file_.empty()) return take(TrainingStore::openInMemory(now));
    auto opened = TrainingStore::open(file_, now, Doubt::None, OnDamage::Report);
    const bool isDamaged = !opened && opened.error().code == ErrorCode::Malformed;
    if (isDamaged) return startRepair(Doubt::Check);
    take(std::move(opened));
    startUpkeep();
}

// Not from within the constructor: who made the service connects to it first.
void TrainingJobs::tell(const ReasonShown& reason) {
    qWarning("%s", qUtf8Printable(reason.text));
    mailbox_.post([this, reason] { Q_EMIT service_->storeFailed(reason); });
}

void TrainingJobs::take(Opened opened) {
    if (!opened) {
        tell(shown(opened.error()));
        opened = TrainingStore::openInMemory(now);
    }
    if (!opened) return;
    store_ = std::move(*opened);
    list_.clear();
    if (const auto jobs = store_->jobs()) {
        const QString folder = pathText(file_.parent_path());
        for (const StoredJob& stored : *jobs) {
            TrainingJob& job = list_.emplace_back(toJob(stored));
            job.folder = movedPath(job.folder, folder);
            job.settingsJson = movedSettings(job.settingsJson, folder);
        }
    }
    Q_EMIT service_->jobsChanged();
}

bool TrainingJobs::canWrite() {
    if (store_ && !repair_.isRunning()) return true;
    Q_EMIT service_->storeFailed(
        TrainingJobs::tr("The file of your trainings is being repaired. Try again in a moment."));
    return false;
}

void TrainingJobs::startUpkeep() {
    if (file_.empty() || !store_ || upkeep_.isRunning() || repair_.isRunning()) return;
    const UpkeepTask task = store_->dueUpkeep();
    if (task.isEmpty()) return;
    upkeep_.start(
        [file = file_, task](const std::stop_token& stop) {
            return TrainingStore::keepUp(file, task, now(), stop);
        },
        [this](const UpkeepReport& report) { finishUpkeep(report); });
}

void TrainingJobs::finishUpkeep(const UpkeepReport& report) {
    store_->noteUpkeep(report);
    if (!report.problem.empty()) qWarning("%s", report.problem.text().c_str());
    isDamaged_ = report.isDamaged;
    repairWhenIdle();
}

void TrainingJobs::repairWhenIdle() {
    if (!isDamaged_ || running_ != 0 || repair_.isRunning()) return;
    isDamaged_ = false;
    store_->stopWriting();
    startRepair(Doubt::None);
}

void TrainingJobs::startRepair(Doubt doubt) {
    upkeep_.stop();
    repair_.start(
        [file = file_, doubt](const std::stop_token& stop) {
            return repair<TrainingStore>(file, now, doubt, stop);
        },
        [this](Result<Repaired<TrainingStore>> repaired) { finishRepair(std::move(repaired)); });
}

void TrainingJobs::finishRepair(Result<Repaired<TrainingStore>> repaired) {
    if (!repaired && store_) {
        tell(shown(repaired.error()));
        return;  // what can be read of it stays in sight
    }
    if (!repaired) {
        take(tl::unexpected(repaired.error()));
    } else if (repaired->sound) {
        take(std::move(repaired->sound));
    } else {
        store_.reset();  // before its file is moved
        take(TrainingStore::openSalvaged(file_, now, repaired->salvaged));
        for (const StoreNotice& notice : store_ ? store_->notices() : std::vector<StoreNotice>()) {
            tell(TrainingJobs::tr("The file of your trainings was damaged. What could be read "
                                  "was carried over; the damaged file is kept as %1.")
                     .arg(pathText(notice.damaged)));
        }
    }
    startUpkeep();
    startNext();
}

}  // namespace dsm
