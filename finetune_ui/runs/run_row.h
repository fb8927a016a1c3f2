// RunRow: one run in the list: its name, state and course, and the mark to compare it by.
//
// Ownership  Borrows the parts.
// Threads    Main thread.
#pragma once

#include "app/services/training/run_curves.h"
#include "finetune_ui/run/run_parts.h"
#include "ui/widgets/card.h"

class QCheckBox;
class QProgressBar;
class QPushButton;

namespace dsm {

class Pill;
class Sparkline;

class RunRow : public Card {
    Q_OBJECT

  public:
    RunRow(const RunParts& parts, qint64 id, QWidget* parent = nullptr);

    qint64 id() const { return curves_.id(); }
    void showRun();
    bool isChosen() const;
    QPushButton* nameButton() const { return name_; }
    QCheckBox* choice() const { return choice_; }
    QString said() const;  // all its words

  Q_SIGNALS:
    void opened(qint64 id);
    void chosen();

  protected:
    void mouseReleaseEvent(QMouseEvent* event) override;

  private:
    void makeLayout();
    void applyTheme();
    QString results();

    const RunParts parts_;
    TrainingService& training_;
    RunCurves curves_;
    QCheckBox* choice_;
    QPushButton* name_;
    Pill* state_;
    QLabel* made_;
    QLabel* result_;
    QProgressBar* meter_;
    Sparkline* line_;
};

}  // namespace dsm
