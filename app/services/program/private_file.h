// Writes a file of the user's as a whole or not at all, readable by this user only.
//
// Threads  Any; a disk may take long.
#pragma once

#include <QByteArray>
#include <QString>

namespace dsm {

// "" where it was written, else why not.
QString writePrivateFile(const QString& path, const QByteArray& bytes);

}  // namespace dsm
