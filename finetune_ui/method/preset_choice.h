// PresetChoice: the preset that is chosen, fitted to the examples and to the base model as these
// become known. What a person changed of it stays.
//
// Ownership  Borrows the draft and the study.
// Threads    Main thread.
#pragma once

#include "app/services/training/job/tuning_draft.h"
#include "finetune_ui/job/tuning_presets.h"

namespace dsm {

class DataStudy;

class PresetChoice : public QObject {
    Q_OBJECT

  public:
    PresetChoice(TuningDraft& draft, const DataStudy& study, QObject* parent = nullptr);

    // Fitted; the first where none is chosen yet.
    TuningPreset preset() const;
    TuningPreset fittedOf(const TuningPreset& preset) const { return fitted(preset, case_); }
    bool isChosen() const;
    void takeDraft();  // of another run
    // Puts its settings into the job.
    void choose(const QString& id);
    void setModel(qint64 parameters);  // 0: not known
    // Of what it is fitted to, something is known.
    const TuningCase& fittedTo() const { return case_; }

  Q_SIGNALS:
    void changed();

  private:
    void takeStudy();
    void refit(const TuningCase& now);

    TuningDraft& draft_;
    const DataStudy& study_;
    TuningCase case_;
};

}  // namespace dsm
