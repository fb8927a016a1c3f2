// EvaluationsCard: the base model of a run, its result or a checkpoint, measured on a file of
// examples, and what was measured before.
//
// Ownership  Borrows the parts.
// Threads    Main thread.
#pragma once

#include "finetune_ui/run/evaluation_card.h"

namespace dsm {

class EvaluationsCard : public EvaluationCard {
    Q_OBJECT

  public:
    explicit EvaluationsCard(const RunParts& parts, QWidget* parent = nullptr);

    void setRun(qint64 id);
    void refresh();  // the run has changed

  protected:
    EvaluationTask task() const override;
    QStringList chosenFiles() const override;
    void listOwnData() override;
    QString obstacle() const override;
    QList<EvaluationResult> results() const override;
    QStringList head() const override;
    QStringList cells(const EvaluationResult& result) const override;

  private:
    void retranslate();
};

}  // namespace dsm
