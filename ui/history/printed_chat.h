// A chat on paper: a page of HTML as toHtml() makes it for printing, painted into a PDF or printed.
//
// Nothing is loaded for it: pictures that a message names stay away.
//
// Threads  Main thread.
#pragma once

#include <QByteArray>
#include <functional>

class QWidget;

namespace dsm {

// On A4, or letter where that is the paper of the country.
QByteArray pdfOf(const QByteArray& html);

// Asks for the printer; `html` once it is chosen.
void printOver(QWidget* over, const QByteArray& html);

}  // namespace dsm
