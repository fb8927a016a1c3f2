// Sizes of windows, kept within the screen they are on.
//
// Threads  Main thread.
#pragma once

#include <QSize>

class QWidget;

namespace dsm {

// The wanted size, or what the screen has room for with a frame around it.
QSize fitToScreen(QSize wanted, const QWidget* window);

// Moves a dialog that has its size to the middle of its parent's window, and onto the screen.
void placeOnScreen(QWidget* dialog);

}  // namespace dsm
