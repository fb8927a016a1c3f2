// FirstBatchCard: what the first step of a run was fed, token by token, with what was learned
// marked.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include "app/services/training/results/run_rows.h"
#include "finetune_ui/cards/form_card.h"

class QPushButton;

namespace dsm {

class FirstBatchCard : public FormCard {
    Q_OBJECT

  public:
    explicit FirstBatchCard(const Theme& theme, QWidget* parent = nullptr);

    void setBatch(const FedBatch& batch);
    const FedBatch& batch() const { return batch_; }
    QPushButton* allButton() const { return all_; }

  private:
    void showBatch();
    void showButton(qint64 samples);

    FedBatch batch_;
    bool isWhole_ = false;  // all samples are shown
    QWidget* list_ = nullptr;
    QPushButton* all_;
};

}  // namespace dsm
