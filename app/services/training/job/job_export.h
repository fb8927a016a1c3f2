// JobExport: a job as a folder that trains on another machine, with DeepSpeed on its GPUs.
//
// Ownership Owns its thread.
// Threads   Main thread. The data is read and written on a thread of its own; destroying it stops.
// Errors    failed() carries sentences for people.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>

#include "app/services/program/reason_shown.h"

namespace dsm {

struct JobExportPlace {
    QString folder;  // new or empty
    int gpus = 8;    // of each machine
    int machines = 1;
};

class JobExport : public QObject {
    Q_OBJECT

  public:
    explicit JobExport(QObject* parent = nullptr);
    ~JobExport() override;

    // Of a job without an evaluation, which does not run there. One at a time (CHECK).
    void start(const QString& jobJson, const JobExportPlace& place);
    void stop();
    bool isRunning() const;

    // What is typed on the other machine, in this order.
    static QStringList commands(const QString& folder);

  Q_SIGNALS:
    void progressed(double share);
    void finished(const QString& folder, qint64 examples);
    void failed(const dsm::ReasonShown& why);  // empty: it was stopped

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
