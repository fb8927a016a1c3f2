#include "app/services/training/reason_shown.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "kernels/base/reason.h"

namespace dsm {
namespace {

const QString kText = QStringLiteral("text");
const QString kReason = QStringLiteral("reason");  // [[code, argument, ..], ..]

QString toText(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
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
    return error.code == ErrorCode::Cancelled ? ReasonShown() : shown(reasonOf(error));
}

}  // namespace dsm
