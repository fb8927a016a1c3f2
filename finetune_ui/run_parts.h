// What the pages of runs work with.
#pragma once

#include <QString>

#include "app/services/training/evaluation_service.h"
#include "app/services/training/run_export.h"
#include "app/services/training/training_service.h"

namespace dsm {

class Theme;

struct RunParts {
    const Theme& theme;
    TrainingService& training;
    EvaluationService& evaluations;
    RunExport& exporter;
    QString adaptersFolder;  // where the chat's menu of adapters finds what is kept
};

}  // namespace dsm
