// What a model folder holds, found out from its small files and headers.
//
// For model_library.cpp only.
#pragma once

#include <QHash>
#include <QString>

#include "app/services/model_library.h"

namespace dsm {

// Reads a folder. A model with a problem has no forms. `askedContext` as in the settings: 0 is the
// model's own.
LibraryModel scanModel(const QString& folder, ModelOrigin origin, int askedContext);

// The forms that converting the model's first one can make, after those that are there.
// `converted` are models that were made from this one: their forms become its own.
void addForms(LibraryModel& model, const QList<LibraryModel>& converted, int askedContext);

// DeepSeekMoE 16B as it is published, in all forms it is offered in, before anything is there.
LibraryModel publishedModel(int askedContext);

// The fit of a form on a computer.
MemoryFit fitOf(const ModelForm& form, const ComputerMemory& memory);

}  // namespace dsm
