// The widgets that show the text of a message, read-only: a QTextEdit for text and code, a
// QPlainTextEdit for what is too long. These functions do for both what a selection needs.
//
// Threads  Main thread.
#pragma once

#include <QTextCursor>

class QAbstractScrollArea;

namespace dsm {

QTextCursor cursorOf(const QAbstractScrollArea& text);
void setCursor(QAbstractScrollArea& text, const QTextCursor& cursor);
void select(QAbstractScrollArea& text, int from, int to);
void selectWhole(QAbstractScrollArea& text);
void deselect(QAbstractScrollArea& text);
int lengthOf(const QAbstractScrollArea& text);
// The position nearest to a point of the screen.
int positionAt(const QAbstractScrollArea& text, QPoint global);
// What is selected as it is read, its lines apart.
QString selectedTextOf(const QAbstractScrollArea& text);

}  // namespace dsm
