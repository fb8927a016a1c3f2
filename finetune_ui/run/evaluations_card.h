// EvaluationsCard: the base model of a run, its result or a checkpoint, measured on a file of
// examples, and what was measured before.
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

class SettingsTable;

class EvaluationsCard : public FormCard {
    Q_OBJECT

  public:
    explicit EvaluationsCard(const RunParts& parts, QWidget* parent = nullptr);

    void setRun(qint64 id);
    void refresh();  // the run has changed
    // As chosen in the file dialog.
    void useFile(const QString& file);

    QComboBox* subject() const { return subject_; }
    QComboBox* data() const { return data_; }
    QPushButton* button() const { return button_; }
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

    RunParts parts_;
    TrainingJob job_;
    QLabel* subjectLabel_;
    QComboBox* subject_;
    QLabel* dataLabel_;
    QComboBox* data_;
    QPushButton* button_;
    QProgressBar* progress_;
    QLabel* said_;
    SettingsTable* table_;
    QString otherFile_;  // that was chosen; "": none
    QString problem_;
    QString step_;  // of the evaluation that runs
};

}  // namespace dsm
