// RunsList: the runs there are, the newest first, with their state and what can be done with them.
//
// Ownership  Borrows the service and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <vector>

#include "app/services/training/training_service.h"
#include "finetune_ui/form_card.h"

class QPushButton;
class QVBoxLayout;

namespace dsm {

class IconButton;
class Meter;

class RunRow : public Card {
    Q_OBJECT

  public:
    RunRow(TrainingService& training, const Theme& theme, QWidget* parent = nullptr);

    void setJob(const TrainingJob& job);
    qint64 id() const { return job_.id; }

  private:
    void applyTheme();

    TrainingService& training_;
    TrainingJob job_;
    QLabel* name_;
    QLabel* state_;
    Meter* meter_;
    QPushButton* action_;
    IconButton* remove_;
};

class RunsList : public QWidget {
    Q_OBJECT

  public:
    RunsList(TrainingService& training, const Theme& theme, QWidget* parent = nullptr);

    const std::vector<RunRow*>& rows() const { return rows_; }

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void showNow();

    TrainingService& training_;
    const Theme& theme_;
    QLabel* none_;
    QVBoxLayout* list_;
    std::vector<RunRow*> rows_;
};

}  // namespace dsm
