// Whether a text can be read as Markdown in the time that a frame has. What it refuses are texts
// that no person writes: whose parse takes quadratic time or whose table has more cells than
// anybody reads.
//
// Threads  Pure function.
#pragma once

#include <QStringView>

namespace dsm {

bool isReadableMarkdown(QStringView source, qsizetype longest);

}  // namespace dsm
