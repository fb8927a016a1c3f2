// What the pages of runs work with.
#pragma once

#include <QList>
#include <QString>
#include <functional>

#include "app/services/training/results/evaluation_service.h"
#include "app/services/training/results/run_export.h"
#include "app/services/training/training_service.h"

namespace dsm {

class Theme;

// A model that runs can be over.
struct RunBase {
    QString name;
    QString folder;
};

struct RunParts {
    const Theme& theme;
    TrainingService& training;
    EvaluationService& evaluations;
    RunExport& exporter;
    QString adaptersFolder;  // where the chat's menu of adapters finds what is kept
    QString modelsFolder;    // where the list of models finds what is kept
    std::function<QList<RunBase>()> bases = {};  // that are on this computer
};

}  // namespace dsm
