// TrainingSignals: what the training service tells its listeners; it and its inside emit them.
//
// Threads  Main thread.
#pragma once

#include <QObject>
#include <QString>

#include "app/services/training/training_types.h"

namespace dsm {

class TrainingSignals : public QObject {
    Q_OBJECT

  public:
    using QObject::QObject;

  Q_SIGNALS:
    void jobsChanged();  // the list, or the state of a job
    void stepped(qint64 id);
    // What was measured after this step is forgotten: the run goes on from there.
    void wentBack(qint64 id, qint64 step);
    void logged(qint64 id);
    void answered(qint64 id, const dsm::PromptAnswer& answer);
    void jobFinished(qint64 id);
    void jobFailed(qint64 id, const dsm::ReasonShown& error);
    void storeFailed(const dsm::ReasonShown& error);
};

}  // namespace dsm
