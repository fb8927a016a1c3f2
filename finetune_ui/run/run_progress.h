// RunProgress: how far a run is, how fast, and what is left.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include "app/services/training/run_curves.h"
#include "finetune_ui/cards/form_card.h"

class QGridLayout;
class QProgressBar;

namespace dsm {

class Pill;

class RunProgress : public FormCard {
    Q_OBJECT

  public:
    explicit RunProgress(const Theme& theme, QWidget* parent = nullptr);

    void showRun(const TrainingJob& job, RunCurves& curves);
    // What is said of a number: "" where it is not shown.
    QString figure(const QString& name) const;

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    struct Figure {
        QWidget* box;
        QLabel* title;
        QLabel* value;
        bool isShown = false;
    };

    void show(int place, const QString& title, const QString& value);
    void placeFigures();
    void applyTheme();

    Pill* state_;
    QLabel* step_;
    QProgressBar* meter_;
    QLabel* safety_;
    QGridLayout* grid_;
    QList<Figure> figures_;
};

}  // namespace dsm
