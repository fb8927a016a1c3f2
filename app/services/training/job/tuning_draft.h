// TuningDraft: a training run that is being prepared, kept over the end of the program, however it
// ends: the settings of the job, and by names what the pages need to show it again.
//
// Ownership What was changed is written before the destructor returns.
// Threads   Main thread.
// Errors    failed() says once that it cannot be kept.
#pragma once

#include <QJsonObject>
#include <QJsonValue>
#include <QObject>
#include <QString>

#include "app/services/program/kept_json.h"
#include "app/services/training/job/job_draft.h"

namespace dsm {

class TuningDraft : public QObject {
    Q_OBJECT

  public:
    explicit TuningDraft(const QString& file, QObject* parent = nullptr);

    JobDraft& job() { return job_; }

    // What is not part of the job: "preset", "step"..
    QJsonValue remark(const QString& name) const { return remarks_.value(name); }
    void setRemark(const QString& name, const QJsonValue& value);
    struct Content {
        QJsonObject job;
        QJsonObject remarks;
    };
    Content content() const { return {job_.values(), remarks_}; }
    // An empty one: a new run, nothing is chosen.
    void setContent(const Content& content);

  Q_SIGNALS:
    void failed(const QString& message);

  private:
    QJsonObject contents() const;

    JobDraft job_;
    QJsonObject remarks_;
    KeptJson kept_;  // last: it asks for the contents
};

}  // namespace dsm
