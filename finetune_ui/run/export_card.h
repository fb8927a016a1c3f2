// ExportCard: what a run has learned, kept under a name in the chat's menu or among the models, or
// exported: as an adapter, as a whole model, or that converted; space and time are said first.
//
// Ownership  Borrows the parts.
// Threads    Main thread.
#pragma once

#include <QHash>
#include <optional>

#include "finetune_ui/run/run_subjects.h"
#include "finetune_ui/run/run_work_card.h"

namespace dsm {

class ExportCard : public RunWorkCard {
    Q_OBJECT

  public:
    explicit ExportCard(const RunParts& parts, QWidget* parent = nullptr);

    void setRun(qint64 id);
    void refresh();  // the run has changed
    // The folder below which the export goes.
    void exportBelow(const QString& folder);
    void askToKeep();

    QComboBox* form() const { return choice_; }
    QPushButton* placeButton() const { return place_; }
    QPushButton* keepButton() const { return keep_; }
    QString said() const;

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void makeLayout();
    void makeConnections();
    void listForms();
    void showSubject();
    RunSubject subjectChosen() const { return subjectIn(*subject_, job_); }
    RunExportTask task() const;
    QString suggestedName() const;
    QString keptFolder() const;
    void ask();
    void start();
    void keep(const QString& name, const QString& note);
    void showState();
    QString planText() const;
    void retranslate();

    QString folder_;  // below which it goes
    QLabel* out_;
    QPushButton* place_;
    QPushButton* keep_;
    std::optional<RunExportPlan> plan_;
    QString done_;          // what has become of the last one; "": nothing yet
    qint64 exported_ = 0;   // the run of the export that is under way
    QString keptSaid_;      // of what is being kept, when it is; "": it is exported
    bool isModel_ = false;  // what is chosen is a whole one
    // By run: what was typed to keep it, until it is kept.
    struct Typed {
        QString name;
        QString note;
    };
    QHash<qint64, Typed> unkept_;
};

}  // namespace dsm
