#include "app/services/training/job/job_draft.h"

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

QJsonObject JobDraft::valuesOfRun() const {
    QJsonObject values = values_;
    if (isChosen(QStringLiteral("eval_data")) || isChosen(QStringLiteral("eval_share")))
        return values;
    for (const char* key : {"eval_at_start", "eval_steps", "patience"})
        values.remove(QLatin1String(key));
    return values;
}

}  // namespace dsm
