// ModelEvaluations: a place of the page of runs, where what belongs to no run is evaluated.
//
// Ownership  Borrows the parts.
// Threads    Main thread.
#pragma once

#include <QWidget>

#include "finetune_ui/run/run_parts.h"

class QPushButton;

namespace dsm {

class ModelEvaluationCard;

class ModelEvaluations : public QWidget {
    Q_OBJECT

  public:
    explicit ModelEvaluations(const RunParts& parts, QWidget* parent = nullptr);

    ModelEvaluationCard* card() const { return card_; }

  Q_SIGNALS:
    void backWanted();

  private:
    QPushButton* back_;
    ModelEvaluationCard* card_;
};

}  // namespace dsm
