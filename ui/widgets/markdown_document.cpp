#include "ui/widgets/markdown_document.h"

#include <QRegularExpression>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextFrame>
#include <QTextList>
#include <QTextTable>

#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kLineHeightPercent = 145;
constexpr int kListIndent = 22;

// QTextDocument numbers each list from one. Where a text goes on with a later number (after a
// piece of code, say) the number is kept as text.
QString withKeptNumbers(const QString& markdown) {
    static const QRegularExpression number(QStringLiteral("^(\\s*)(\\d{1,9})([.)])(?= )"));
    const QRegularExpressionMatch first = number.match(markdown);
    if (!first.hasMatch() || first.captured(2) == QLatin1String("1")) return markdown;
    static const QRegularExpression numbers(QStringLiteral("^(\\d{1,9})([.)])(?= )"),
                                            QRegularExpression::MultilineOption);
    QString kept = markdown;
    return kept.replace(numbers, QStringLiteral("\n\\1\\\\2"));
}

struct FoundSpan {
    int begin = 0;
    int length = 0;
    QTextCharFormat format;
};

template <typename Predicate>
std::vector<FoundSpan> findSpans(const QTextDocument& document, Predicate predicate) {
    std::vector<FoundSpan> spans;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            const QTextFragment fragment = it.fragment();
            if (predicate(fragment.charFormat())) {
                spans.push_back({fragment.position(), fragment.length(), fragment.charFormat()});
            }
        }
    }
    return spans;
}

QTextCursor cursorOver(QTextDocument& document, int begin, int length) {
    QTextCursor cursor(&document);
    cursor.setPosition(begin);
    cursor.setPosition(begin + length, QTextCursor::KeepAnchor);
    return cursor;
}

void replacePictures(QTextDocument& document, const Theme& theme) {
    const std::vector<FoundSpan> spans =
        findSpans(document, [](const QTextCharFormat& format) { return format.isImageFormat(); });
    // From the end, so that the positions before stay true.
    for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
        QString shown = span->format.stringProperty(QTextFormat::ImageAltText);
        if (shown.isEmpty()) shown = span->format.toImageFormat().name();
        QTextCharFormat format;
        format.setFontItalic(true);
        format.setForeground(theme.color(ColorRole::TextSecondary));
        cursorOver(document, span->begin, span->length)
            .insertText(QStringLiteral("[%1]").arg(shown), format);
    }
}

void styleSpans(QTextDocument& document, const Theme& theme) {
    for (const FoundSpan& span : findSpans(
             document, [](const QTextCharFormat& format) { return format.fontFixedPitch(); })) {
        QTextCharFormat format;
        const QFont code = theme.font(TextStyle::Code);
        format.setFontFamilies(code.families());
        format.setProperty(QTextFormat::FontPixelSize, code.pixelSize());
        format.setBackground(theme.color(ColorRole::SurfaceActive));
        cursorOver(document, span.begin, span.length).mergeCharFormat(format);
    }
    for (const FoundSpan& span :
         findSpans(document, [](const QTextCharFormat& format) { return format.isAnchor(); })) {
        QTextCharFormat format;
        format.setForeground(theme.color(ColorRole::AccentText));
        format.setFontUnderline(true);
        format.setToolTip(span.format.anchorHref());
        cursorOver(document, span.begin, span.length).mergeCharFormat(format);
    }
}

void styleHeading(QTextCursor& cursor, int level) {
    static constexpr int kPixels[] = {22, 19, 17, 15, 15, 15};
    QTextCharFormat format;
    format.setProperty(QTextFormat::FontPixelSize, kPixels[std::clamp(level, 1, 6) - 1]);
    format.clearProperty(QTextFormat::FontSizeAdjustment);
    format.setFontWeight(QFont::DemiBold);
    cursor.select(QTextCursor::BlockUnderCursor);
    QTextCursor whole = cursor;
    whole.mergeCharFormat(format);
    // The adjustment that the Markdown reader sets would be applied on top of the size.
    const QTextBlock block = cursor.block();
    for (auto it = block.begin(); !it.atEnd(); ++it) {
        const QTextFragment fragment = it.fragment();
        QTextCharFormat own = fragment.charFormat();
        own.clearProperty(QTextFormat::FontSizeAdjustment);
        QTextCursor part(block);
        part.setPosition(fragment.position());
        part.setPosition(fragment.position() + fragment.length(), QTextCursor::KeepAnchor);
        part.setCharFormat(own);
    }
}

void styleBlocks(QTextDocument& document, const Theme& theme) {
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        QTextBlockFormat format = block.blockFormat();
        const bool isFirst = block == document.begin();
        const bool inTable = cursor.currentTable() != nullptr;
        format.setLineHeight(inTable ? 100 : kLineHeightPercent,
                             QTextBlockFormat::ProportionalHeight);
        format.setTopMargin(0);
        format.setBottomMargin(inTable ? 0 : (block.textList() != nullptr ? 4 : 10));
        if (format.headingLevel() > 0) {
            format.setTopMargin(isFirst ? 0 : 10);
            format.setLineHeight(130, QTextBlockFormat::ProportionalHeight);
        }
        if (format.hasProperty(QTextFormat::BlockQuoteLevel)) format.setLeftMargin(space::kLarge);
        if (!block.next().isValid()) format.setBottomMargin(0);
        cursor.setBlockFormat(format);
        if (format.headingLevel() > 0) styleHeading(cursor, format.headingLevel());
        if (format.hasProperty(QTextFormat::BlockQuoteLevel)) {
            QTextCharFormat quiet;
            quiet.setForeground(theme.color(ColorRole::TextSecondary));
            cursor.select(QTextCursor::BlockUnderCursor);
            cursor.mergeCharFormat(quiet);
        }
    }
}

void styleTables(QTextDocument& document, const Theme& theme) {
    for (QTextFrame* frame : document.rootFrame()->childFrames()) {
        auto* table = qobject_cast<QTextTable*>(frame);
        if (table == nullptr) continue;
        QTextTableFormat format = table->format();
        format.setCellPadding(7);
        format.setCellSpacing(0);
        format.setBorder(1);
        format.setBorderCollapse(true);
        format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
        format.setBorderBrush(theme.color(ColorRole::Border));
        format.setTopMargin(4);
        format.setBottomMargin(8);
        table->setFormat(format);
        for (int column = 0; column < table->columns(); ++column) {
            QTextTableCell cell = table->cellAt(0, column);
            QTextCharFormat head = cell.format();
            head.setBackground(theme.color(ColorRole::SurfaceHover));
            cell.setFormat(head);
        }
    }
}

}  // namespace

void setLineSpacing(QTextDocument& document) {
    QTextCursor cursor(&document);
    cursor.select(QTextCursor::Document);
    QTextBlockFormat format;
    format.setLineHeight(kLineHeightPercent, QTextBlockFormat::ProportionalHeight);
    cursor.mergeBlockFormat(format);
}

void setMarkdownDocument(QTextDocument& document, const QString& markdown, const Theme& theme) {
    document.setIndentWidth(kListIndent);
    document.setMarkdown(withKeptNumbers(markdown),
                         QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) |
                             QTextDocument::MarkdownNoHTML);
    replacePictures(document, theme);
    styleBlocks(document, theme);
    styleSpans(document, theme);
    styleTables(document, theme);
}

}  // namespace dsm
