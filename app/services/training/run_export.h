// RunExport: what a run has learnt, taken out of its folder: as an adapter folder that PEFT reads, as
// the base model with the adapter worked in, or the same converted to fewer bits.
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

namespace dsm {

enum class RunExportKind {
    Adapter,   // adapter_config.json and adapter_model.safetensors
    Merged,    // the base model with the adapter worked in, in 16 bits
    Converted  // and then converted to a preset
};

struct RunExportTask {
    RunExportKind kind = RunExportKind::Adapter;
    QString adapterFolder;
    QString modelFolder;  // the base, in 16 bits where it is merged
    QString preset;       // of Converted: a name of engine/model/checkpoint/preset.h
    QString out;          // the folder to make
    QString note;         // of Adapter: kept beside it, in kAdapterNoteName; "": none
};

// What an export will take.
struct RunExportPlan {
    quint64 resultBytes = 0;
    quint64 neededBytes = 0;  // at one time, while it is made
    qint64 freeBytes = -1;    // where it goes; -1: not known
    double seconds = 0;       // from the speed of the disks, which is measured; 0: not known
    QString problem;          // why it cannot be made; "": it can
};

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

    // Names of presets that a merged model can be converted to.
    static QStringList presets();

  Q_SIGNALS:
    void planned(const dsm::RunExportPlan& plan);
    void progressed(double share);
    void finished(const QString& folder);
    void failed(const QString& why);  // "": it was stopped

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
