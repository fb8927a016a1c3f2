// RunReturn: looks at what a training elsewhere has left in a folder, so that it can be taken into
// the list of runs.
//
// Threads   Main thread. The folder is read on a thread of its own; a new question takes the place of
//           the one before.
// Errors    RunReturnLook::problem, in sentences for people.
#pragma once

#include <QJsonObject>
#include <QObject>
#include <QString>
#include <memory>

#include "app/services/training/training_types.h"

namespace dsm {

struct RunReturnLook {
    ReasonShown problem;  // why it cannot be taken; empty: it can
    ReturnedRun run;
    bool hasAdapter = false;
    QString wholeModel;  // the folder of the model that was trained; "": it is none
    bool hasCurves = false;
    QString baseModel;     // as the adapter names it; a folder here, or a name elsewhere
    QJsonObject settings;  // what is known of how it was trained, by the keys of a job
};

class RunReturn : public QObject {
    Q_OBJECT

  public:
    explicit RunReturn(QObject* parent = nullptr);
    ~RunReturn() override;

    // `modelFolder` "": the base is not chosen yet; else whether the adapter fits it is told.
    void look(const QString& folder, const QString& modelFolder);

  Q_SIGNALS:
    void looked(const dsm::RunReturnLook& look);

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
