#include "ui/widgets/message/text_block.h"

#include <QAbstractTextDocumentLayout>
#include <QContextMenuEvent>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/widgets/language_change.h"
#include "ui/widgets/message/formula_object.h"
#include "ui/widgets/message/markdown_document.h"
#include "ui/widgets/message/markdown_excerpt.h"
#include "ui/widgets/message/text_access.h"
#include "ui/widgets/message/text_marks.h"
#include "ui/widgets/theme.h"

namespace dsm {

qint64 TextBlock::laidOut_ = 0;

namespace {

// How many rows of a table are as they were.
size_t sameRows(const MarkdownPart& before, const MarkdownPart& now) {
    if (before.columns != now.columns) return 0;
    const auto differs =
        std::mismatch(before.rows.begin(), before.rows.end(), now.rows.begin(), now.rows.end());
    return static_cast<size_t>(differs.first - before.rows.begin());
}

}  // namespace

TextBlock::TextBlock(const Theme& theme, QWidget* parent)
    : QTextBrowser(parent), theme_(theme), table_(*document(), theme) {
    installTextAccess();
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setOpenLinks(false);
    setUndoRedoEnabled(false);
    setFocusPolicy(Qt::ClickFocus);
    setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::TextSelectableByKeyboard);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    // With the width of the widget each change of its height would lay the text out again.
    setLineWrapMode(QTextEdit::FixedPixelWidth);
    setLineWrapColumnOrWidth(kColumnWidth);
    table_.fitTo(kColumnWidth);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(0);
    new FormulaObject(*document());
    connect(this, &QTextBrowser::anchorClicked, this, &TextBlock::linkActivated);
    connect(&theme, &Theme::changed, this, &TextBlock::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
}

bool TextBlock::isTable() const {
    return !parts_.empty() && parts_.front().kind == MarkdownPart::Kind::Table;
}

void TextBlock::setParts(MarkdownParts parts) {
    const bool wasTable = isTable();
    const auto differs = std::mismatch(parts_.begin(), parts_.end(), parts.begin(), parts.end());
    const auto same = static_cast<size_t>(differs.first - parts_.begin());
    if (same == parts_.size() && same == parts.size()) return;
    size_t first = same;
    if (wasTable) first = sameRows(parts_.front(), parts.empty() ? MarkdownPart() : parts.front());
    parts_ = std::move(parts);
    if (wasTable && !isTable()) table_.forget();
    if (wasTable != isTable()) first = 0;
    isBare_ = isTable() || std::all_of(parts_.begin(), parts_.end(), [](const MarkdownPart& part) {
                  return part.kind != MarkdownPart::Kind::Rule && barsOf(part.containers).empty();
              });
    setHorizontalScrollBarPolicy(isTable() ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    write(first);
}

void TextBlock::setPlain(const QString& text) {
    setParts(readPlain(text));
}

void TextBlock::write(size_t first) {
    if (isTable()) {
        laidOut_ += table_.write(parts_.front(), first);
    } else {
        const auto changed = std::span<const MarkdownPart>(parts_).subspan(first);
        writeParts(*document(), static_cast<int>(first), changed, theme_);
        laidOut_ += static_cast<qint64>(changed.size());
    }
    if (!marks_.isEmpty()) showMarks();
}

void TextBlock::setWidth(int width) {
    if (width == lineWrapColumnOrWidth()) return;
    setLineWrapColumnOrWidth(width);
    table_.fitTo(width);
    laidOut_ += document()->blockCount();
}

int TextBlock::heightFor(int width) {
    setWidth(width);
    const QSizeF size = document()->size();
    const bool scrolls = isTable() && size.width() > width;
    return static_cast<int>(std::ceil(size.height())) +
           (scrolls ? horizontalScrollBar()->sizeHint().height() : 0);
}

int TextBlock::naturalWidth(int maximum) {
    setWidth(maximum);
    const int ideal = static_cast<int>(std::ceil(document()->idealWidth())) + 1;
    return std::min(maximum, ideal);
}

MarkdownParts TextBlock::selectedParts() const {
    const QTextCursor cursor = textCursor();
    if (!cursor.hasSelection()) return {};
    return isTable() ? MarkdownParts{rowsBetween(parts_.front(), *document(), cursor)}
                     : partsBetween(parts_, *document(), cursor);
}

bool TextBlock::mark(const QStringList& words) {
    marks_ = words;
    showMarks();
    return !extraSelections().isEmpty();
}

void TextBlock::showMarks() {
    setExtraSelections(marksOf(*document(), marks_, theme_));
}

QRect TextBlock::firstMark() {
    return extraSelections().isEmpty() ? QRect() : cursorRect(extraSelections().front().cursor);
}

QMimeData* TextBlock::createMimeDataFromSelection() const {
    if (!textCursor().selectedText().contains(QChar::ObjectReplacementCharacter))
        return QTextBrowser::createMimeDataFromSelection();
    auto* selected = new QMimeData;
    selected->setText(FormulaObject::selectedText(textCursor()));
    return selected;
}

QVariant TextBlock::loadResource(int, const QUrl&) {
    return {};
}

void TextBlock::doSetSource(const QUrl&, QTextDocument::ResourceType) {}

// The conversation scrolls up and down, not its paragraphs; a wide table scrolls sideways.
void TextBlock::wheelEvent(QWheelEvent* event) {
    if (isTable() && event->angleDelta().x() != 0) {
        QTextBrowser::wheelEvent(event);
    } else {
        event->ignore();
    }
}

void TextBlock::contextMenuEvent(QContextMenuEvent* event) {
    // Not waited for: a reply that grows meanwhile may take this block away, and the menu with it.
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* copyText = menu->addAction(tr("Copy"), this, &QTextEdit::copy);
    copyText->setEnabled(textCursor().hasSelection());
    menu->addAction(tr("Select all"), this, &QTextEdit::selectAll);
    menu->popup(event->globalPos());
}

void TextBlock::paintEvent(QPaintEvent* event) {
    if (!isBare_) paintBarsAndRules();
    QTextBrowser::paintEvent(event);
    if (isTable()) paintLines(event->rect());
}

void TextBlock::paintLines(const QRect& clip) {
    QPainter painter(viewport());
    const int left = horizontalScrollBar()->value();
    painter.translate(-left, 0);
    table_.paintLines(painter, QRectF(clip.translated(left, 0)));
}

void TextBlock::paintBarsAndRules() {
    QPainter painter(viewport());
    const QColor color = theme_.color(ColorRole::BorderStrong);
    QVariantList above;
    double end = 0;
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        const QRectF place = document()->documentLayout()->blockBoundingRect(block);
        const QTextBlockFormat format = block.blockFormat();
        const QVariantList bars = format.property(kBarsProperty).toList();
        // The last line is higher than its letters, as those above it.
        const double bottom = block.next().isValid() ? place.bottom() : document()->size().height();
        for (const QVariant& bar : bars) {
            const double top = above.contains(bar) ? end : place.top();
            const double left = format.layoutDirection() == Qt::RightToLeft
                                    ? viewport()->width() - bar.toInt() - kBarWidth
                                    : bar.toInt();
            painter.fillRect(QRectF(left, top, kBarWidth, bottom - top), color);
        }
        if (format.boolProperty(kRuleProperty)) {
            const double left = format.leftMargin();
            painter.fillRect(
                QRectF(left, std::floor(place.center().y()), viewport()->width() - left, 1), color);
        }
        above = bars;
        end = place.bottom();
    }
}

void TextBlock::retranslate() {
    setAccessibleName(tr("Text of the message"));
}

void TextBlock::applyTheme() {
    document()->setDefaultFont(theme_.font(TextStyle::Body));
    setFont(theme_.font(TextStyle::Body));
    QPalette colors = palette();
    colors.setColor(QPalette::Text, theme_.color(ColorRole::Text));
    colors.setColor(QPalette::Base, Qt::transparent);
    colors.setColor(QPalette::Link, theme_.color(ColorRole::AccentText));
    setPalette(colors);
    if (!parts_.empty()) write(0);
}

}  // namespace dsm
