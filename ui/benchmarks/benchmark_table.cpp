#include "ui/benchmarks/benchmark_table.h"

#include <QHeaderView>
#include <QLocale>

#include "app/services/benchmarks/benchmark_service.h"
#include "app/services/benchmarks/published_results.h"
#include "ui/benchmarks/benchmark_words.h"
#include "ui/widgets/language_change.h"

namespace dsm {
namespace {

QTableWidgetItem* cellOf(const QString& text) {
    auto* cell = new QTableWidgetItem(text);
    cell->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    return cell;
}

QString publishedText(double percent) {
    return percent < 0 ? QStringLiteral("–") : QLocale().toString(percent, 'f', 1);
}

// Runs of one column have been made of the same model in the same way.
QString columnOf(const BenchmarkRunInfo& run) {
    return QStringList{run.model, run.format, run.adapter, run.machine}.join(QChar(0));
}

}  // namespace

BenchmarkTable::BenchmarkTable(QWidget* parent) : QTableWidget(parent) {
    setObjectName(QStringLiteral("benchmarkTable"));
    setProperty("kind", QStringLiteral("field"));
    setShowGrid(false);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setTabKeyNavigation(false);
    verticalHeader()->hide();
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    onLanguageChange(this, [this] { retranslate(); });
    retranslate();
}

QSize BenchmarkTable::sizeHint() const {
    constexpr QSize kRoom{780, 340};
    return kRoom;
}

void BenchmarkTable::retranslate() {
    setAccessibleName(tr("Results of benchmarks"));
    showRuns(QList<BenchmarkRunInfo>(runs_));
}

void BenchmarkTable::showRuns(const QList<BenchmarkRunInfo>& runs) {
    runs_ = runs;
    QStringList columns;
    QStringList heads{tr("Benchmark"), tr("Base 16B, published"), tr("Chat 16B, published")};
    for (const BenchmarkRunInfo& run : runs) {
        if (columns.contains(columnOf(run))) continue;
        columns.append(columnOf(run));
        QString head = presentAsked(run);
        if (!run.machine.isEmpty()) head += QLatin1Char('\n') + run.machine;
        heads.append(head);
    }
    clear();
    setColumnCount(static_cast<int>(heads.size()));
    setHorizontalHeaderLabels(heads);
    fillPublished();
    const QList<BenchmarkTask> tasks = BenchmarkService::tasks();
    // The newest last, so that it is the one that stays.
    for (const BenchmarkRunInfo& run : runs) {
        for (int row = 0; row < rowCount(); ++row) {
            if (tasks.at(row).name != run.task) continue;
            const auto column = columns.indexOf(columnOf(run)) + kPublishedColumns;
            setItem(row, static_cast<int>(column), cellOf(presentCell(run)));
        }
    }
    resizeColumnsToContents();
}

void BenchmarkTable::fillPublished() {
    const QList<BenchmarkTask> tasks = BenchmarkService::tasks();
    setRowCount(static_cast<int>(tasks.size()));
    for (int row = 0; row < rowCount(); ++row) {
        const PublishedResult published = publishedResult(tasks.at(row).name);
        setItem(row, 0, cellOf(tasks.at(row).title));
        setItem(row, 1, cellOf(publishedText(published.base)));
        setItem(row, 2, cellOf(publishedText(published.chat)));
    }
}

}  // namespace dsm
