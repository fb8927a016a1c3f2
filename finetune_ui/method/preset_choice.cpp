#include "finetune_ui/method/preset_choice.h"

#include "app/services/training/data/data_study.h"
#include "finetune_ui/data/data_draft.h"

namespace dsm {
namespace {

const QString kPreset = QStringLiteral("preset");
const QString kFittedTo = QStringLiteral("fitted_to");
const QString kExamples = QStringLiteral("examples");
const QString kParameters = QStringLiteral("parameters");

}  // namespace

PresetChoice::PresetChoice(TuningDraft& draft, const DataStudy& study, QObject* parent)
    : QObject(parent), draft_(draft), study_(study) {
    takeDraft();
    connect(&study, &DataStudy::changed, this, &PresetChoice::takeStudy);
}

// What the settings in the draft were fitted to: else they would seem to be a person's.
void PresetChoice::takeDraft() {
    const QJsonObject before = draft_.remark(kFittedTo).toObject();
    case_ = {before[kExamples].toInteger(), before[kParameters].toInteger()};
}

TuningPreset PresetChoice::preset() const {
    return fittedOf(tuningPreset(draft_.remark(kPreset).toString()));
}

bool PresetChoice::isChosen() const {
    return !draft_.remark(kPreset).isUndefined();
}

void PresetChoice::choose(const QString& id) {
    draft_.setRemark(kPreset, id);
    takePreset(draft_.job(), preset());
    Q_EMIT changed();
}

void PresetChoice::setModel(qint64 parameters) {
    refit({case_.examples, parameters});
}

void PresetChoice::takeStudy() {
    const DataFindings& found = study_.findings();
    if (!found.isWhole || found.examples == 0) return;
    const qint64 kept = study_.request().evaluationFiles.isEmpty() ? found.evaluationExamples : 0;
    refit({study_.atLength(lengthOf(draft_.job())).examples - kept, case_.parameters});
}

void PresetChoice::refit(const TuningCase& now) {
    if (now == case_) return;
    const TuningPreset before = preset();
    case_ = now;
    draft_.setRemark(kFittedTo,
                     QJsonObject{{kExamples, now.examples}, {kParameters, now.parameters}});
    const TuningPreset after = preset();
    QStringList keys = before.values.keys();
    keys += after.values.keys();
    keys.removeDuplicates();
    for (const QString& key : keys) {
        const bool isOurs = valueNow(draft_.job(), key) == presetValue(before, key);
        if (isOurs) draft_.job().choose(key, after.values.value(key));
    }
    Q_EMIT changed();
}

}  // namespace dsm
