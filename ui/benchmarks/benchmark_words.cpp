#include "ui/benchmarks/benchmark_words.h"

#include <QCoreApplication>
#include <QLocale>
#include <chrono>
#include <cmath>

#include "app/services/benchmarks/benchmark_service.h"
#include "ui/words/message_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

struct BenchmarkWords {
    Q_DECLARE_TR_FUNCTIONS(BenchmarkWords)
};

QString points(double share) {
    return QLocale().toString(share * 100, 'f', 1);
}

}  // namespace

QString presentFigure(const BenchmarkFigure& figure) {
    const QLocale locale;
    if (!figure.isShare) {
        const QString value = locale.toString(figure.value, 'f', 3);
        return figure.error < 0
                   ? value
                   : QStringLiteral("%1 ± %2").arg(value, locale.toString(figure.error, 'f', 3));
    }
    if (figure.error < 0) return BenchmarkWords::tr("%1 %").arg(points(figure.value));
    return BenchmarkWords::tr("%1 % ± %2 %").arg(points(figure.value), points(figure.error));
}

QString presentFigures(const BenchmarkRunInfo& run) {
    QStringList lines;
    for (const BenchmarkFigure& figure : run.figures)
        lines.append(QStringLiteral("%1: %2").arg(figure.name, presentFigure(figure)));
    if (run.seconds > 0 && run.answered > 0)
        lines.append(
            BenchmarkWords::tr("%1 questions a second")
                .arg(QLocale().toString(static_cast<double>(run.answered) / run.seconds, 'g', 3)));
    return lines.join(QStringLiteral("; "));
}

QString presentCell(const BenchmarkRunInfo& run) {
    using State = BenchmarkRunInfo::State;
    const QString figure = run.figures.isEmpty() ? QString() : presentFigure(run.figures.first());
    if (run.state == State::Finished)
        return figure.isEmpty() ? BenchmarkWords::tr("written, not judged") : figure;
    if (run.state == State::Failed && run.answered == 0) return BenchmarkWords::tr("failed");
    const QString far = BenchmarkWords::tr("%1 of %2").arg(run.answered).arg(run.questions);
    return figure.isEmpty() ? far : QStringLiteral("%1 (%2)").arg(figure, far);
}

QString presentAsked(const BenchmarkRunInfo& run) {
    QStringList parts{presentModelName(run.model)};
    if (!run.format.isEmpty()) parts.append(run.format);
    if (!run.adapter.isEmpty()) parts.append(run.adapter);
    return parts.join(QStringLiteral(" · "));
}

QString presentRun(const BenchmarkRunInfo& run) {
    return BenchmarkWords::tr("%1, %2-shot: %3 · %4 · %5")
        .arg(BenchmarkService::task(run.task).title)
        .arg(run.shots)
        .arg(presentAsked(run), QLocale().toString(run.made, QLocale::ShortFormat),
             presentCell(run));
}

QString presentJudgement(Judgement judgement) {
    switch (judgement) {
        case Judgement::Right:
            return BenchmarkWords::tr("right");
        case Judgement::Wrong:
            return BenchmarkWords::tr("wrong");
        case Judgement::None:
            break;
    }
    return BenchmarkWords::tr("not judged");
}

QString presentComparison(const BenchmarkRunInfo& first, const BenchmarkRunInfo& second,
                          const BenchmarkCompared& compared) {
    const QString change = points(std::abs(compared.difference));
    const QString beginning =
        compared.difference < 0
            ? BenchmarkWords::tr("%1 costs %2 ± %3 points against %4.")
                  .arg(presentAsked(second), change, points(compared.error), presentAsked(first))
            : BenchmarkWords::tr("%1 has %2 ± %3 points more than %4.")
                  .arg(presentAsked(second), change, points(compared.error), presentAsked(first));
    return beginning + QLatin1Char(' ') +
           BenchmarkWords::tr(
               "Of %1 questions %2 are right only there, %3 only here; by chance alone "
               "they would fall so unevenly with a probability of %4 (McNemar).")
               .arg(compared.questions)
               .arg(compared.onlyFirst)
               .arg(compared.onlySecond)
               .arg(QLocale().toString(compared.chance, 'g', 2));
}

QString presentLeft(double seconds) {
    return presentTime(std::chrono::seconds(std::lround(seconds)));
}

}  // namespace dsm
