#include "app/services/training/tuning_draft.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <utility>

#include "app/services/program/private_file.h"

namespace dsm {
namespace {

const QString kJob = QStringLiteral("job");
const QString kRemarks = QStringLiteral("remarks");

}  // namespace

TuningDraft::TuningDraft(const QString& file, QObject* parent) : QObject(parent), file_(file) {
    timer_.setSingleShot(true);
    timer_.setInterval(kWriteAfterMs);
    connect(&timer_, &QTimer::timeout, this, &TuningDraft::write);
    read();
    connect(&job_, &JobDraft::changed, this, &TuningDraft::writeSoon);
}

TuningDraft::~TuningDraft() {
    if (timer_.isActive()) write();
}

void TuningDraft::read() {
    QFile file(file_);
    if (!file.open(QIODevice::ReadOnly)) return;
    QJsonParseError error{};
    const QJsonDocument stored = QJsonDocument::fromJson(file.readAll(), &error);
    file.close();
    if (!stored.isObject()) {
        const QString aside = file_ + QStringLiteral(".damaged");
        QFile::remove(aside);
        QFile::rename(file_, aside);
        qWarning("The prepared training run in %s cannot be read (%s); it is kept as %s",
                 qPrintable(file_), qPrintable(error.errorString()), qPrintable(aside));
        return;
    }
    job_.setValues(stored[kJob].toObject());
    remarks_ = stored[kRemarks].toObject();
}

void TuningDraft::setRemark(const QString& name, const QJsonValue& value) {
    if (remarks_.value(name) == value) return;
    remarks_.insert(name, value);
    writeSoon();
}

void TuningDraft::setContent(const Content& content) {
    remarks_ = content.remarks;
    job_.setValues(content.job);
    writeSoon();
}

void TuningDraft::writeSoon() {
    // Not put off by further changes: who types on and on loses no more than that.
    if (!timer_.isActive()) timer_.start();
}

void TuningDraft::write() {
    timer_.stop();
    const QJsonObject stored{{kJob, job_.values()}, {kRemarks, remarks_}};
    worker_.post(
        this,
        [path = file_, bytes = QJsonDocument(stored).toJson()] {
            return writePrivateFile(path, bytes);
        },
        [this](const QString& error) {
            if (error.isEmpty()) hasFailed_ = false;
            if (error.isEmpty() || std::exchange(hasFailed_, true)) return;
            Q_EMIT failed(tr("What you prepare here cannot be kept in %1: %2. Free space.")
                              .arg(QDir::toNativeSeparators(file_), error));
        });
}

}  // namespace dsm
