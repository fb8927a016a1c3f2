#include "app/services/program/reason_shown.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

#include "kernels/base/reason.h"

namespace dsm {
namespace {

const QString kText = QStringLiteral("text");
const QString kReason = QStringLiteral("reason");  // [[code, argument, ..], ..]

QString toText(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

// What kind of failure it is, for one that has no words of its own.
QString kindOf(ErrorCode code) {
    switch (code) {
        case ErrorCode::NotFound:
            return QStringLiteral("kind_not_found");
        case ErrorCode::Io:
            return QStringLiteral("kind_refused");
        case ErrorCode::Malformed:
            return QStringLiteral("kind_malformed");
        case ErrorCode::Unsupported:
            return QStringLiteral("kind_unsupported");
        case ErrorCode::OutOfMemory:
            return QStringLiteral("kind_memory");
        case ErrorCode::DeviceLost:
            return QStringLiteral("kind_device_lost");
        case ErrorCode::Cancelled:
        case ErrorCode::Internal:
            break;
    }
    return QStringLiteral("kind_internal");
}

}  // namespace

QString ReasonShown::kept() const {
    if (sentences.isEmpty()) return text;
    QJsonArray all;
    for (const ReasonSentence& sentence : sentences)
        all.append(QJsonArray::fromStringList(QStringList{sentence.code} + sentence.arguments));
    return QString::fromUtf8(
        QJsonDocument(QJsonObject{{kText, text}, {kReason, all}}).toJson(QJsonDocument::Compact));
}

ReasonShown ReasonShown::fromKept(const QString& kept) {
    const QJsonObject object = QJsonDocument::fromJson(kept.toUtf8()).object();
    if (!object.contains(kReason)) return kept;
    ReasonShown reason(object[kText].toString());
    for (const QJsonValue& sentence : object[kReason].toArray()) {
        QStringList words;
        for (const QJsonValue& word : sentence.toArray())
            words.append(word.toString());
        if (words.isEmpty()) continue;
        const QString code = words.takeFirst();
        reason.sentences.append({code, words});
    }
    return reason;
}

QByteArray englishOfReason(const QString& code) {
    static const QHash<QString, QByteArray> all = [] {
        QHash<QString, QByteArray> texts;
        for (const ReasonWords& words : reasonWords()) {
            if (words.code != ReasonCode::Other)
                texts.insert(toText(words.name), toText(words.english).toUtf8());
        }
        return texts;
    }();
    return all.value(code);
}

bool isKnownWord(const QString& argument) {
    const std::span<const std::string_view> words = knownWords();
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return argument == toText(word); });
}

ReasonShown shown(const Reason& reason) {
    ReasonShown all(QString::fromStdString(reason.text()));
    for (const ReasonPart& part : reason.parts) {
        QStringList arguments;
        for (const std::string& argument : part.arguments)
            arguments.append(QString::fromStdString(argument));
        all.sentences.append({toText(wordsOf(part.code).name), arguments});
    }
    return all;
}

ReasonShown shown(const Error& error) {
    return shown(error, reasonOf(error));
}

// Words that have no translation come behind a sentence that has one.
ReasonShown shown(const Error& error, const Reason& reason) {
    if (error.code == ErrorCode::Cancelled) return {};
    ReasonShown all = shown(reason);
    const bool hasWords =
        std::any_of(reason.parts.begin(), reason.parts.end(),
                    [](const ReasonPart& part) { return part.code != ReasonCode::Other; });
    if (!hasWords) all.sentences.prepend({kindOf(error.code), {}});
    return all;
}

}  // namespace dsm
