// EvaluationCard: something that is measured on a file of examples, and what was measured before.
//
// Who derives from it says what is measured, and lists on what.
//
// Ownership  Borrows the parts.
// Threads    Main thread.
#pragma once

#include <optional>

#include "finetune_ui/run/run_work_card.h"

class QVBoxLayout;

namespace dsm {

class SettingsTable;

class EvaluationCard : public RunWorkCard {
    Q_OBJECT

  public:
    // As chosen in the file dialog.
    void useFile(const QString& file);

    QComboBox* data() const { return choice_; }
    SettingsTable* table() const { return table_; }
    QString said() const;

  protected:
    EvaluationCard(const RunParts& parts, const Names& names, QWidget* parent);

    // What is measured, without its files.
    virtual EvaluationTask task() const = 0;
    // The files of what is chosen in the box of data; empty: what the run itself evaluates with.
    virtual QStringList chosenFiles() const = 0;
    // Adds to the empty box of data what comes before what its user chose.
    virtual void listOwnData() = 0;
    // Why nothing can be measured; "": it can.
    virtual QString obstacle() const = 0;
    virtual QList<EvaluationResult> results() const = 0;  // oldest first
    // The first columns of the table, which say what was measured.
    virtual QStringList head() const = 0;
    virtual QStringList cells(const EvaluationResult& result) const = 0;

    // Forgets what was said and chosen: what is measured is another thing now.
    void begin();
    void listData();
    void showState();
    void showResults();
    void retranslateWork();

    QVBoxLayout* choices_;  // for the boxes with their labels

  private:
    void makeLayout();
    void makeConnections();
    void chooseFile();
    void start();
    void takeFailure(const ReasonShown& why);
    bool isOurs() const;  // what is being evaluated is what this card shows

    SettingsTable* table_;
    QString otherFile_;  // that was chosen; "": none
    QString problem_;
    QList<EvaluationResult> unkept_;  // that could not be written: they stand here until it goes
    QString step_;                    // of the evaluation that runs
    std::optional<QString> asked_;    // the folder of the run that this card had evaluated last
};

}  // namespace dsm
