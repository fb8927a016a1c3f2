// JobSection: the settings of some groups of a job, one below the other, those that differ from the
// preset marked.
//
// Ownership  Borrows the draft and the theme.
// Threads    Main thread.
#pragma once

#include <vector>

#include "finetune_ui/cards/form_card.h"
#include "finetune_ui/job/job_field.h"
#include "finetune_ui/job/tuning_presets.h"

namespace dsm {

class JobSection : public FormCard {
    Q_OBJECT

  public:
    // `keys` in the order in which they are shown.
    JobSection(const QStringList& keys, JobDraft& job, const Theme& theme,
               QWidget* parent = nullptr);

    void setPreset(const TuningPreset& preset);
    JobField* field(const QString& key) const;  // nullptr: not here
    // The title of the first setting whose text is none of its values; "": all are right.
    QString wrong() const;

  Q_SIGNALS:
    void validityChanged();

  private:
    void alignControls();
    void showFields();

    JobDraft& job_;
    std::vector<JobField*> fields_;
};

// Of a group, but for what is chosen elsewhere.
QStringList keysOf(JobKeyInfo::Group group);

}  // namespace dsm
