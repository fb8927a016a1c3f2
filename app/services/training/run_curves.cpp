#include "app/services/training/run_curves.h"

#include <algorithm>

namespace dsm {
namespace {

const QString kSeconds = QStringLiteral("run/seconds");
const QString kEpoch = QStringLiteral("train/epoch");
constexpr qsizetype kPaceSteps = 30;
constexpr double kSecondsPerMinute = 60;

QList<TrainingPoint>::const_iterator firstAfter(const QList<TrainingPoint>& points, qint64 step) {
    return std::upper_bound(
        points.begin(), points.end(), step,
        [](qint64 wanted, const TrainingPoint& point) { return wanted < point.step; });
}

}  // namespace

RunCurves::RunCurves(TrainingService& training, qint64 id, QObject* parent)
    : QObject(parent), training_(training), id_(id) {
    connect(&training, &TrainingService::wentBack, this, [this](qint64 job, qint64 step) {
        if (job == id_) cut(step);
    });
}

void RunCurves::cut(qint64 step) {
    for (QList<TrainingPoint>& points : series_)
        points.erase(firstAfter(points, step), points.cend());
}

const QList<TrainingPoint>& RunCurves::of(const QString& name) {
    QList<TrainingPoint>& points = series_[name];
    points.append(training_.metric(id_, name, points.isEmpty() ? -1 : points.last().step));
    return points;
}

std::vector<QPointF> RunCurves::pointsBy(const QString& name, const QString& place, double unit) {
    const QList<TrainingPoint> values = of(name);
    const QList<TrainingPoint>& places = of(place);
    std::vector<QPointF> points;
    points.reserve(static_cast<std::size_t>(values.size()));
    auto at = places.begin();
    for (const TrainingPoint& value : values) {
        while (at != places.end() && at->step < value.step)
            ++at;
        if (value.step == 0) points.emplace_back(0, value.value);
        if (value.step > 0 && at != places.end() && at->step == value.step)
            points.emplace_back(at->value / unit, value.value);
    }
    return points;
}

std::vector<QPointF> RunCurves::points(const QString& name, RunAxis axis) {
    if (axis == RunAxis::Epoch) return pointsBy(name, kEpoch, 1);
    if (axis == RunAxis::Time) return pointsBy(name, kSeconds, kSecondsPerMinute);
    std::vector<QPointF> points;
    for (const TrainingPoint& value : of(name))
        points.emplace_back(static_cast<double>(value.step), value.value);
    return points;
}

std::optional<double> RunCurves::last(const QString& name) {
    const QList<TrainingPoint>& points = of(name);
    if (points.isEmpty()) return std::nullopt;
    return points.last().value;
}

double RunCurves::tokens() {
    double sum = 0;
    for (const TrainingPoint& point : of(QStringLiteral("train/tokens")))
        sum += point.value;
    return sum;
}

double RunCurves::workSeconds() {
    return last(kSeconds).value_or(0);
}

std::optional<double> RunCurves::secondsLeft() {
    const QList<TrainingPoint>& times = of(kSeconds);
    const TrainingJob job = training_.job(id_);
    if (times.size() < 2 || job.totalSteps == 0 || job.step >= job.totalSteps) return std::nullopt;
    const TrainingPoint& end = times.last();
    const TrainingPoint& begin = times[std::max<qsizetype>(0, times.size() - 1 - kPaceSteps)];
    if (end.step <= begin.step) return std::nullopt;
    const double perStep = (end.value - begin.value) / static_cast<double>(end.step - begin.step);
    return perStep * static_cast<double>(job.totalSteps - end.step);
}

}  // namespace dsm
