// RunExport: what a run has learned, taken out of its folder: as an adapter folder that PEFT reads,
// as a whole model (the base with the adapter worked in, or what was trained in full), or the same
// converted to fewer bits.
//
// Nothing stands half under the name that was asked for: it is made beside it under another name
// (".NAME.export") and renamed when it is whole; a stop or a failure takes it along, and what a
// power cut left of it goes with the next export to this name.
//
// Threads   Main thread. Looks and exports work on threads of its own; destroying the object stops
//           them and waits.
// Errors    failed() and RunExportPlan::problem carry sentences for people.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>

#include "app/services/training/results/run_export_types.h"

namespace dsm {

class RunExport : public QObject {
    Q_OBJECT

  public:
    explicit RunExport(QObject* parent = nullptr);
    ~RunExport() override;

    // Answers with planned(); a new question takes the place of the one before.
    void plan(const RunExportTask& task);
    // One at a time (CHECK).
    void start(const RunExportTask& task);
    void stop();
    bool isRunning() const;

    // Names of presets that a whole model can be converted to.
    static QStringList presets();

  Q_SIGNALS:
    void planned(const dsm::RunExportPlan& plan);
    void progressed(double share);
    void finished(const QString& folder);
    void failed(const dsm::ReasonShown& why);  // empty: it was stopped

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
