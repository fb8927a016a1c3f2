// RunWorkCard: a card that does something slow with what a run has made: what is chosen of the run,
// what is done with it, the button that begins and stops it, how far it is, and what is said of it.
//
// Who derives from it places the parts that makeChoices() does not.
//
// Ownership  Borrows the parts.
// Threads    Main thread.
#pragma once

#include "finetune_ui/cards/form_card.h"
#include "finetune_ui/run/run_parts.h"

class QComboBox;
class QProgressBar;
class QPushButton;

namespace dsm {

class RunWorkCard : public FormCard {
    Q_OBJECT

  public:
    QComboBox* subject() const { return subject_; }
    QPushButton* button() const { return button_; }

  protected:
    // By which they are found.
    struct Names {
        QString subject;
        QString choice;
        QString button;
    };

    RunWorkCard(const RunParts& parts, const Names& names, QWidget* parent);

    QWidget* makeLabelled(QLabel* label, QWidget* box);  // the box below its label
    QWidget* makeChoices();                              // both boxes
    void showShare(double share);

    RunParts parts_;
    TrainingJob job_;
    QLabel* subjectLabel_;
    QComboBox* subject_;
    QLabel* choiceLabel_;
    QComboBox* choice_;
    QPushButton* button_;
    QProgressBar* progress_;
    QLabel* said_;
};

}  // namespace dsm
