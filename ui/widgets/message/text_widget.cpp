#include "ui/widgets/message/text_widget.h"

#include <QPlainTextEdit>
#include <QTextEdit>
#include <algorithm>

#include "ui/widgets/message/formula_object.h"

namespace dsm {
namespace {

const QTextDocument& documentOf(const QAbstractScrollArea& text) {
    if (const auto* rich = qobject_cast<const QTextEdit*>(&text)) return *rich->document();
    return *qobject_cast<const QPlainTextEdit*>(&text)->document();
}

}  // namespace

QTextCursor cursorOf(const QAbstractScrollArea& text) {
    if (const auto* rich = qobject_cast<const QTextEdit*>(&text)) return rich->textCursor();
    return qobject_cast<const QPlainTextEdit*>(&text)->textCursor();
}

void setCursor(QAbstractScrollArea& text, const QTextCursor& cursor) {
    if (auto* rich = qobject_cast<QTextEdit*>(&text)) {
        rich->setTextCursor(cursor);
    } else {
        qobject_cast<QPlainTextEdit*>(&text)->setTextCursor(cursor);
    }
}

int lengthOf(const QAbstractScrollArea& text) {
    return documentOf(text).characterCount() - 1;
}

void select(QAbstractScrollArea& text, int from, int to) {
    const int length = lengthOf(text);
    QTextCursor cursor = cursorOf(text);
    if (cursor.anchor() == from && cursor.position() == to) return;
    cursor.setPosition(std::clamp(from, 0, length));
    cursor.setPosition(std::clamp(to, 0, length), QTextCursor::KeepAnchor);
    setCursor(text, cursor);
}

void selectWhole(QAbstractScrollArea& text) {
    select(text, 0, lengthOf(text));
}

void deselect(QAbstractScrollArea& text) {
    QTextCursor cursor = cursorOf(text);
    if (!cursor.hasSelection()) return;
    cursor.clearSelection();
    setCursor(text, cursor);
}

int positionAt(const QAbstractScrollArea& text, QPoint global) {
    const QWidget* viewport = text.viewport();
    const QPoint local = viewport->mapFromGlobal(global);
    if (local.y() < 0) return 0;
    if (local.y() >= viewport->height()) return lengthOf(text);
    if (const auto* rich = qobject_cast<const QTextEdit*>(&text))
        return rich->cursorForPosition(local).position();
    return qobject_cast<const QPlainTextEdit*>(&text)->cursorForPosition(local).position();
}

QString selectedTextOf(const QAbstractScrollArea& text) {
    return FormulaObject::selectedText(cursorOf(text));
}

}  // namespace dsm
