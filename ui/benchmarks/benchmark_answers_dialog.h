// BenchmarkAnswersDialog: the questions of a run one by one, each with its whole prompt, the scores and
// what is right.
//
// Ownership  Borrows the service.
// Threads    Main thread.
#pragma once

#include "app/services/benchmarks/benchmark_types.h"
#include "ui/widgets/scroll_dialog.h"

class QCheckBox;
class QListWidget;
class QPlainTextEdit;

namespace dsm {

class BenchmarkService;

class BenchmarkAnswersDialog : public ScrollDialog {
    Q_OBJECT

  public:
    BenchmarkAnswersDialog(BenchmarkService& benchmarks, const BenchmarkRunInfo& run,
                           QWidget* parent = nullptr);

    QListWidget* list() const { return list_; }
    QCheckBox* onlyWrong() const { return onlyWrong_; }
    QPlainTextEdit* text() const { return text_; }

  private:
    void fill();
    void showChosen();

    BenchmarkService& benchmarks_;
    const qint64 run_;
    QCheckBox* onlyWrong_;
    QListWidget* list_;
    QPlainTextEdit* text_;
};

}  // namespace dsm
