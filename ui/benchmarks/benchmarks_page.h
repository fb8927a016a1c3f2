// BenchmarksPage: what was published of the model, what models on this computer reach, and what is
// done with that: begin a benchmark, go on, look at answers, compare two, remove.
//
// Ownership  Borrows the parts.
// Threads    Main thread.
#pragma once

#include "ui/benchmarks/benchmark_form.h"
#include "ui/widgets/banner.h"

class QListWidget;
class QShortcut;

namespace dsm {

class BenchmarkTable;
class PageHeader;
class PageScroll;
class Toast;

class BenchmarksPage : public QWidget {
    Q_OBJECT

  public:
    explicit BenchmarksPage(const BenchmarkParts& parts, QWidget* parent = nullptr);

    // Shows the way back to a hidden sidebar.
    void setSidebarHidden(bool isHidden);
    // Where the keyboard goes when the page is shown.
    QWidget* firstControl() const;
    // Shows what a removal was, with a way back.
    void setToast(Toast* toast) { toast_ = toast; }

    BenchmarkTable* table() const { return table_; }
    BenchmarkForm* form() const { return form_; }
    QListWidget* list() const { return list_; }
    QPushButton* answersButton() const { return answers_; }
    QPushButton* resumeButton() const { return resume_; }
    QPushButton* compareButton() const { return compare_; }
    QPushButton* removeButton() const { return remove_; }
    Banner* banner() const { return banner_; }
    QString said() const;

  Q_SIGNALS:
    void backRequested();  // Escape
    void sidebarRequested();
    void newChatRequested();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void makeLayout();
    void makeConnections();
    void applyTheme();
    void retranslate();
    void showRuns();
    void showChosen();
    QList<BenchmarkRunInfo> chosen() const;  // oldest first
    void showAnswers();
    void compareChosen();
    void removeChosen();

    BenchmarkParts parts_;
    QList<BenchmarkRunInfo> runs_;
    PageHeader* header_;
    Banner* banner_;
    PageScroll* scroll_;
    QLabel* told_;
    BenchmarkTable* table_;
    QListWidget* list_;
    QPushButton* answers_;
    QPushButton* resume_;
    QPushButton* compare_;
    QPushButton* remove_;
    QLabel* said_;
    BenchmarkForm* form_;
    QShortcut* back_;
    Toast* toast_ = nullptr;
};

}  // namespace dsm
