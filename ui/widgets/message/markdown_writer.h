// Writes parts back as text: as Markdown that is read as the same parts, or plainly.
//
// Threads  Pure functions.
#pragma once

#include <QString>

#include "ui/widgets/message/markdown_types.h"

namespace dsm {

QString markdownOf(const MarkdownParts& parts);
// As it is read on the screen; formulas as they are written.
QString plainTextOf(const MarkdownParts& parts);

}  // namespace dsm
