// Readable bytes: "32.8 GB" in the user's language, rounded as everywhere (kernels/base).
//
// Threads  Any.
#pragma once

#include <QString>

namespace dsm {

QString readableBytes(qint64 bytes);

}  // namespace dsm
