// TuningDraft: a training run that is being prepared, kept over the end of the program, however it
// ends: the settings of the job, and by names what the pages need to show it again.
//
// On the disk some moments after the last change; the file is replaced as a whole or not at all, on
// a thread of its own.
//
// Ownership What was changed is written before the destructor returns.
// Threads   Main thread.
// Errors    failed() says once that it cannot be kept. A damaged file is set aside under another
//           name.
#pragma once

#include <QJsonObject>
#include <QJsonValue>
#include <QObject>
#include <QString>
#include <QTimer>

#include "app/services/program/work_thread.h"
#include "app/services/training/job_draft.h"

namespace dsm {

class TuningDraft : public QObject {
    Q_OBJECT

  public:
    static constexpr int kWriteAfterMs = 400;

    explicit TuningDraft(const QString& file, QObject* parent = nullptr);
    ~TuningDraft() override;

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
    void read();
    void write();
    void writeSoon();

    const QString file_;
    JobDraft job_;
    QJsonObject remarks_;
    QTimer timer_;
    bool hasFailed_ = false;
    WorkThread worker_;  // last: it writes while the others exist
};

}  // namespace dsm
