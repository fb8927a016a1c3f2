// The font in which raw texts are shown: that of code once somebody has chosen one, or its size;
// else that of messages.
//
// Threads  Main thread.
#pragma once

#include <QFont>

namespace dsm {

class Theme;

QFont rawTextFont(const Theme& theme);

}  // namespace dsm
