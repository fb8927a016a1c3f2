// FormMemories: what a run would need over each form of a base model, asked one after the other.
//
// Threads  Main thread.
#pragma once

#include <QJsonObject>
#include <QObject>
#include <QStringList>

#include "app/services/training/job/run_forecast.h"

namespace dsm {

class FormMemories : public QObject {
    Q_OBJECT

  public:
    // Where a GPU would train, it is the one that `like` knows.
    explicit FormMemories(const RunForecast& like, QObject* parent = nullptr);

    // told() follows for each folder of weights that can be read; what was asked before is not
    // answered any more.
    void ask(const QJsonObject& job, const QStringList& folders);

  Q_SIGNALS:
    void told(const QString& folder, const dsm::RunMemory& memory);

  private:
    void askNext();

    RunForecast forecast_;
    QJsonObject job_;
    QStringList waiting_;
    QString asked_;
};

}  // namespace dsm
