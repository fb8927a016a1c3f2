// LibrarySignals: what the library of models tells, for itself and its inside.
//
// Threads  Main thread.
#pragma once

#include <QObject>
#include <QString>

#include "app/services/library/deletion_plan.h"

namespace dsm {

class LibrarySignals : public QObject {
    Q_OBJECT

  public:
    using QObject::QObject;

  Q_SIGNALS:
    void modelsChanged();
    void memoryChanged();  // amounts, and the fits of the models' forms
    void diskSpaceChanged();
    void deletionPlanned(const dsm::DeletionPlan& plan);
    void filesDeleted(qint64 id, const QString& folder);
    void failed(const QString& message);
};

}  // namespace dsm
