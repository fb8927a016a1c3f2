// Sentences behind each other, as the language of the reader has them.
//
// Threads  Any.
#pragma once

#include <QStringList>

namespace dsm {

// With a space between them, but for the full stops of Chinese, which bring their own room. Empty
// ones are left out.
QString inARow(const QStringList& sentences);

}  // namespace dsm
