#include "ui/widgets/message/markdown_writer.h"

#include <algorithm>
#include <functional>

namespace dsm {
namespace {

using PartKind = MarkdownPart::Kind;

QString withLineFeeds(QString text) {
    return text.replace(QChar(QChar::LineSeparator), u'\n');
}

bool isWordCharacter(const QString& text, qsizetype at) {
    return at >= 0 && at < text.size() && text[at].isLetterOrNumber();
}

// What would be a mark of Markdown gets a backslash.
QString escaped(const QString& text) {
    constexpr QStringView kMarks = u"\\`*[]<";
    QString written;
    written.reserve(text.size());
    for (qsizetype at = 0; at < text.size(); ++at) {
        const bool isInWord = isWordCharacter(text, at - 1) && isWordCharacter(text, at + 1);
        const bool isMark = kMarks.contains(text[at]) || (text[at] == u'_' && !isInWord) ||
                            (text[at] == u'~' && at + 1 < text.size() && text[at + 1] == u'~');
        if (isMark) written += u'\\';
        written += text[at];
    }
    return written;
}

QString codeSpan(const QString& code) {
    int longest = 0;
    int run = 0;
    for (const QChar c : code) {
        run = c == u'`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const QString fence(longest + 1, u'`');
    const QString space =
        code.startsWith(u'`') || code.endsWith(u'`') ? QStringLiteral(" ") : QString();
    return fence + space + code + space + fence;
}

// Marks hold only where they touch what they hold.
QString marked(const QString& text, const QString& mark) {
    const auto isSpace = [](QChar c) { return c.isSpace(); };
    const auto begin = std::find_if_not(text.begin(), text.end(), isSpace) - text.begin();
    if (begin == text.size()) return text;
    qsizetype end = text.size();
    while (text[end - 1].isSpace())
        --end;
    return text.left(begin) + mark + text.mid(begin, end - begin) + mark + text.mid(end);
}

QString writtenRun(const MarkdownRun& run) {
    if (run.style & MarkdownRun::Formula) return run.text;
    const QString plain = withLineFeeds(run.text);
    QString text = run.style & MarkdownRun::Code ? codeSpan(plain) : escaped(plain);
    if (run.style & MarkdownRun::Struck) text = marked(text, QStringLiteral("~~"));
    if (run.style & MarkdownRun::Emphasis) text = marked(text, QStringLiteral("*"));
    if (run.style & MarkdownRun::Strong) text = marked(text, QStringLiteral("**"));
    if (run.link.isEmpty()) return text;
    const bool isBare = run.link == run.text || run.link == QLatin1String("mailto:") + run.text;
    return isBare ? run.text : QStringLiteral("[%1](%2)").arg(text, run.link);
}

using Write = std::function<QString(const MarkdownRun&)>;

QString joined(const MarkdownRuns& runs, const Write& write) {
    QString text;
    for (const MarkdownRun& run : runs)
        text += write(run);
    return text;
}

QString plainRun(const MarkdownRun& run) {
    return withLineFeeds(run.text);
}

QString cellOf(const MarkdownRuns& runs) {
    return joined(runs, writtenRun).replace(u'|', QLatin1String("\\|")).replace(u'\n', u' ');
}

QString writtenTable(const MarkdownPart& part) {
    QString text;
    for (size_t row = 0; row < part.rows.size(); ++row) {
        for (const MarkdownRuns& cell : part.rows[row])
            text += QStringLiteral("| %1 ").arg(cellOf(cell));
        text += QLatin1String("|\n");
        if (row > 0) continue;
        for (const Qt::Alignment column : part.columns)
            text += column == Qt::AlignRight     ? QLatin1String("|--:")
                    : column == Qt::AlignHCenter ? QLatin1String("|:-:")
                                                 : QLatin1String("|---");
        text += QLatin1String("|\n");
    }
    text.chop(1);
    return text;
}

QString writtenCode(const MarkdownPart& part) {
    QString fence = QStringLiteral("```");
    while (part.code.contains(fence))
        fence += u'`';
    return fence + part.language + u'\n' + part.code + u'\n' + fence;
}

QString written(const MarkdownPart& part) {
    switch (part.kind) {
        case PartKind::Heading:
            return QString(std::clamp(part.level, 1, 6), u'#') + u' ' +
                   joined(part.runs, writtenRun).replace(u'\n', u' ');
        case PartKind::Rule:
            return QStringLiteral("---");
        case PartKind::Code:
            return writtenCode(part);
        case PartKind::LongText:
            return part.code;
        case PartKind::Table:
            return writtenTable(part);
        case PartKind::Paragraph:
        case PartKind::Formula:
            break;
    }
    return joined(part.runs, writtenRun);
}

QString markdownMark(const QString& mark) {
    if (mark == QStringLiteral("☑")) return QStringLiteral("- [x]");
    if (mark == QStringLiteral("☐")) return QStringLiteral("- [ ]");
    const bool isNumber = !mark.isEmpty() && mark.front().isDigit();
    return isNumber ? mark : QStringLiteral("-");
}

// What stands before the lines of a part; the first may have the mark of an item.
QString prefixOf(const MarkdownPart& part, bool isFirstLine) {
    QString prefix;
    for (size_t i = 0; i < part.containers.size(); ++i) {
        const int width = part.containers[i];
        const bool isInnermost = i + 1 == part.containers.size();
        if (width == 0) {
            prefix += QLatin1String("> ");
        } else if (isInnermost && isFirstLine && !part.mark.isEmpty()) {
            prefix += markdownMark(part.mark) + u' ';
        } else {
            prefix += QString(width + 1, u' ');
        }
    }
    return prefix;
}

// Of an empty line between two parts: the quotes that both lie in.
QString gapPrefix(const MarkdownPart& above, const MarkdownPart& below) {
    QString prefix;
    for (size_t i = 0; i < above.containers.size() && i < below.containers.size(); ++i) {
        if (above.containers[i] != below.containers[i]) break;
        prefix += above.containers[i] == 0 ? QStringLiteral("> ")
                                           : QString(above.containers[i] + 1, u' ');
    }
    while (prefix.endsWith(u' '))
        prefix.chop(1);
    return prefix;
}

// Whether a line is empty between the two. In a list without such lines one would make it another.
bool standsApart(const MarkdownPart& above, const MarkdownPart& below) {
    if (below.continues) return false;
    const bool isInList = std::any_of(above.containers.begin(), above.containers.end(),
                                      [](int width) { return width > 0; });
    return !below.isClose || !isInList;
}

QString plain(const MarkdownPart& part) {
    if (part.kind == PartKind::Code || part.kind == PartKind::LongText) return part.code;
    if (part.kind == PartKind::Rule) return QStringLiteral("---");
    if (part.kind != PartKind::Table)
        return (part.mark.isEmpty() ? QString() : part.mark + u' ') + joined(part.runs, plainRun);
    QStringList lines;
    for (const auto& row : part.rows) {
        QStringList cells;
        for (const MarkdownRuns& cell : row)
            cells.append(joined(cell, plainRun));
        lines.append(cells.join(u'\t'));
    }
    return lines.join(u'\n');
}

}  // namespace

QString markdownOf(const MarkdownParts& parts) {
    QString text;
    for (size_t i = 0; i < parts.size(); ++i) {
        const MarkdownPart& part = parts[i];
        if (i > 0) text += u'\n';
        if (i > 0 && standsApart(parts[i - 1], part)) text += gapPrefix(parts[i - 1], part) + u'\n';
        bool isFirst = true;
        for (const QString& line : written(part).split(u'\n')) {
            if (!isFirst) text += u'\n';
            text += prefixOf(part, isFirst) + line;
            isFirst = false;
        }
    }
    return text;
}

QString plainTextOf(const MarkdownParts& parts) {
    QString text;
    for (size_t i = 0; i < parts.size(); ++i) {
        if (i > 0)
            text += parts[i].isClose || parts[i].continues ? QStringLiteral("\n")
                                                           : QStringLiteral("\n\n");
        text += plain(parts[i]);
    }
    return text;
}

}  // namespace dsm
