#include "ui/texts/text_editor.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QToolTip>
#include <algorithm>

namespace dsm {

// toPlainText() would make a space of each space that does not break.
QString textOf(const QTextDocument& document) {
    QString text = document.toRawText();
    text.replace(QChar::ParagraphSeparator, u'\n');
    return text;
}

TextEditor::TextEditor(QWidget* parent) : QPlainTextEdit(parent) {
    setProperty("kind", QStringLiteral("field"));
    setTabChangesFocus(true);
    setCursorWidth(2);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this,
            [this](int value) { isAtEnd_ = value == verticalScrollBar()->maximum(); });
}

bool TextEditor::viewportEvent(QEvent* event) {
    if (event->type() != QEvent::ToolTip || !tip_) return QPlainTextEdit::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QTextCursor nearest = cursorForPosition(help->pos());
    // The nearest gap may be the one behind the character.
    const bool isBehind = cursorRect(nearest).left() > help->pos().x();
    const QString tip = tip_(std::max(0, nearest.position() - (isBehind ? 1 : 0)));
    // Whatever stands in the text, it is no markup.
    QToolTip::showText(help->globalPos(), tip.toHtmlEscaped(), this);
    return true;
}

void TextEditor::paintEvent(QPaintEvent* event) {
    if (backdrop_) {
        QPainter painter(viewport());
        painter.setClipRegion(event->region());
        QTextBlock block = firstVisibleBlock();
        while (block.isValid()) {
            const QRectF place = blockBoundingGeometry(block).translated(contentOffset());
            if (place.top() > viewport()->height()) break;
            if (block.isVisible()) backdrop_(painter, block, place.topLeft());
            block = block.next();
        }
    }
    QPlainTextEdit::paintEvent(event);
}

void TextEditor::moveToEnd() {
    moveCursor(QTextCursor::End);
    ensureCursorVisible();
    isAtEnd_ = true;
    follow();
}

void TextEditor::follow() {
    if (isAtEnd_) verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

// Words below that take another line leave the end in sight.
void TextEditor::resizeEvent(QResizeEvent* event) {
    const QScrollBar* bar = verticalScrollBar();
    const bool showsEnd = bar->maximum() > 0 && bar->value() == bar->maximum();
    QPlainTextEdit::resizeEvent(event);
    if (!showsEnd) return;
    isAtEnd_ = true;
    follow();
}

void TextEditor::cutAfterCursor() {
    QTextCursor cursor = textCursor();
    cursor.clearSelection();
    cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
    cursor.removeSelectedText();
    setTextCursor(cursor);
}

void TextEditor::goOnWith(const QString& text) {
    QTextCursor cursor = textCursor();
    cursor.clearSelection();
    cursor.beginEditBlock();
    cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
    cursor.insertText(text);
    cursor.endEditBlock();
    setTextCursor(cursor);
    ensureCursorVisible();
}

// Tab leads on to the next control; with Ctrl it is written.
void TextEditor::keyPressEvent(QKeyEvent* event) {
    const bool isWrittenTab =
        event->key() == Qt::Key_Tab && event->modifiers() == Qt::ControlModifier && !isReadOnly();
    if (isWrittenTab) return insertPlainText(QStringLiteral("\t"));
    QPlainTextEdit::keyPressEvent(event);
}

bool TextEditor::canInsertFromMimeData(const QMimeData* source) const {
    return source->hasText() && !isReadOnly();
}

// Asks the source once: while it answers, the program that owns the clipboard may end.
void TextEditor::insertFromMimeData(const QMimeData* source) {
    const QString text = source ? source->text() : QString();
    if (text.isEmpty()) return;
    const QTextCursor cursor = textCursor();
    const qsizetype wanted = document()->characterCount() - 1 -
                             (cursor.selectionEnd() - cursor.selectionStart()) + text.size();
    if (wanted > kLongest) {
        Q_EMIT pasteRefused(wanted);
    } else {
        insertPlainText(text);
        ensureCursorVisible();
    }
}

}  // namespace dsm
