// Why something was refused or failed, as services hand it on: codes and what belongs into their
// sentences, which pages say in their language (app/services/program/reason_words.h), and the English text.
//
// Kept, it is text: without codes the text itself, else a JSON object.
//
// Threads  Any.
#pragma once

#include <QByteArray>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

namespace dsm {

struct Error;
struct Reason;

struct ReasonSentence {
    QString code;  // by its name in kernels/base/reasons
    QStringList arguments = {};

    bool operator==(const ReasonSentence&) const = default;
};

struct ReasonShown {
    QString text = {};  // "": there is none
    QList<ReasonSentence> sentences = {};

    ReasonShown() = default;
    // Not explicit: a sentence of a service is a reason, too.
    ReasonShown(const QString& sentence) : text(sentence) {}

    bool isEmpty() const { return text.isEmpty(); }
    bool operator==(const ReasonShown&) const = default;

    QString kept() const;
    static ReasonShown fromKept(const QString& kept);
};

// The engine's English words of a code, with "%1", "%2w" for its arguments: the text that translations are
// looked up by. Empty of one without words of its own, and of one that this version does not know.
QByteArray englishOfReason(const QString& code);
// Whether an argument is a word of the engine that has a translation, too ("a list").
bool isKnownWord(const QString& argument);

ReasonShown shown(const Reason& reason);
// On the thread that made the error. Empty of a cancel, which is none.
ReasonShown shown(const Error& error);
// Of one whose reason was asked for there.
ReasonShown shown(const Error& error, const Reason& reason);

}  // namespace dsm

Q_DECLARE_METATYPE(dsm::ReasonShown)
