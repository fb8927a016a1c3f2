// Texts from outside, names of chats, models and files, made fit for places that read marks in
// them.
//
// Threads  Any.
#pragma once

#include <QString>

namespace dsm {

// For a button or the entry of a menu: an "&" stays one and marks no key, a tab begins no column,
// and what is longer than a menu is wide is cut in its middle.
QString verbatim(const QString& text);

// For the title of a window, where "[*]" would stand for unsaved changes.
QString verbatimTitle(const QString& text);

}  // namespace dsm
