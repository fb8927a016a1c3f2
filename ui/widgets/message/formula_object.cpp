#include "ui/widgets/message/formula_object.h"

#include <QAbstractTextDocumentLayout>
#include <QFontMetrics>
#include <QPainter>
#include <QTextBlock>
#include <QTextCursor>
#include <algorithm>

#include "ui/widgets/math/formula.h"

namespace dsm {
namespace {

// Above and below a formula that makes its line higher.
constexpr double kPadding = 2;
// As far a formula may reach into the space between lines.
constexpr double kReach = 3;
// What would be smaller is cut off at the edge instead; its source can be copied.
constexpr double kSmallest = 0.2;

// The formula, or the piece of it, that the format stands for.
std::shared_ptr<const Formula> formulaOf(const QTextDocument& document, const QTextFormat& format) {
    const auto formula =
        Formula::of(format.stringProperty(FormulaObject::kSource), document.defaultFont());
    const auto piece = static_cast<size_t>(format.intProperty(FormulaObject::kPiece));
    if (formula == nullptr || piece >= formula->pieces().size()) return formula;
    return formula->pieces()[piece];
}

double pixelsOf(const QTextDocument& document, const QTextFormat& format) {
    return format.hasProperty(QTextFormat::FontPixelSize)
               ? format.intProperty(QTextFormat::FontPixelSize)
               : document.defaultFont().pixelSize();
}

// The same, made smaller where the text is too narrow.
double shownPixels(const Formula& formula, const QTextDocument& document, int position,
                   const QTextFormat& format) {
    const double pixels = pixelsOf(document, format);
    const QTextBlockFormat block = document.findBlock(position).blockFormat();
    const double room = document.textWidth() - block.leftMargin() - block.rightMargin();
    const double width = formula.width(pixels);
    if (document.textWidth() <= 0 || width <= room) return pixels;
    return pixels * std::max(kSmallest, room / width);
}

// How far above the middle of an object its baseline lies: Qt puts the middle of one at half of a
// small letter's height (QTextDocumentLayout::resizeInlineObject).
double middleOf(const QTextFormat& format) {
    return QFontMetrics(format.toCharFormat().font()).xHeight() / 2.0;
}

}  // namespace

FormulaObject::FormulaObject(QTextDocument& document) : QObject(&document) {
    document.documentLayout()->registerHandler(kType, this);
}

void FormulaObject::insert(QTextCursor& cursor, const QString& source, QTextCharFormat format) {
    const auto formula = Formula::of(source, cursor.document()->defaultFont());
    if (formula == nullptr) {
        QString shown = source;
        cursor.insertText(shown.replace(u'\n', QChar(QChar::LineSeparator)), format);
        return;
    }
    format.setObjectType(kType);
    format.setProperty(kSource, source);
    format.setVerticalAlignment(QTextCharFormat::AlignMiddle);
    int piece = 0;
    do {
        format.setProperty(kPiece, piece);
        cursor.insertText(QString(QChar(QChar::ObjectReplacementCharacter)), format);
    } while (++piece < std::ssize(formula->pieces()));
}

int FormulaObject::lengthOf(const QString& source, const QFont& text) {
    const auto formula = Formula::of(source, text);
    if (formula == nullptr) return static_cast<int>(source.size());
    return std::max(1, static_cast<int>(formula->pieces().size()));
}

bool FormulaObject::fitsLine(const QString& source, const QFont& text, int pixels, int lineHeight) {
    const auto formula = Formula::of(source, text);
    return formula == nullptr || (formula->ascent(pixels) <= lineHeight * 4 / 5.0 + kReach &&
                                  formula->descent(pixels) <= lineHeight / 5.0 + kReach);
}

QString FormulaObject::selectedText(const QTextCursor& cursor) {
    const int begin = cursor.selectionStart();
    QString text = cursor.selectedText();
    for (qsizetype at = text.size() - 1; at >= 0; --at) {
        if (text[at] != QChar::ObjectReplacementCharacter) continue;
        QTextCursor character(cursor.document());
        character.setPosition(begin + static_cast<int>(at) + 1);
        const QTextCharFormat format = character.charFormat();
        const QString source = format.stringProperty(kSource);
        if (source.isEmpty()) continue;
        // Of what is selected of its pieces the first stands for all.
        const bool isFirst = format.intProperty(kPiece) == 0 || at == 0;
        text.replace(at, 1, isFirst ? source : QString());
    }
    return text.replace(QChar::ParagraphSeparator, u'\n').replace(QChar::LineSeparator, u'\n');
}

QSizeF FormulaObject::intrinsicSize(QTextDocument* document, int position,
                                    const QTextFormat& format) {
    const auto formula = formulaOf(*document, format);
    if (formula == nullptr) return {};
    const double pixels = shownPixels(*formula, *document, position, format);
    const double middle = middleOf(format);
    const double ascent = formula->ascent(pixels) + kPadding;
    const double descent = formula->descent(pixels) + kPadding;
    return {formula->width(pixels), std::max(2 * ascent - middle, 2 * descent + middle)};
}

void FormulaObject::drawObject(QPainter* painter, const QRectF& rect, QTextDocument* document,
                               int position, const QTextFormat& format) {
    const auto formula = formulaOf(*document, format);
    if (formula == nullptr) return;
    const QTextBlock block = document->findBlock(position);
    const QTextLine line = block.layout()->lineForTextPosition(position - block.position());
    // The object is put into the middle of the line.
    const double leading = std::max(0.0, line.leading());
    const double lineHeight = line.ascent() + line.descent() + leading;
    const double baseline = rect.top() - (lineHeight - rect.height()) / 2 + line.ascent() + leading;
    formula->paint(*painter, {rect.left(), baseline},
                   shownPixels(*formula, *document, position, format), document->defaultFont());
}

}  // namespace dsm
