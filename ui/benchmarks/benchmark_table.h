// BenchmarkTable: a row for each benchmark; what was published, and beside it a column for each model,
// format and adapter that was asked on this computer, with its newest run of each benchmark.
//
// Threads  Main thread.
#pragma once

#include <QTableWidget>

#include "app/services/benchmarks/benchmark_types.h"

namespace dsm {

class BenchmarkTable : public QTableWidget {
    Q_OBJECT

  public:
    explicit BenchmarkTable(QWidget* parent = nullptr);

    static constexpr int kPublishedColumns = 3;  // with the benchmark's name

    void showRuns(const QList<BenchmarkRunInfo>& runs);
    // Room for a few columns of one's own.
    QSize sizeHint() const override;

  private:
    void fillPublished();
    void retranslate();

    QList<BenchmarkRunInfo> runs_;
};

}  // namespace dsm
