#include "ui/widgets/message/markdown_limits.h"

#include <algorithm>

namespace dsm {
namespace {

constexpr int kMostContainers = 100;
constexpr qsizetype kMostCells = 20'000;
// A line costs as much as some fifty characters.
constexpr qsizetype kLongestText = 72 * 1024;
// A paragraph is laid out as a whole with each word that is added to it.
constexpr qsizetype kLongestLine = 40 * 1024;
constexpr qsizetype kMostLines = 4'000;
constexpr qsizetype kLongestCode = 32 * 1024;
constexpr qsizetype kMostCodeLines = 1'500;

// How many marks of quotes and lists a line begins with.
int containersOf(QStringView line) {
    int marks = 0;
    for (qsizetype at = 0; at < line.size(); ++at) {
        const QChar c = line[at];
        if (c == u' ' || c == u'\t') continue;
        const bool isMark = c == u'>' || c == u'-' || c == u'+' || c == u'*';
        const bool isNumberEnd = (c == u'.' || c == u')') && at > 0 && line[at - 1].isDigit();
        if (isMark || isNumberEnd) {
            ++marks;
        } else if (!c.isDigit()) {
            break;
        }
    }
    return marks;
}

// A line of one sort of mark is a rule or an underline, however long.
bool isRule(QStringView line) {
    const QStringView text = line.trimmed();
    if (text.isEmpty() || text[0] == u'>' || text[0] == u'+') return false;
    return std::all_of(text.begin(), text.end(),
                       [&text](QChar c) { return c == text[0] || c.isSpace(); });
}

bool hasLongLine(QStringView text) {
    while (text.size() > kLongestLine) {
        const qsizetype end = text.indexOf(u'\n');
        if (end < 0 || end > kLongestLine) return true;
        text = text.mid(end + 1);
    }
    return false;
}

}  // namespace

bool isLongText(QStringView text) {
    return text.size() > kLongestText || text.count(u'\n') > kMostLines || hasLongLine(text);
}

bool isLongCode(QStringView code) {
    return code.size() > kLongestCode || code.count(u'\n') > kMostCodeLines;
}

bool isReadableMarkdown(QStringView source) {
    if (isLongText(source)) return false;
    qsizetype lines = 0;
    qsizetype columns = 0;
    for (qsizetype at = 0; at < source.size(); ++lines) {
        const qsizetype end = source.indexOf(u'\n', at);
        const QStringView line = source.mid(at, end < 0 ? -1 : end - at);
        if (containersOf(line) > kMostContainers && !isRule(line)) return false;
        columns = std::max(columns, line.count(u'|'));
        at = end < 0 ? source.size() : end + 1;
    }
    // Rows that are too short are filled up by the parser.
    return columns < 20 || columns * lines <= kMostCells;
}

}  // namespace dsm
