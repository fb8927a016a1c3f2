// Tuning presets: settings of a job that go together, named by what they are good for.
//
// Threads  Main thread (translations).
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>

#include "app/services/training/job/job_draft.h"

namespace dsm {

struct TuningPreset {
    QString id;
    QJsonObject values;
    QString form;  // of the base model, that it is meant for: "nf4-double"; "": any
    // What few examples are gone through again for; 0: the epochs are as they are.
    int leastSteps = 0;
    int mostEpochs = 0;
    // Small models want a higher rate, and for new names a head that learns.
    bool fitsModel = false;
};

// What a preset is fitted to; 0: not known yet.
struct TuningCase {
    qint64 examples = 0;    // that are trained
    qint64 parameters = 0;  // of the base model

    bool operator==(const TuningCase&) const = default;
};

const QList<TuningPreset>& tuningPresets();
// The first where there is none of this id.
const TuningPreset& tuningPreset(const QString& id);

// The recipes of others stay as they are published.
TuningPreset fitted(TuningPreset preset, const TuningCase& now);

QString presentPresetTitle(const TuningPreset& preset);
QString presentPresetUse(const TuningPreset& preset);
QString presentPresetSettings(const TuningPreset& preset);  // in one line

// What the key has with this preset: its own value, or what holds by itself.
QJsonValue presetValue(const TuningPreset& preset, const QString& key);
// What the job has now.
QJsonValue valueNow(const JobDraft& job, const QString& key);
// Puts the preset's settings into the job; what presets do not speak of stays.
void takePreset(JobDraft& job, const TuningPreset& preset);
// Settings about which presets speak that are not those of this one.
QStringList differences(const JobDraft& job, const TuningPreset& preset);

}  // namespace dsm
