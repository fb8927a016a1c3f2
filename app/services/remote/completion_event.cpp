#include "app/services/remote/completion_event.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace dsm {
namespace {

constexpr qsizetype kMostWords = 400;
constexpr int kDeepestWords = 4;
constexpr qsizetype kLongestName = 300;
constexpr qsizetype kMostModels = 2000;
constexpr qint64 kMostTokens = 1'000'000'000;

// One line, as it is shown within a sentence.
QString shortened(const QString& words) {
    const QString line = words.simplified();
    return line.size() <= kMostWords ? line : line.left(kMostWords) + u'…';
}

// Errors lie in errors, a few deep.
QString wordsOf(const QJsonValue& value, int depth = 0) {
    if (value.isString()) return shortened(value.toString());
    if (depth >= kDeepestWords) return {};
    if (value.isArray()) return wordsOf(value.toArray().first(), depth + 1);
    if (!value.isObject()) return {};
    const QJsonObject object = value.toObject();
    for (const char* key : {"message", "error", "detail", "msg"}) {
        const QString words = wordsOf(object[QLatin1String(key)], depth + 1);
        if (!words.isEmpty()) return words;
    }
    return {};
}

std::optional<qint64> countOf(const QJsonValue& value) {
    const qint64 count = value.toInteger(-1);
    return count >= 0 && count <= kMostTokens ? std::optional(count) : std::nullopt;
}

// Of a list that may hold anything, the first number of these keys.
qint64 contextOf(const QJsonObject& model) {
    const QJsonObject meta = model[QStringLiteral("meta")].toObject();  // llama.cpp
    for (const QJsonValue& value :
         {model[QStringLiteral("max_model_len")], model[QStringLiteral("context_length")],
          meta[QStringLiteral("n_ctx")], meta[QStringLiteral("n_ctx_train")]}) {
        if (const auto count = countOf(value)) return *count;
    }
    return 0;
}

// JSON has no text with half a character or a zero; a message has no use for one.
QString clean(QString text) {
    return text.remove(QChar(QChar::Null));
}

}  // namespace

CompletionEvent readCompletionEvent(const QByteArray& json) {
    CompletionEvent event;
    if (json.trimmed() == "[DONE]") {
        event.isUnderstood = event.isDone = true;
        return event;
    }
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isObject()) return event;
    const QJsonObject object = document.object();
    event.isUnderstood = true;
    const QJsonValue error = object[QStringLiteral("error")];
    if (!error.isUndefined() && !error.isNull()) {
        event.isError = true;
        event.errorWords = wordsOf(error);
    }
    const QJsonObject usage = object[QStringLiteral("usage")].toObject();
    event.promptTokens = countOf(usage[QStringLiteral("prompt_tokens")]);
    event.generatedTokens = countOf(usage[QStringLiteral("completion_tokens")]);
    const QJsonObject choice = object[QStringLiteral("choices")].toArray().first().toObject();
    event.end = choice[QStringLiteral("finish_reason")].toString();
    for (const char* part : {"delta", "message"}) {
        const QJsonObject said = choice[QLatin1String(part)].toObject();
        event.text += said[QStringLiteral("content")].toString();
    }
    event.text = clean(event.text + choice[QStringLiteral("text")].toString());
    return event;
}

QString readServerWords(const QByteArray& body) {
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (document.isObject()) return wordsOf(document.object());
    return document.isArray() ? wordsOf(document.array()) : QString();
}

std::optional<QList<EngineProbe::Model>> readModelList(const QByteArray& json) {
    const QJsonValue data = QJsonDocument::fromJson(json).object()[QStringLiteral("data")];
    if (!data.isArray()) return std::nullopt;
    QList<EngineProbe::Model> models;
    for (const QJsonValue& value : data.toArray()) {
        const QJsonObject model = value.toObject();
        const QString name = clean(model[QStringLiteral("id")].toString());
        if (name.isEmpty() || name.size() > kLongestName || models.size() >= kMostModels) continue;
        models.append({name, contextOf(model),
                       shortened(model[QStringLiteral("owned_by")].toString()).left(40).toLower()});
    }
    return models;
}

}  // namespace dsm
