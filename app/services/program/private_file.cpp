#include "app/services/program/private_file.h"

#include <QFile>
#include <QSaveFile>

namespace dsm {

QString writePrivateFile(const QString& path, const QByteArray& bytes) {
    QSaveFile out(path);
    const bool isDone = out.open(QIODevice::WriteOnly) &&
                        out.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
                        out.write(bytes) == bytes.size() && out.commit();
    return isDone ? QString() : out.errorString();
}

}  // namespace dsm
