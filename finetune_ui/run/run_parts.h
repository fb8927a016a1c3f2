// What the pages of runs work with.
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>
#include <functional>

#include "app/services/model/adapter_library.h"
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
    std::function<QList<RunBase>()> bases = {};         // that are on this computer
    std::function<QList<AdapterInfo>()> adapters = {};  // that the chat's menu has
    std::function<QJsonObject()> prepared = {};  // settings of the run that is being prepared

    // Of the base of a run: as the list of models has it, else of its folder.
    QString baseName(const QJsonObject& settings) const;
    // The run's settings with that name, to be shown.
    QJsonObject shownSettings(const TrainingJob& job) const;
};

}  // namespace dsm
