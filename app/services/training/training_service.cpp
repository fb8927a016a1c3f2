#include "app/services/training/training_service.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <utility>

#include "app/services/program/private_file.h"
#include "app/services/training/training_jobs.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

constexpr qint64 kMostAnswerBytes = qint64{256} << 20;

// That of the store has no code there.
ReasonShown lineOf(const std::string& text) {
    if (text == wordsOf(ReasonCode::RunInterrupted).english)
        return shown(Reason(ReasonCode::RunInterrupted));
    return ReasonShown::fromKept(QString::fromStdString(text));
}

}  // namespace

TrainingService::TrainingService(const QString& databaseFile, EngineLease& lease,
                                 TrainingRunner runner, QObject* parent)
    : TrainingSignals(parent),
      jobs_(std::make_unique<TrainingJobs>(this, databaseFile, lease, std::move(runner))) {}

TrainingService::~TrainingService() = default;

QList<TrainingJob> TrainingService::jobs() const {
    return jobs_->list();
}

TrainingJob TrainingService::job(qint64 id) const {
    const TrainingJob* found = std::as_const(*jobs_).find(id);
    return found != nullptr ? *found : TrainingJob{};
}

qint64 TrainingService::start(const QString& name, const QString& settingsJson,
                              const QString& folder, const QDateTime& startsAt) {
    return jobs_->add(name, settingsJson, folder, startsAt);
}

void TrainingService::setStart(qint64 id, const QDateTime& startsAt) {
    jobs_->setStart(id, startsAt);
}

qint64 TrainingService::takeBack(const QString& name, const QString& settingsJson,
                                 const ReturnedRun& run) {
    return jobs_->takeBack(name, settingsJson, run);
}

bool TrainingService::setTags(qint64 id, const QStringList& tags) {
    return jobs_->setTags(id, tags);
}

void TrainingService::stop(qint64 id, TrainingStop means) {
    jobs_->stop(id, means);
}

void TrainingService::resume(qint64 id) {
    jobs_->resume(id);
}

void TrainingService::remove(qint64 id) {
    jobs_->remove(id);
}

void TrainingService::rename(qint64 id, const QString& name) {
    jobs_->rename(id, name);
}

bool TrainingService::setNotes(qint64 id, const QString& notes) {
    return jobs_->setNotes(id, notes);
}

QList<TrainingPoint> TrainingService::metric(qint64 id, const QString& name,
                                             qint64 afterStep) const {
    QList<TrainingPoint> points;
    if (jobs_->store() == nullptr) return points;
    const auto metrics = jobs_->store()->metrics(id, name.toStdString(), afterStep);
    if (!metrics) return points;
    for (const StoredMetric& metric : *metrics)
        points.append({metric.step, metric.value});
    return points;
}

QList<PromptAnswer> TrainingService::answers(qint64 id) const {
    QList<PromptAnswer> answers;
    const QString path = job(id).folder + QStringLiteral("/samples.jsonl");
    for (const QByteArray& text : readSmallFile(path, kMostAnswerBytes).split('\n')) {
        const QJsonObject line = QJsonDocument::fromJson(text).object();
        if (!line.contains(QLatin1String("prompt"))) continue;
        answers.append(
            {line[QLatin1String("step")].toInteger(), line[QLatin1String("prompt")].toString(),
             line[QLatin1String("answer")].toString(), line[QLatin1String("problem")].toString()});
    }
    return answers;
}

QList<ReasonShown> TrainingService::log(qint64 id) const {
    QList<ReasonShown> lines;
    if (jobs_->store() == nullptr) return lines;
    const auto log = jobs_->store()->log(id);
    if (!log) return lines;
    for (const StoredLogLine& line : *log)
        lines.append(lineOf(line.text));
    return lines;
}

}  // namespace dsm
