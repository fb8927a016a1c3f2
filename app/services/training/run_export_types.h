// What can be taken out of a run's folder, and what that will take.
#pragma once

#include <QString>

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

}  // namespace dsm
