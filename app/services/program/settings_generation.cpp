// What a reply is asked for with: the user's choices, and those that have a name.
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <cmath>

#include "app/services/program/generation_json.h"
#include "app/services/program/settings.h"
#include "engine/text/chat_values.h"

namespace dsm {
namespace {

const QString kTemperature = QStringLiteral("generation/temperature");
const QString kTopK = QStringLiteral("generation/topK");
const QString kTopP = QStringLiteral("generation/topP");
const QString kMinP = QStringLiteral("generation/minP");
const QString kRepetitionPenalty = QStringLiteral("generation/repetitionPenalty");
const QString kPresencePenalty = QStringLiteral("generation/presencePenalty");
const QString kFrequencyPenalty = QStringLiteral("generation/frequencyPenalty");
const QString kMaximumTokens = QStringLiteral("generation/maximumTokens");
const QString kSeed = QStringLiteral("generation/seed");
const QString kPresets = QStringLiteral("generation/presets");

// No value where it is no number.
template <class T>
std::optional<T> within(std::optional<T> value, const SettingRange& range) {
    if (!value || !std::isfinite(static_cast<double>(*value))) return std::nullopt;
    return std::clamp(*value, static_cast<T>(range.least), static_cast<T>(range.most));
}

// QVariant knows no `long`.
QVariant toVariant(std::optional<double> value) {
    return value ? QVariant(*value) : QVariant();
}

QVariant toVariant(std::optional<std::int64_t> value) {
    return value ? QVariant(static_cast<qint64>(*value)) : QVariant();
}

QVariant toVariant(std::optional<std::int32_t> value) {
    return value ? QVariant(*value) : QVariant();
}

}  // namespace

GenerationChoices clamped(GenerationChoices choices) {
    choices.temperature = within(choices.temperature, kTemperatureRange);
    choices.topK = within(choices.topK, kTopKRange);
    choices.topP = within(choices.topP, kTopPRange);
    choices.repetitionPenalty = within(choices.repetitionPenalty, kRepetitionPenaltyRange);
    choices.maximumTokens = within(choices.maximumTokens, kMaximumTokensRange);
    choices.minP = within(choices.minP, kMinPRange);
    const auto penalty = [](double value) {
        return within(std::optional(value), kPenaltyRange).value_or(0);
    };
    choices.presencePenalty = penalty(choices.presencePenalty);
    choices.frequencyPenalty = penalty(choices.frequencyPenalty);
    return choices;
}

GenerationChoices Settings::generation() const {
    GenerationChoices choices;
    choices.temperature = number(kTemperature);
    choices.topK = whole(kTopK);
    choices.topP = number(kTopP);
    choices.repetitionPenalty = number(kRepetitionPenalty);
    choices.maximumTokens = whole(kMaximumTokens);
    // Earlier versions wrote 0 where nothing was chosen.
    if (const auto minP = number(kMinP); minP && *minP > 0) choices.minP = minP;
    choices.presencePenalty = number(kPresencePenalty).value_or(choices.presencePenalty);
    choices.frequencyPenalty = number(kFrequencyPenalty).value_or(choices.frequencyPenalty);
    bool hasSeed = false;
    const quint64 seed = file_.value(kSeed).toString().toULongLong(&hasSeed);
    if (hasSeed) choices.seed = seed;
    return clamped(choices);
}

void Settings::setGeneration(const GenerationChoices& choices) {
    const GenerationChoices wanted = clamped(choices);
    bool changed = store(kTemperature, toVariant(wanted.temperature));
    changed |= store(kTopK, toVariant(wanted.topK));
    changed |= store(kTopP, toVariant(wanted.topP));
    changed |= store(kRepetitionPenalty, toVariant(wanted.repetitionPenalty));
    changed |= store(kMaximumTokens, toVariant(wanted.maximumTokens));
    changed |= store(kMinP, toVariant(wanted.minP));
    changed |= store(kPresencePenalty, wanted.presencePenalty);
    changed |= store(kFrequencyPenalty, wanted.frequencyPenalty);
    changed |= store(kSeed, wanted.seed ? QString::number(*wanted.seed) : QString());
    if (changed) Q_EMIT generationChanged();
}

// One object in one value: a name may hold what separates the parts of a key.
QMap<QString, GenerationChoices> Settings::presets() const {
    QMap<QString, GenerationChoices> presets;
    const QJsonObject kept =
        QJsonDocument::fromJson(file_.value(kPresets).toString().toUtf8()).object();
    for (auto preset = kept.begin(); preset != kept.end(); ++preset) {
        const QByteArray json = QJsonDocument(preset->toObject()).toJson(QJsonDocument::Compact);
        if (const auto choices = choicesFromJson(json.toStdString()))
            presets[preset.key()] = clamped(*choices);
    }
    return presets;
}

void Settings::setPreset(const QString& name, const std::optional<GenerationChoices>& choices) {
    QJsonObject kept = QJsonDocument::fromJson(file_.value(kPresets).toString().toUtf8()).object();
    kept.remove(name);
    if (choices) {
        const auto json = QByteArray::fromStdString(toJson(clamped(*choices)));
        kept[name] = QJsonDocument::fromJson(json).object();
    }
    const QByteArray text = QJsonDocument(kept).toJson(QJsonDocument::Compact);
    store(kPresets, kept.isEmpty() ? QVariant() : QVariant(QString::fromUtf8(text)));
}

}  // namespace dsm
