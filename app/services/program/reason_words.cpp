#include "app/services/program/reason_words.h"

#include <QCoreApplication>

#include "app/services/program/said.h"
#include "app/services/program/sentences.h"

namespace dsm {
namespace {

struct Words {
    const char* code;
    const char* text;
};

// Of a failure whose words have no code; all others are the engine's (kernels/base/reasons).
constexpr Words kKinds[] = {
    {"kind_not_found", QT_TRANSLATE_NOOP("Reasons", "Something that is needed is not there:")},
    {"kind_refused", QT_TRANSLATE_NOOP("Reasons", "The disk or the system refused:")},
    {"kind_malformed",
     QT_TRANSLATE_NOOP("Reasons", "A file is damaged, or not in the form that was expected:")},
    {"kind_unsupported",
     QT_TRANSLATE_NOOP("Reasons", "This is something that the program does not do:")},
    {"kind_memory", QT_TRANSLATE_NOOP("Reasons", "There is not enough memory:")},
    {"kind_device_lost", QT_TRANSLATE_NOOP("Reasons", "The graphics card failed, or is gone:")},
    {"kind_internal", QT_TRANSLATE_NOOP("Reasons", "Something failed inside the program:")},
};

QString translated(const char* text) {
    return QCoreApplication::translate("Reasons", text);
}

QString wordOf(const QString& argument) {
    return isKnownWord(argument) ? translated(qPrintable(argument)) : argument;
}

QString filled(const QString& words, const QStringList& arguments) {
    QString text;
    for (qsizetype i = 0; i < words.size(); ++i) {
        const int place = words[i] == u'%' && i + 1 < words.size() ? words[i + 1].digitValue() : 0;
        if (place < 1 || place > arguments.size()) {
            text += words[i];
            continue;
        }
        ++i;
        const bool isWord = i + 1 < words.size() && words[i + 1] == u'w';
        text += isWord ? wordOf(arguments[place - 1]) : arguments[place - 1];
        if (isWord) ++i;
    }
    return text;
}

// Empty of what a later version of the program kept.
QByteArray textOf(const QString& code) {
    for (const Words& words : kKinds) {
        if (code == QLatin1String(words.code)) return words.text;
    }
    return englishOfReason(code);
}

}  // namespace

namespace {

QString inWords(const ReasonShown& reason) {
    QStringList sentences;
    for (const ReasonSentence& sentence : reason.sentences) {
        const QByteArray words = textOf(sentence.code);
        if (words.isEmpty() && sentence.arguments.isEmpty()) return reason.text;
        sentences.append(words.isEmpty() ? sentence.arguments.first()
                                         : filled(translated(words), sentence.arguments));
    }
    return sentences.isEmpty() ? reason.text : inARow(sentences);
}

}  // namespace

QString presentReason(const ReasonShown& reason) {
    if (reason.sentences.isEmpty()) return saidAgain(reason.text);
    return said([reason] { return inWords(reason); });
}

QString presentError(const Error& error) {
    return presentReason(shown(error));
}

QString presentSystemReason(int error) {
    return said([error] { return wordOf(qt_error_string(error)); });
}

}  // namespace dsm
