// Saves code of a reply in a file that the reader names.
//
// Threads  Main thread.
#pragma once

#include <QString>

class QWidget;

namespace dsm {

// Asks for the file in a window over `parent` and writes it; "" where it is written or the reader
// thought better of it, else why not.
QString saveCode(QWidget* parent, const QString& language, const QString& code);

}  // namespace dsm
