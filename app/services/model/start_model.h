// Start model: which model a start of the program loads, and what the user is told of that choice.
//
// Threads  Main thread.
#pragma once

#include <QString>

#include "app/services/model/model_types.h"

namespace dsm {

struct StartModel {
    ModelLoadChoices choices;  // folder "" when there is none at all
    QString notice;            // "" when there is nothing to say
    bool standsIn = false;     // for the last model, which is not there now and not forgotten
};

// `askedFolder` (from the command line) wins; then the last model, unless it crashed the last
// start; then the demo model.
StartModel chooseStartModel(const QString& askedFolder, const QString& lastFolder,
                            const QString& crashedFolder, const QString& demoFolder);

}  // namespace dsm
