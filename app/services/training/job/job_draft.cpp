#include "app/services/training/job/job_draft.h"

#include <QJsonDocument>

namespace dsm {

QJsonValue JobDraft::value(const QString& key) const {
    return values_.value(key);
}

void JobDraft::choose(const QString& key, const QJsonValue& value) {
    if (values_.value(key) == value) return;
    if (value.isUndefined()) {
        values_.remove(key);
    } else {
        values_.insert(key, value);
    }
    Q_EMIT changed(key);
}

void JobDraft::setValues(const QJsonObject& values) {
    if (values_ == values) return;
    values_ = values;
    Q_EMIT changed({});
}

QString JobDraft::json() const {
    return QString::fromUtf8(QJsonDocument(values_).toJson());
}

}  // namespace dsm
