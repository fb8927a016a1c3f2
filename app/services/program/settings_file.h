// Settings file: whether a file is one that QSettings may read. QSettings itself reads anything, builds
// objects out of bytes, and waits for ever at a pipe.
//
// Threads  Any.
#pragma once

#include <QString>

namespace dsm {

// Puts a file that no program of this kind wrote out of the way, whole. Returns its new name; "" where
// it is none such, is missing, or cannot be moved.
QString setAsideStrangeSettings(const QString& file);

}  // namespace dsm
