// What can be taken out of a run's folder, and what that will take.
#pragma once

#include <QString>

#include "app/services/program/reason_shown.h"

namespace dsm {

enum class RunExportKind {
    Adapter,   // adapter_config.json and adapter_model.safetensors
    Model,     // a whole one in 16 bits: the base with the adapter worked in, or what was trained
    Converted  // the same in the types of a preset
};

struct RunExportTask {
    RunExportKind kind = RunExportKind::Adapter;
    QString adapterFolder;  // "": of a whole model that was trained
    QString modelFolder;    // the base, or that model; in 16 bits but for an adapter's export
    QString preset;         // of Converted: a name of engine/model/checkpoint/preset.h
    QString out;            // the folder to make
    QString note;           // of Adapter: kept beside it, in kAdapterNoteName; "": none
};

// What an export will take.
struct RunExportPlan {
    quint64 resultBytes = 0;
    quint64 neededBytes = 0;     // at one time, while it is made
    quint64 convertedBytes = 0;  // of the model that is converted; 0: none is
    qint64 freeBytes = -1;       // where it goes; -1: not known
    double seconds = 0;          // from the speed of the disks, which is measured; 0: not known
    ReasonShown problem;         // why it cannot be made; empty: it can
};

}  // namespace dsm
