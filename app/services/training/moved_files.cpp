#include "app/services/training/moved_files.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

namespace dsm {
namespace {

QJsonValue movedValue(const QJsonValue& value, const QString& dataFolder) {
    if (value.isString()) return movedPath(value.toString(), dataFolder);
    QJsonArray moved;
    for (const QJsonValue& one : value.toArray())
        moved.append(movedPath(one.toString(), dataFolder));
    return moved;
}

}  // namespace

QString movedPath(const QString& path, const QString& dataFolder) {
    if (path.isEmpty() || dataFolder.isEmpty() || QFileInfo::exists(path)) return path;
    const QStringList names = path.split(u'/', Qt::SkipEmptyParts);
    // A name alone would find what is something else.
    for (qsizetype first = 1; first + 1 < names.size(); ++first) {
        const QString moved = QDir(dataFolder).filePath(names.mid(first).join(u'/'));
        if (QFileInfo::exists(moved)) return moved;
    }
    return path;
}

QString movedSettings(const QString& settingsJson, const QString& dataFolder) {
    const QJsonObject before = QJsonDocument::fromJson(settingsJson.toUtf8()).object();
    QJsonObject settings = before;
    for (const char* key : {"model", "data", "eval_data"}) {
        const QJsonValue value = before[QLatin1String(key)];
        if (value.isString() || value.isArray())
            settings[QLatin1String(key)] = movedValue(value, dataFolder);
    }
    return settings == before ? settingsJson : QString::fromUtf8(QJsonDocument(settings).toJson());
}

}  // namespace dsm
