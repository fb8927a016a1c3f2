#include "ui/widgets/message/markdown_document.h"

#include <QTextBlock>
#include <QTextCursor>
#include <algorithm>

#include "ui/widgets/message/formula_object.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kQuoteIndent = 16;
constexpr int kMarkIndent = 12;
constexpr int kMarkCharacter = 10;
// Deeper containers stand no further in: their text would have no room.
constexpr int kMostIndent = 280;
constexpr int kHeadingPixels[] = {22, 19, 17, 15, 15, 15};

int widthOf(int container) {
    return container == 0 ? kQuoteIndent : kMarkIndent + kMarkCharacter * container;
}

QTextCharFormat baseFormat(const MarkdownPart& part, const Theme& theme) {
    QTextCharFormat format;
    const bool isQuoted =
        std::find(part.containers.begin(), part.containers.end(), 0) != part.containers.end();
    if (isQuoted) format.setForeground(theme.color(ColorRole::TextSecondary));
    if (part.kind == MarkdownPart::Kind::Heading) {
        format.setProperty(QTextFormat::FontPixelSize,
                           kHeadingPixels[std::clamp(part.level, 1, 6) - 1]);
        format.setFontWeight(QFont::DemiBold);
    }
    return format;
}

int topMarginOf(const MarkdownPart& part) {
    if (part.continues) return 0;
    if (part.kind == MarkdownPart::Kind::Heading) return 18;
    return part.isClose ? 4 : 10;
}

int pixelsOf(const MarkdownPart& part, const Theme& theme) {
    return part.kind == MarkdownPart::Kind::Heading
               ? kHeadingPixels[std::clamp(part.level, 1, 6) - 1]
               : theme.font(TextStyle::Body).pixelSize();
}

// As its first letter is; code and formulas are written from the left in every language.
bool isRightToLeft(const MarkdownRuns& runs) {
    for (const MarkdownRun& run : runs) {
        if (run.style & (MarkdownRun::Code | MarkdownRun::Formula)) continue;
        for (const QChar character : run.text) {
            const QChar::Direction direction = character.direction();
            if (direction == QChar::DirL) return false;
            if (direction == QChar::DirR || direction == QChar::DirAL) return true;
        }
    }
    return false;
}

QTextBlockFormat blockFormatOf(const MarkdownPart& part, bool isFirst, const Theme& theme) {
    QTextBlockFormat format;
    int height = theme.lineHeight(TextStyle::Body);
    if (part.kind == MarkdownPart::Kind::Heading) {
        format.setHeadingLevel(part.level);
        height = height * kHeadingPixels[std::clamp(part.level, 1, 6) - 1] / 15;
    }
    setLineHeight(format, height, part.runs, pixelsOf(part, theme), theme);
    if (part.kind == MarkdownPart::Kind::Formula) format.setAlignment(Qt::AlignHCenter);
    format.setTopMargin(isFirst ? 0 : topMarginOf(part));
    const int indent = indentOf(part.containers);
    // Said of each paragraph: a mark before it, or the direction of the window, would mislead.
    const bool isFromRight = isRightToLeft(part.runs);
    format.setLayoutDirection(isFromRight ? Qt::RightToLeft : Qt::LeftToRight);
    isFromRight ? format.setRightMargin(indent) : format.setLeftMargin(indent);
    if (!part.mark.isEmpty() && !part.containers.empty()) {
        const int hanging = std::min(indent, widthOf(part.containers.back()));
        format.setTextIndent(-hanging);
        // Counted from the side where the line begins, and named by the other.
        const auto kind = isFromRight ? QTextOption::RightTab : QTextOption::LeftTab;
        format.setTabPositions({QTextOption::Tab(hanging, kind)});
    }
    QVariantList bars;
    for (const int bar : barsOf(part.containers))
        bars.append(bar);
    if (!bars.isEmpty()) format.setProperty(kBarsProperty, bars);
    if (part.kind == MarkdownPart::Kind::Rule) format.setProperty(kRuleProperty, true);
    return format;
}

void writePart(QTextCursor& cursor, const MarkdownPart& part, const Theme& theme) {
    const QTextCharFormat base = baseFormat(part, theme);
    if (!part.mark.isEmpty()) {
        QTextCharFormat mark = base;
        mark.setForeground(theme.color(ColorRole::TextSecondary));
        // The font of emoji has one of the two boxes, in colour.
        const bool isBox = part.mark == QStringLiteral("☑") || part.mark == QStringLiteral("☐");
        if (isBox) mark.setFontFamilies(theme.font(TextStyle::Code).families());
        cursor.insertText(part.mark + u'\t', mark);
    }
    writeRuns(cursor, part.runs, base, theme);
}

}  // namespace

