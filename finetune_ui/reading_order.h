// readingOrder(): what of a page the Tab key comes to, in the order in which the page is read: that
// of its layouts, whatever came into being first. orderTabs() makes it the order of the Tab key.
//
// Threads  Main thread.
#pragma once

#include <QList>

class QWidget;

namespace dsm {

// Hidden ones, too.
QList<QWidget*> readingOrder(QWidget* page);
void orderTabs(QWidget* page);
// nullptr: nothing on it can be chosen now. Of several that exclude each other the chosen one.
QWidget* firstToChoose(QWidget* page);
// Of a control that can no longer be used, the nearest on its card that can: the keyboard stays there,
// and the page where it is. nullptr: it can be used, or there is none.
QWidget* neighbourOfGone(const QWidget* control);

}  // namespace dsm
