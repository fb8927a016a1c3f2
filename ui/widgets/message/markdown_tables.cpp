#include "ui/widgets/message/markdown_tables.h"

#include "ui/widgets/message/markdown_veil.h"

namespace dsm {
namespace {

// Cells end at marks; those at the edges of a row begin and end it.
qsizetype cellsOf(QStringView line) {
    const QStringView row = line.trimmed();
    qsizetype cells = 1;
    for (qsizetype at = 0; at < row.size(); ++at) {
        if (row[at] == u'\\') {
            ++at;
        } else if (row[at] == u'|' && at > 0 && at + 1 < row.size()) {
            ++cells;
        }
    }
    return cells;
}

// 0: the line does not stand below the head of a table.
qsizetype columnsBelowHead(QStringView line) {
    if (!line.contains(u'|') || !line.contains(u'-')) return 0;
    for (const QChar c : line) {
        if (c != u'|' && c != u'-' && c != u':' && !c.isSpace()) return 0;
    }
    return cellsOf(line);
}

QString withVeiledCode(QStringView line) {
    QString row = line.toString();
    for (qsizetype at = row.indexOf(u'`'); at >= 0; at = row.indexOf(u'`', at)) {
        qsizetype begin = at;
        while (begin < row.size() && row[begin] == u'`')
            ++begin;
        const QString fence(begin - at, u'`');
        const qsizetype close = row.indexOf(fence, begin);
        if (close < 0) {
            at = begin;
            continue;
        }
        for (qsizetype i = begin; i < close; ++i) {
            if (row[i] == u'|' && row[i - 1] != u'\\') row[i] = veiledMark(u'|');
        }
        at = close + fence.size();
    }
    return row;
}

}  // namespace

QString veilPipesInCode(QString source) {
    if (!source.contains(u'|') || !source.contains(u'`')) return source;
    QString veiled;
    qsizetype columns = 0;
    for (qsizetype at = 0; at < source.size();) {
        const qsizetype end = source.indexOf(u'\n', at);
        const qsizetype next = end < 0 ? source.size() : end + 1;
        const QStringView line = QStringView(source).mid(at, next - at);
        at = next;
        if (line.trimmed().isEmpty()) columns = 0;
        if (const qsizetype begun = columnsBelowHead(line)) columns = begun;
        const bool isTooLong = columns > 0 && cellsOf(line) > columns;
        const QString kept = isTooLong ? withVeiledCode(line) : QString();
        if (isTooLong && cellsOf(kept) == columns) {
            veiled += kept;
        } else {
            veiled += line;
        }
    }
    return veiled;
}

}  // namespace dsm
