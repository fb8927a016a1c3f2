// Keeps a "|" inside a span of code from ending the cell of a table, where the row would otherwise
// have more cells than the table: GitHub's dialect drops those, and with them what they say.
//
// Threads  Pure function.
#pragma once

#include <QString>

namespace dsm {

// The text with such marks veiled (see markdown_veil.h).
QString veilPipesInCode(QString source);

}  // namespace dsm
