// RunRowsCard: the rows that the last evaluation of a run found hardest and easiest, as
// conversations, each with its loss.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include "app/services/training/results/run_rows.h"
#include "finetune_ui/cards/form_card.h"

namespace dsm {

class RunRowsCard : public FormCard {
    Q_OBJECT

  public:
    explicit RunRowsCard(const Theme& theme, QWidget* parent = nullptr);

    void setRows(const EvaluatedRowsShown& rows);
    const EvaluatedRowsShown& rows() const { return rows_; }

  private:
    void showRows();
    void addPart(const QString& title, const QList<EvaluatedRowShown>& rows);

    EvaluatedRowsShown rows_;
    QWidget* list_ = nullptr;
};

}  // namespace dsm
