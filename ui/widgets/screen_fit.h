// Sizes of windows, kept within the screen they are on.
//
// Threads  Main thread.
#pragma once

#include <QByteArray>
#include <QSize>

class QSplitter;
class QWidget;

namespace dsm {

// The wanted size, or what the screen has room for with a frame around it.
QSize fitToScreen(QSize wanted, const QWidget* window);

// Brings a window to where it was when QWidget::saveGeometry() gave this; false where it is none. A
// place or a size that no screen has, of one that is gone or of damaged settings, becomes one that it
// has.
bool restoreOnScreen(QWidget* window, const QByteArray& geometry);

// Gives what is beside each other the sizes it had when QSplitter::saveState() gave this; false, and
// all stays, where that is none or says more of the splitter than sizes.
bool restoreSizes(QSplitter* splitter, const QByteArray& state);

// Moves a dialog that has its size to the middle of its parent's window, and onto the screen.
void placeOnScreen(QWidget* dialog);

}  // namespace dsm
