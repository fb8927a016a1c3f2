// The list of trainings: what a person adds to it, takes from it, and notes of what is in it.
#include <utility>

#include "app/services/training/training_jobs.h"

namespace dsm {
namespace {

StoreTime toStored(const QDateTime& time) {
    return time.isValid() ? StoreTime(std::chrono::milliseconds(time.toMSecsSinceEpoch()))
                          : StoreTime();
}

}  // namespace

qint64 TrainingJobs::add(const QString& name, const QString& settings, const QString& folder,
                         const QDateTime& startsAt) {
    if (!canWrite()) return 0;
    const qint64 id = taken(store_->add(name.toStdString(), settings.toStdString(),
                                        folder.toStdString(), toStored(startsAt)));
    if (id != 0) startNext();
    return id;
}

qint64 TrainingJobs::takeBack(const QString& name, const QString& settings,
                              const ReturnedRun& run) {
    if (!canWrite()) return 0;
    std::vector<StoredMetric> metrics;
    for (const TrainingStep& step : run.steps) {
        for (const TrainingMetric& metric : step.metrics)
            metrics.push_back({step.step, metric.name.toStdString(), metric.value});
    }
    return taken(store_->addFinished(name.toStdString(), settings.toStdString(),
                                     run.folder.toStdString(), run.step, run.totalSteps, metrics));
}

// Into the list; 0 where the database refused.
qint64 TrainingJobs::taken(const Result<std::int64_t>& id) {
    if (!kept(id)) return 0;
    list_.append(toJob(**store_->job(*id)));
    Q_EMIT service_->jobsChanged();
    return *id;
}

void TrainingJobs::remove(qint64 id) {
    if (id == running_ || find(id) == nullptr || !canWrite()) return;
    if (!kept(store_->remove(id))) return;
    list_.removeIf([id](const TrainingJob& job) { return job.id == id; });
    Q_EMIT service_->jobsChanged();
}

void TrainingJobs::rename(qint64 id, const QString& name) {
    TrainingJob* job = find(id);
    if (job == nullptr || job->name == name || !canWrite() ||
        !kept(store_->rename(id, name.toStdString())))
        return;
    job->name = name;
    Q_EMIT service_->jobsChanged();
}

bool TrainingJobs::setNotes(qint64 id, const QString& notes) {
    TrainingJob* job = find(id);
    if (job == nullptr || job->notes == notes) return true;
    if (!canWrite() || !kept(store_->setNotes(id, notes.toStdString()))) return false;
    job->notes = notes;
    Q_EMIT service_->jobsChanged();
    return true;
}

void TrainingJobs::setStart(qint64 id, const QDateTime& startsAt) {
    TrainingJob* job = find(id);
    if (job == nullptr || job->state != TrainingState::Queued || !canWrite() ||
        !kept(store_->setStart(id, toStored(startsAt))))
        return;
    job->startsAt = startsAt;
    job->waitsFor.clear();
    Q_EMIT service_->jobsChanged();
    startNext();
}

bool TrainingJobs::setTags(qint64 id, const QStringList& tags) {
    TrainingJob* job = find(id);
    QStringList clean;
    for (const QString& tag : tags) {
        const QString one = QString(tag).replace(u',', u' ').simplified();
        if (!one.isEmpty() && !clean.contains(one, Qt::CaseInsensitive)) clean.append(one);
    }
    if (job == nullptr || job->tags == clean) return true;
    if (!canWrite() || !kept(store_->setTags(id, clean.join(u',').toStdString()))) return false;
    job->tags = clean;
    Q_EMIT service_->jobsChanged();
    return true;
}

}  // namespace dsm
