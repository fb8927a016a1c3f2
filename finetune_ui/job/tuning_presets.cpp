#include "finetune_ui/job/tuning_presets.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <algorithm>

#include "app/services/training/job/job_keys.h"
#include "finetune_ui/words/job_key_words.h"

namespace dsm {
namespace {

// Narrow models learn as fast as wide ones at a rate that grows as their width shrinks; and the
// head of one that was trained on little has rows that it has never written with.
constexpr qint64 kSmallModel = 1'000'000'000;
constexpr double kSmallModelRate = 5;

QJsonObject objectOf(std::initializer_list<std::pair<const char*, QJsonValue>> values) {
    QJsonObject object;
    for (const auto& [key, value] : values)
        object.insert(QLatin1String(key), value);
    return object;
}

// The groups of settings that a preset decides; data and files are none of its business.
bool isOfPresets(const JobKeyInfo& key) {
    using Group = JobKeyInfo::Group;
    return key.group == Group::Method || key.group == Group::Learning ||
           key.group == Group::Batches || key.group == Group::Keeping;
}

QList<TuningPreset> makePresets() {
    const QString attention = QStringLiteral("attention");
    const QString all = QStringLiteral("all");
    return {
        {QStringLiteral("style"),
         objectOf({{"targets", attention},
                   {"rank", 8},
                   {"alpha", 16},
                   {"learning_rate", 2e-4},
                   {"epochs", 3},
                   {"batch_size", 4},
                   {"accumulation", 4},
                   {"warmup_steps", 5}}),
         {},
         60,
         10,
         true},
        {QStringLiteral("knowledge"),
         objectOf({{"targets", all},
                   {"rank", 64},
                   {"alpha", 128},
                   {"learning_rate", 2e-4},
                   {"epochs", 10},
                   {"batch_size", 4},
                   {"accumulation", 2},
                   {"warmup_steps", 5}}),
         {},
         200,
         40,
         true},
        // The recipes of the model authors' README.
        {QStringLiteral("authors_qlora"),
         objectOf({{"targets", all},
                   {"modules_to_save",
                    QJsonArray{QStringLiteral("embed_tokens"), QStringLiteral("lm_head")}},
                   {"rank", 64},
                   {"alpha", 16},
                   {"dropout", 0.1},
                   {"max_grad_norm", 0.3},
                   {"learning_rate", 2e-5},
                   {"epochs", 3},
                   {"batch_size", 16},
                   {"accumulation", 4},
                   {"warmup_steps", 10},
                   {"save_steps", 100},
                   {"save_limit", 100}}),
         QStringLiteral("nf4-double")},
        {QStringLiteral("authors_full"),
         objectOf({{"method", QStringLiteral("full")},
                   {"learning_rate", 2e-5},
                   {"epochs", 3},
                   {"batch_size", 16},
                   {"accumulation", 4},
                   {"warmup_steps", 10},
                   {"save_steps", 100},
                   {"save_limit", 100}}),
         QStringLiteral("bf16")},
    };
}

QString translated(const char* text) {
    return QCoreApplication::translate("TuningPresets", text);
}

}  // namespace

const QList<TuningPreset>& tuningPresets() {
    static const QList<TuningPreset> presets = makePresets();
    return presets;
}

const TuningPreset& tuningPreset(const QString& id) {
    const auto& all = tuningPresets();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const TuningPreset& preset) { return preset.id == id; });
    return found == all.end() ? all.first() : *found;
}

TuningPreset fitted(TuningPreset preset, const TuningCase& now) {
    const auto whole = [&](const char* key) {
        return presetValue(preset, QLatin1String(key)).toInteger();
    };
    if (preset.leastSteps > 0 && now.examples > 0) {
        const qint64 wanted = preset.leastSteps * whole("batch_size") * whole("accumulation");
        const qint64 epochs = (wanted + now.examples - 1) / now.examples;
        preset.values[QStringLiteral("epochs")] =
            std::clamp<qint64>(epochs, whole("epochs"), preset.mostEpochs);
    }
    if (preset.fitsModel && now.parameters > 0 && now.parameters < kSmallModel) {
        const QString rate = QStringLiteral("learning_rate");
        preset.values[rate] = kSmallModelRate * preset.values[rate].toDouble();
        if (preset.id == QLatin1String("knowledge"))
            preset.values[QStringLiteral("modules_to_save")] =
                QJsonArray{QStringLiteral("lm_head")};
    }
    return preset;
}

