// EvaluationsCard: the base model of a run, its result or a checkpoint, measured on a file of
// examples, and what was measured before.
//
// Ownership  Borrows the parts.
// Threads    Main thread.
#pragma once

#include "finetune_ui/run/run_work_card.h"

namespace dsm {

class SettingsTable;

class EvaluationsCard : public RunWorkCard {
    Q_OBJECT

  public:
    explicit EvaluationsCard(const RunParts& parts, QWidget* parent = nullptr);

    void setRun(qint64 id);
    void refresh();  // the run has changed
    // As chosen in the file dialog.
    void useFile(const QString& file);

    QComboBox* data() const { return choice_; }
    SettingsTable* table() const { return table_; }
    QString said() const;

  private:
    void makeLayout();
    void makeConnections();
    void listData();
    void start();
    void showState();
    void showResults();
    void retranslate();
    bool isOurs() const;  // what is being evaluated is of this run

    SettingsTable* table_;
    QString otherFile_;  // that was chosen; "": none
    QString problem_;
    QString step_;  // of the evaluation that runs
};

}  // namespace dsm
