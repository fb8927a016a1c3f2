// The name of a model by its folder: the folder's, or where the Hub's tools keep a snapshot
// (models--org--name/snapshots/commit) the repository's.
//
// Threads  Any.
#pragma once

#include <QDir>
#include <QString>

namespace dsm {

inline QString modelName(const QString& folder) {
    const QStringList parts = QDir::cleanPath(folder).split(u'/');
    const qsizetype count = parts.size();
    const QString prefix = QStringLiteral("models--");
    if (count >= 3 && parts[count - 2] == QLatin1String("snapshots") &&
        parts[count - 3].startsWith(prefix)) {
        const QString name = parts[count - 3].section(QStringLiteral("--"), 2);
        if (!name.isEmpty()) return name;
    }
    return parts.last();
}

}  // namespace dsm
