// BaseModelCard: which model learns, and in which of its forms; what a run would need of the memory
// over each of them.
//
// It reads and writes of the draft: model.
//
// Ownership  Borrows the draft, the library and the theme.
// Threads    Main thread.
#pragma once

#include <QHash>

#include "app/services/library/model_library.h"
#include "app/services/training/job/job_draft.h"
#include "app/services/training/job/run_forecast.h"
#include "finetune_ui/cards/form_card.h"

class QBoxLayout;
class QComboBox;

namespace dsm {

class FormMemories;

// The key of a job that says which model.
inline const QString kModelKey = QStringLiteral("model");

class BaseModelCard : public FormCard {
    Q_OBJECT

  public:
    BaseModelCard(JobDraft& job, ModelLibrary& library, const RunForecast& forecast,
                  const Theme& theme, QWidget* parent = nullptr);

    LibraryModel chosen() const;  // folder "": none that is here
    // The form that the preset is meant for, "": any. `isToChoose`: it is chosen, where it is here.
    void setWantedForm(const QString& form, bool isToChoose);
    // What learning would take over each form; the job may lack the model.
    void askMemory(const QJsonObject& job);
    void showModels();

    QComboBox* models() const { return models_; }
    QComboBox* forms() const { return forms_; }

  Q_SIGNALS:
    void modelsShown();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void makeLayout();
    void arrange();
    void retranslate();
    void chooseModel(const QString& folder);
    void takeChange(const QString& key);
    void showForms();
    void showNote();
    QString textOf(const ModelForm& form) const;
    QString folder() const;  // of the chosen form

    JobDraft& job_;
    ModelLibrary& library_;
    QComboBox* models_;
    QComboBox* forms_;
    QBoxLayout* boxes_;
    QLabel* note_;
    FormMemories* memories_;
    QHash<QString, RunMemory> told_;  // by the form's folder
    QString wantedForm_;
};

}  // namespace dsm
