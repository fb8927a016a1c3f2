// What the words and quotes of a language are, for its colours.
//
// Words and quotes, not grammar: a wrong guess costs a colour and nothing else.
//
// Threads  Main thread.
#pragma once

#include <QSet>
#include <QString>
#include <QStringList>
#include <vector>

namespace dsm {

struct SyntaxRules {
    enum class Kind : quint8 { Plain, Words, Markup, Diff, Settings };

    // From its beginning to its end, over lines.
    struct Long {
        QString begin;
        QString end;
        bool isComment = false;
    };

    Kind kind = Kind::Words;
    QSet<QString> keywords;
    bool isCaseBlind = false;  // of the keywords
    QStringList lineComments;
    std::vector<Long> longs;
    QString quotes = QStringLiteral("\"'");  // of strings that end on their line
    QChar sigil;                             // before a variable, as $ and @
    QString wordCharacters;                  // besides letters, digits and _
};

// For a language as named behind a fence. Unknown names are taken for relatives of C.
const SyntaxRules& syntaxRules(const QString& language);
// The names that are known, for tests.
QStringList syntaxLanguages();
// Of a file with code in the language, without the dot: "py"; "txt" where it is not known.
QString fileSuffixOf(const QString& language);

}  // namespace dsm
