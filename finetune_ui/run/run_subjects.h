// What of a run can be evaluated, exported, kept or tried: its result, and how it was after a step.
//
// Threads  Main thread.
#pragma once

#include <QString>

#include "app/services/training/results/run_files.h"
#include "app/services/training/training_types.h"
#include "ui/widgets/window_page.h"

class QComboBox;

namespace dsm {

// An adapter over its base, or a whole model.
struct RunSubject {
    QString adapterFolder;  // "": none
    QString modelFolder;    // the base of the adapter, else what is meant
    bool isModel = false;   // a whole one that was trained
};

RunSubject subjectOf(const RunResult& result, const TrainingJob& job);
// Of the run whose result or checkpoint lies there; empty where it is no run's.
WindowPage::Origin originOfResult(const QList<TrainingJob>& jobs, const QString& resultFolder);

// Fills the box anew and keeps what was chosen, where it is still there. The base model is the last
// where it is wanted, unless it is what was trained.
void listSubjects(QComboBox& box, const TrainingJob& job, bool withBase);
// By what it is kept, in no language, and how that is said; what an earlier version of the program
// kept is said as it is.
QString subjectKeyIn(const QComboBox& box);
QString presentSubject(const QString& key);
// What is chosen in it.
RunSubject subjectIn(const QComboBox& box, const TrainingJob& job);

}  // namespace dsm
