#include "app/services/program/generation_json.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace dsm {
namespace {

QJsonValue toJsonValue(double value) {
    return value;
}

QJsonValue toJsonValue(std::int64_t value) {
    return static_cast<qint64>(value);
}

QJsonValue toJsonValue(std::int32_t value) {
    return value;
}

}  // namespace

std::string toJson(const GenerationChoices& choices) {
    QJsonObject object{
        {QStringLiteral("presencePenalty"), choices.presencePenalty},
        {QStringLiteral("frequencyPenalty"), choices.frequencyPenalty},
    };
    const auto insertChosen = [&](const char* key, const auto& value) {
        if (value) object.insert(QLatin1String(key), toJsonValue(*value));
    };
    insertChosen("temperature", choices.temperature);
    insertChosen("topK", choices.topK);
    insertChosen("topP", choices.topP);
    insertChosen("minP", choices.minP);
    insertChosen("repetitionPenalty", choices.repetitionPenalty);
    insertChosen("maximumTokens", choices.maximumTokens);
    // As text: a number of JSON does not hold 64 bits.
    if (choices.seed) object.insert(QStringLiteral("seed"), QString::number(*choices.seed));
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

std::optional<GenerationChoices> choicesFromJson(const std::string& json) {
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(json));
    if (!document.isObject()) return std::nullopt;
    const QJsonObject object = document.object();
    // What else lies there is a chat's (stored_chat.h).
    QJsonObject choicesAlone = object;
    choicesAlone.remove(QStringLiteral("replyStart"));
    choicesAlone.remove(QStringLiteral("whenFull"));
    if (choicesAlone.isEmpty() && !object.isEmpty()) return std::nullopt;
    const auto number = [&](const char* key) {
        const QJsonValue value = object.value(QLatin1String(key));
        return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
    };
    const auto whole = [&](const char* key) {
        // Two fallbacks tell a whole number from anything else.
        const QJsonValue value = object.value(QLatin1String(key));
        const bool fits = value.toInt(0) == value.toInt(1);
        return fits ? std::optional(value.toInt()) : std::nullopt;
    };
    GenerationChoices choices;
    choices.temperature = number("temperature");
    choices.topK = whole("topK");
    choices.topP = number("topP");
    // Earlier versions wrote 0 where nothing was chosen.
    if (const auto minP = number("minP"); minP && *minP > 0) choices.minP = minP;
    choices.repetitionPenalty = number("repetitionPenalty");
    choices.maximumTokens = whole("maximumTokens");
    choices.presencePenalty = number("presencePenalty").value_or(choices.presencePenalty);
    choices.frequencyPenalty = number("frequencyPenalty").value_or(choices.frequencyPenalty);
    bool hasSeed = false;
    const quint64 seed = object.value(QLatin1String("seed")).toString().toULongLong(&hasSeed);
    if (hasSeed) choices.seed = seed;
    return choices;
}

}  // namespace dsm
