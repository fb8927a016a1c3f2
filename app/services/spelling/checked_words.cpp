#include "app/services/spelling/checked_words.h"

#include <algorithm>

namespace dsm {
namespace {

constexpr QChar kCurlyApostrophe{u'\u2019'};

bool isApostrophe(QChar character) {
    return character == u'\'' || character == kCurlyApostrophe;
}

// Of a word, marks that are written as characters of their own included.
bool isLetter(QChar character) {
    return character.isLetter() || character.isMark();
}

// Whether what lies between two spaces is of a machine.
bool isTechnical(QStringView token) {
    static const QString kSigns = QStringLiteral("_@\\/#$<>{}=|~");
    for (qsizetype i = 0; i < token.size(); ++i) {
        if (token[i].isDigit() || kSigns.contains(token[i])) return true;
        const bool isInside = i > 0 && i + 1 < token.size();
        const bool joins = token[i] == u'.' || token[i] == u':';  // as in "a.out" and "std::sort"
        if (joins && isInside && (token[i + 1].isLetter() || token[i + 1] == token[i])) return true;
    }
    return false;
}

bool isName(QStringView word) {
    return std::any_of(word.begin() + 1, word.end(), [](QChar character) {
        return character.isUpper();  // camelCase, HTTP
    });
}

// Nothing: of several scripts, or of another one.
bool isOf(QStringView word, const QSet<QChar::Script>& scripts) {
    auto of = QChar::Script_Unknown;
    for (const QChar character : word) {
        const QChar::Script script = character.script();
        if (script == QChar::Script_Common || script == QChar::Script_Inherited) continue;
        if (of != QChar::Script_Unknown && script != of) return false;
        of = script;
    }
    return scripts.contains(of);
}

// The words of a token, which begins at `start` of the line.
void takeWords(QStringView token, int start, const QSet<QChar::Script>& scripts,
               QList<CheckedWord>& words) {
    if (isTechnical(token)) return;
    const qsizetype size = token.size();
    for (qsizetype at = 0; at < size; ++at) {
        if (!isLetter(token[at])) continue;
        qsizetype end = at + 1;
        while (end < size && (isLetter(token[end]) || (isApostrophe(token[end]) && end + 1 < size &&
                                                       isLetter(token[end + 1]))))
            ++end;
        const QStringView word = token.mid(at, end - at);
        if (word.size() > 1 && word.size() <= kLongestWord && !isName(word) && isOf(word, scripts))
            words.append({start + static_cast<int>(at), static_cast<int>(word.size())});
        at = end;
    }
}

}  // namespace

QList<CheckedWord> checkedWords(const QString& line, const QSet<QChar::Script>& scripts) {
    QList<CheckedWord> words;
    if (scripts.isEmpty()) return words;
    const QStringView text(line);
    const qsizetype size = text.size();
    bool isCode = false;
    for (qsizetype at = 0; at < size;) {
        if (text[at] == u'`') {
            // An odd one alone begins nothing.
            isCode = !isCode && text.mid(at + 1).contains(u'`');
            ++at;
            continue;
        }
        qsizetype end = at;
        while (end < size && !text[end].isSpace() && text[end] != u'`')
            ++end;
        if (!isCode && end > at)
            takeWords(text.mid(at, end - at), static_cast<int>(at), scripts, words);
        at = std::max(end, at + (end == at ? 1 : 0));
    }
    return words;
}

QString dictionaryForm(const QString& word) {
    return QString(word).replace(kCurlyApostrophe, u'\'');
}

}  // namespace dsm
