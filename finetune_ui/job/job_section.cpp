#include "finetune_ui/job/job_section.h"

#include <QVBoxLayout>
#include <algorithm>

#include "finetune_ui/words/job_key_words.h"

namespace dsm {

QStringList keysOf(JobKeyInfo::Group group) {
    QStringList keys;
    for (const JobKeyInfo& key : jobKeyInfos()) {
        if (key.group == group) keys.append(key.name);
    }
    return keys;
}

JobSection::JobSection(const QStringList& keys, JobDraft& job, const Theme& theme, QWidget* parent)
    : FormCard(theme, parent), job_(job) {
    body()->setSpacing(space::kTiny);
    for (const QString& key : keys) {
        auto* field = new JobField(jobKeyInfo(key), job, theme, this);
        fields_.push_back(field);
        body()->addWidget(field);
        connect(field, &JobField::validityChanged, this, &JobSection::validityChanged);
        connect(field, &JobField::idealWidthChanged, this, &JobSection::alignControls);
    }
    alignControls();
    connect(&job, &JobDraft::changed, this, &JobSection::showFields);
    showFields();
}

void JobSection::setPreset(const TuningPreset& preset) {
    for (JobField* field : fields_)
        field->setUsual(presetValue(preset, field->key().name));
}

JobField* JobSection::field(const QString& key) const {
    for (JobField* field : fields_) {
        if (field->key().name == key) return field;
    }
    return nullptr;
}

QString JobSection::wrong() const {
    for (const JobField* field : fields_) {
        if (!field->isValid()) return presentKey(field->key().name);
    }
    return {};
}

void JobSection::alignControls() {
    int widest = 0;
    for (const JobField* field : fields_)
        widest = std::max(widest, field->idealWidth());
    for (JobField* field : fields_)
        field->setControlWidth(widest);
}

void JobSection::showFields() {
    const bool isFull =
        valueNow(job_, QStringLiteral("method")).toString() == QLatin1String("full");
    for (JobField* field : fields_)
        field->setVisible(!isFull || !field->key().isOfLora);
}

}  // namespace dsm
