#include "app/services/training/job/tuning_draft.h"
#include "app/services/program/said.h"

#include <QDir>
#include <utility>

namespace dsm {
namespace {

const QString kJob = QStringLiteral("job");
const QString kRemarks = QStringLiteral("remarks");

}  // namespace

TuningDraft::TuningDraft(const QString& file, QObject* parent)
    : QObject(parent), kept_(file, [this] { return contents(); }) {
    connect(&kept_, &KeptJson::failed, this, [this](const QString& reason) {
        Q_EMIT failed(
            said([] { return tr("What you prepare here cannot be kept in %1: %2. Free space."); },
                 {QDir::toNativeSeparators(kept_.file()), reason}));
    });
    const QJsonObject stored = kept_.read();
    job_.setValues(stored[kJob].toObject());
    remarks_ = stored[kRemarks].toObject();
    connect(&job_, &JobDraft::changed, &kept_, &KeptJson::writeSoon);
}

void TuningDraft::setRemark(const QString& name, const QJsonValue& value) {
    if (remarks_.value(name) == value) return;
    remarks_.insert(name, value);
    kept_.writeSoon();
}

void TuningDraft::setContent(const Content& content) {
    remarks_ = content.remarks;
    job_.setValues(content.job);
    kept_.writeSoon();
}

QJsonObject TuningDraft::contents() const {
    return {{kJob, job_.values()}, {kRemarks, remarks_}};
}

}  // namespace dsm
