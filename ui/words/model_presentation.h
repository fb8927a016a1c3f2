// How models, their forms and conversions are worded for the reader.
//
// Threads  Main thread (translations).
#pragma once

#include <QString>
#include <chrono>

#include "app/services/library/conversion_service.h"
#include "app/services/library/model_library.h"
#include "ui/widgets/pill.h"

namespace dsm {

struct ModelStatus;

// Sizes in units of a thousand, as disks are sold.
QString presentBytes(quint64 bytes);
QString presentTime(std::chrono::seconds time);

QString presentPreset(const QString& preset);         // "8 bits"
QString presentPresetPurpose(const QString& preset);  // what it is good for

struct FitWording {
    Pill::Tone tone;
    QString text;
    QString explanation;  // with the numbers
};
FitWording presentFit(const ModelForm& form, const LibraryModel& model,
                      const ComputerMemory& memory);

struct KindWording {
    Pill::Tone tone;
    QString text;
    QString explanation;
};
KindWording presentKind(const LibraryModel& model);

QString presentSizes(const LibraryModel& model);  // parameters and context
QString presentMemory(const ComputerMemory& memory);
// How far a conversion is, and how fast; "" where there is nothing to say.
QString presentProgress(const Conversion& conversion);

// What computes the loaded model: "CPU, 2 threads".
QString presentBackend(const ModelStatus& status);

// Whether a model is loaded or loading, and from this folder.
bool isFolderOf(const ModelStatus& status, const QString& folder);

}  // namespace dsm