QTextCharFormat formatOfRun(const MarkdownRun& run, QTextCharFormat format, const Theme& theme) {
    if (run.style & MarkdownRun::Strong) format.setFontWeight(QFont::DemiBold);
    if (run.style & MarkdownRun::Emphasis) format.setFontItalic(true);
    if (run.style & MarkdownRun::Struck) format.setFontStrikeOut(true);
    if (run.style & MarkdownRun::Raised) {
        format.setVerticalAlignment(QTextCharFormat::AlignSuperScript);
    }
    if (run.style & MarkdownRun::Quiet) {
        format.setFontItalic(true);
        format.setForeground(theme.color(ColorRole::TextSecondary));
    }
    if (run.style & MarkdownRun::Code) {
        const QFont code = theme.font(TextStyle::Code);
        format.setFontFamilies(code.families());
        if (!format.hasProperty(QTextFormat::FontPixelSize) ||
            format.intProperty(QTextFormat::FontPixelSize) <= 15)
            format.setProperty(QTextFormat::FontPixelSize, code.pixelSize());
        format.setBackground(theme.color(ColorRole::SurfaceActive));
    }
    if (!run.link.isEmpty()) {
        format.setAnchor(true);
        format.setAnchorHref(run.link);
        format.setForeground(theme.color(ColorRole::AccentText));
        format.setFontUnderline(true);
        format.setToolTip(run.link);
    }
    return format;
}

void writeRuns(QTextCursor& cursor, const MarkdownRuns& runs, const QTextCharFormat& base,
               const Theme& theme) {
    for (const MarkdownRun& run : runs) {
        if (run.style & MarkdownRun::Formula) {
            FormulaObject::insert(cursor, run.text, formatOfRun(run, base, theme));
            continue;
        }
        QString text = run.text;
        std::transform(text.cbegin(), text.cend(), text.begin(), withoutMeaning);
        cursor.insertText(text, formatOfRun(run, base, theme));
    }
}

void setLineHeight(QTextBlockFormat& format, int height, const MarkdownRuns& runs, int pixels,
                   const Theme& theme) {
    const QFont text = theme.font(TextStyle::Body);
    const bool fits = std::all_of(runs.begin(), runs.end(), [&](const MarkdownRun& run) {
        return (run.style & MarkdownRun::Formula) == 0 ||
               FormulaObject::fitsLine(run.text, text, pixels, height);
    });
    format.setLineHeight(height,
                         fits ? QTextBlockFormat::FixedHeight : QTextBlockFormat::MinimumHeight);
}

QChar withoutMeaning(QChar c) {
    if (c == u'\n' || c == u'\r' || c == QChar::ParagraphSeparator) return QChar::LineSeparator;
    const bool isFrame = c.unicode() == 0xFDD0 || c.unicode() == 0xFDD1;
    return isFrame ? QChar(QChar::ReplacementCharacter) : c;
}

int indentOf(const MarkdownPart::Containers& containers) {
    int indent = 0;
    for (const int container : containers) {
        if (indent + widthOf(container) > kMostIndent) break;
        indent += widthOf(container);
    }
    return indent;
}

std::vector<int> barsOf(const MarkdownPart::Containers& containers) {
    std::vector<int> bars;
    int indent = 0;
    for (const int container : containers) {
        if (indent + widthOf(container) > kMostIndent) break;
        if (container == 0) bars.push_back(indent);
        indent += widthOf(container);
    }
    return bars;
}

void writeParts(QTextDocument& document, int first, std::span<const MarkdownPart> parts,
                const Theme& theme) {
    QTextCursor cursor(&document);
    cursor.beginEditBlock();
    QTextBlockFormat kept;
    if (first > 0) {
        const QTextBlock last = document.findBlockByNumber(first - 1);
        kept = last.blockFormat();
        cursor.setPosition(last.position() + last.length() - 1);
    }
    cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
    cursor.removeSelectedText();
    // An empty block, a rule, takes the format of the one that is removed behind it.
    if (first > 0) cursor.setBlockFormat(kept);
    bool isFirst = first == 0;
    for (const MarkdownPart& part : parts) {
        const QTextBlockFormat format = blockFormatOf(part, isFirst, theme);
        const QTextCharFormat base = baseFormat(part, theme);
        if (isFirst) {
            cursor.setBlockFormat(format);
            cursor.setBlockCharFormat(base);
        } else {
            cursor.insertBlock(format, base);
        }
        writePart(cursor, part, theme);
        isFirst = false;
    }
    cursor.endEditBlock();
}

}  // namespace dsm
