#include "app/services/program/path_text.h"

#include <QFile>

namespace dsm {

std::filesystem::path toPath(const QString& path) {
    return QFile::encodeName(path).toStdString();
}

QString pathText(const std::filesystem::path& path) {
    return QFile::decodeName(path.c_str());
}

}  // namespace dsm
