// Whether a text can be read as Markdown in the time that a frame has. What it refuses are texts
// that no person writes: whose parse takes quadratic time or whose table has more cells than
// anybody reads.
//
// Threads  Pure function.
#pragma once

#include <QStringView>

namespace dsm {

bool isReadableMarkdown(QStringView source);

// Whether the layout of a text, or of code with its colours, would take longer than a frame has,
// so that only what is in view of it may be laid out.
bool isLongText(QStringView text);
bool isLongCode(QStringView code);

}  // namespace dsm
