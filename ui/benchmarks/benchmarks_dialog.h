// BenchmarksDialog: what was published of the model, what models on this computer reach, and what is
// done with that: begin a benchmark, go on, look at answers, compare two, remove.
//
// Ownership  Borrows the parts.
// Threads    Main thread.
#pragma once

#include "ui/benchmarks/benchmark_form.h"
#include "ui/widgets/scroll_dialog.h"

class QListWidget;

namespace dsm {

class BenchmarkTable;
class Toast;

class BenchmarksDialog : public ScrollDialog {
    Q_OBJECT

  public:
    explicit BenchmarksDialog(const BenchmarkParts& parts, QWidget* parent = nullptr);

    BenchmarkTable* table() const { return table_; }
    BenchmarkForm* form() const { return form_; }
    QListWidget* list() const { return list_; }
    QPushButton* answersButton() const { return answers_; }
    QPushButton* resumeButton() const { return resume_; }
    QPushButton* compareButton() const { return compare_; }
    QPushButton* removeButton() const { return remove_; }
    Toast* toast() const { return toast_; }
    QString said() const;

  private:
    void makeLayout();
    void makeConnections();
    void showRuns();
    void showChosen();
    QList<BenchmarkRunInfo> chosen() const;  // oldest first
    void showAnswers();
    void compareChosen();
    void removeChosen();

    BenchmarkParts parts_;
    QList<BenchmarkRunInfo> runs_;
    QLabel* told_;
    BenchmarkTable* table_;
    QListWidget* list_;
    QPushButton* answers_;
    QPushButton* resume_;
    QPushButton* compare_;
    QPushButton* remove_;
    QLabel* said_;
    BenchmarkForm* form_;
    QPushButton* close_;
    Toast* toast_;
};

}  // namespace dsm
