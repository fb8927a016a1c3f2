// ElsewhereCard: the run on another machine with several GPUs: where to, and what is typed there.
//
// Ownership  Borrows the services, the draft and the theme.
// Threads    Main thread.
#pragma once

#include "app/services/training/job/job_draft.h"
#include "app/services/training/job/job_export.h"
#include "finetune_ui/cards/form_card.h"

class QProgressBar;
class QPushButton;

namespace dsm {

class NumberField;

class ElsewhereCard : public FormCard {
    Q_OBJECT

  public:
    ElsewhereCard(JobDraft& job, JobExport& exporter, const Theme& theme,
                  QWidget* parent = nullptr);

    // Into a folder that is new or empty.
    void exportTo(const QString& folder);
    QString said() const;  // the outcome, or what went wrong

  private:
    void makeLayout();
    void retranslate();
    void chooseFolder();
    void showState();

    JobDraft& job_;
    JobExport& exporter_;
    QLabel* gpusLabel_;
    NumberField* gpus_;
    QLabel* machinesLabel_;
    NumberField* machines_;
    QPushButton* button_;
    QProgressBar* progress_;
    QLabel* said_;
    QLabel* commands_;
    QLabel* afterwards_;  // how the result comes back
    QString folder_;      // of what was exported; "": nothing yet
    qint64 examples_ = 0;
    QString problem_;
};

}  // namespace dsm
