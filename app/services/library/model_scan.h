// What a model folder holds, found out from its small files and headers.
//
// For model_library.cpp only.
#pragma once

#include <QHash>
#include <QString>

#include "app/services/library/library_types.h"

namespace dsm {

// The context that models are loaded with, as in the settings.
struct ContextChoice {
    int tokens = 0;  // 0: the model's own
    bool in8Bits = false;
};

// Reads a folder. A model with a problem has no forms.
LibraryModel scanModel(const QString& folder, ModelOrigin origin, const ContextChoice& context);

// Whether its config.json is that of a model this program can run, of whatever size.
bool isOfOurArchitecture(const QString& folder);

// The forms that converting the model's first one can make, after those that are there.
// `converted` are models that were made from this one: their forms become its own.
void addForms(LibraryModel& model, const QList<LibraryModel>& converted,
              const ContextChoice& context);

// DeepSeekMoE 16B as it is published, in all forms it is offered in, before anything is there.
LibraryModel publishedModel(const ContextChoice& context);

}  // namespace dsm
