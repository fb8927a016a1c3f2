// RunCurves: the numbers of one run, as charts and a summary want them.
//
// What was read once is not read again: a run of 100,000 steps costs a refresh no more than its new
// steps. Where a resumed run goes back, so do its curves.
//
// Ownership  Borrows the service.
// Threads    Main thread.
#pragma once

#include <QHash>
#include <QObject>
#include <QPointF>
#include <optional>
#include <vector>

#include "app/services/training/training_service.h"

namespace dsm {

enum class RunAxis { Step, Epoch, Time };  // Time in minutes of work, pauses left out

class RunCurves : public QObject {
    Q_OBJECT

  public:
    RunCurves(TrainingService& training, qint64 id, QObject* parent = nullptr);

    qint64 id() const { return id_; }
    const QList<TrainingPoint>& of(const QString& name);
    // Over the axis; steps of which its number is not known are left out.
    std::vector<QPointF> points(const QString& name, RunAxis axis);

    std::optional<double> last(const QString& name);
    double tokens();       // trained until now
    double workSeconds();  // pauses left out
    // By the pace of the last steps, and so right at once after a pause; none before two steps and
    // where nothing is left.
    std::optional<double> secondsLeft();

  private:
    void cut(qint64 step);
    std::vector<QPointF> pointsBy(const QString& name, const QString& place, double unit);

    TrainingService& training_;
    const qint64 id_;
    QHash<QString, QList<TrainingPoint>> series_;
};

}  // namespace dsm
