// What of a run can be evaluated, exported or kept: its result, and how it was after a step.
//
// Threads  Main thread.
#pragma once

#include <QString>

#include "app/services/training/training_types.h"

class QComboBox;

namespace dsm {

// Fills the box anew and keeps what was chosen, where it is still there. Each item's data is the
// adapter's folder; "" is the base model, the last where it is wanted.
void listSubjects(QComboBox& box, const TrainingJob& job, bool withBase);

}  // namespace dsm