QString presentPresetTitle(const TuningPreset& preset) {
    if (preset.id == QLatin1String("style"))
        return translated(QT_TRANSLATE_NOOP("TuningPresets", "Style and format"));
    if (preset.id == QLatin1String("knowledge"))
        return translated(QT_TRANSLATE_NOOP("TuningPresets", "New knowledge"));
    if (preset.id == QLatin1String("authors_qlora"))
        return translated(QT_TRANSLATE_NOOP("TuningPresets", "As the authors do (QLoRA)"));
    return translated(QT_TRANSLATE_NOOP("TuningPresets", "As the authors do (all weights)"));
}

QString presentPresetUse(const TuningPreset& preset) {
    if (preset.id == QLatin1String("style")) {
        return translated(QT_TRANSLATE_NOOP(
            "TuningPresets", "Answers in another tone, language or form. Quick and small."));
    }
    if (preset.id == QLatin1String("knowledge")) {
        return translated(QT_TRANSLATE_NOOP(
            "TuningPresets",
            "Facts and names the model has never read. Takes more memory and time."));
    }
    if (preset.id == QLatin1String("authors_qlora")) {
        return translated(QT_TRANSLATE_NOOP(
            "TuningPresets",
            "The published recipe over a base model in 4 bits, for comparable results."));
    }
    return translated(QT_TRANSLATE_NOOP(
        "TuningPresets",
        "The published recipe for a machine with several GPUs: export it, below. Small models "
        "can be trained so here."));
}

QString presentPresetSettings(const TuningPreset& preset) {
    const auto value = [&](const char* key) {
        const JobKeyInfo info = jobKeyInfo(QLatin1String(key));
        return presentValue(info, presetValue(preset, info.name));
    };
    const QString comma = translated(QT_TRANSLATE_NOOP("TuningPresets", ", "));
    const QString rest = translated(QT_TRANSLATE_NOOP("TuningPresets",
                                                      "rate %1, epochs %2, %3 × %4 examples a "
                                                      "step"))
                             .arg(value("learning_rate"), value("epochs"), value("batch_size"),
                                  value("accumulation"));
    if (preset.values.value(QLatin1String("method")).toString() == QLatin1String("full"))
        return presentChoice(QStringLiteral("method"), QStringLiteral("full")) + comma + rest;
    QString lora = translated(QT_TRANSLATE_NOOP("TuningPresets", "LoRA: %1, rank %2, alpha %3"))
                       .arg(value("targets").toLower(), value("rank"), value("alpha"));
    if (preset.values.contains(QLatin1String("modules_to_save")))
        lora += comma + translated(QT_TRANSLATE_NOOP("TuningPresets", "%1 in full"))
                            .arg(value("modules_to_save"));
    return lora + comma + rest;
}

QJsonValue presetValue(const TuningPreset& preset, const QString& key) {
    const QJsonValue own = preset.values.value(key);
    return own.isUndefined() ? jobKeyInfo(key).fallback : own;
}

QJsonValue valueNow(const JobDraft& job, const QString& key) {
    const QJsonValue chosen = job.value(key);
    return chosen.isUndefined() ? jobKeyInfo(key).fallback : chosen;
}

void takePreset(JobDraft& job, const TuningPreset& preset) {
    QJsonObject values = job.values();
    for (const JobKeyInfo& key : jobKeyInfos()) {
        if (!isOfPresets(key)) continue;
        values.remove(key.name);
        if (preset.values.contains(key.name)) values[key.name] = preset.values[key.name];
    }
    job.setValues(values);
}

QStringList differences(const JobDraft& job, const TuningPreset& preset) {
    QStringList keys;
    for (const JobKeyInfo& key : jobKeyInfos()) {
        if (isOfPresets(key) && valueNow(job, key.name) != presetValue(preset, key.name))
            keys.append(key.name);
    }
    return keys;
}

}  // namespace dsm
