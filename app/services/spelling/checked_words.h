// The words of a line whose spelling is worth a look.
//
// A word is letters of one script, with apostrophes inside it. Left out are single letters, what
// stands between backticks, and what is no word of a language: addresses, paths, names of programs
// and of variables (letters beside digits, underscores or with capitals inside), abbreviations in
// capitals, and anything of more than kLongestWord characters.
//
// Threads  Plain values.
#pragma once

#include <QChar>
#include <QList>
#include <QSet>
#include <QString>

namespace dsm {

inline constexpr int kLongestWord = 60;

struct CheckedWord {
    int start = 0;  // in characters of UTF-16
    int length = 0;

    bool operator==(const CheckedWord&) const = default;
};

// Of these scripts alone; Chinese has none of them.
QList<CheckedWord> checkedWords(const QString& line, const QSet<QChar::Script>& scripts);

// As the dictionaries have it, whose apostrophe is the typewriter's.
QString dictionaryForm(const QString& word);

}  // namespace dsm
