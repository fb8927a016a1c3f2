#include "app/services/library/conversion_list.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

#include "app/services/program/private_file.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

struct StateName {
    ConversionState state;
    const char* name;
};
constexpr StateName kStateNames[] = {
    {ConversionState::Waiting, "waiting"},   {ConversionState::Running, "running"},
    {ConversionState::Stopped, "stopped"},   {ConversionState::Failed, "failed"},
    {ConversionState::Finished, "finished"},
};

QString nameOf(ConversionState state) {
    for (const StateName& entry : kStateNames) {
        if (entry.state == state) return QLatin1String(entry.name);
    }
    return {};
}

// What was under way or waiting when the program ended has stopped.
ConversionState stateAfterRestart(const QString& name) {
    if (name == QLatin1String("failed")) return ConversionState::Failed;
    if (name == QLatin1String("finished")) return ConversionState::Finished;
    return ConversionState::Stopped;
}

QJsonObject toJson(const Conversion& conversion) {
    return {{QStringLiteral("source"), conversion.sourceFolder},
            {QStringLiteral("preset"), conversion.preset},
            {QStringLiteral("folder"), conversion.folder},
            {QStringLiteral("state"), nameOf(conversion.state)},
            {QStringLiteral("doneBytes"), static_cast<qint64>(conversion.doneBytes)},
            {QStringLiteral("totalBytes"), static_cast<qint64>(conversion.totalBytes)},
            {QStringLiteral("error"), conversion.error}};
}

Conversion fromJson(const QJsonObject& object) {
    const auto bytes = [&](const char* key) {
        return static_cast<quint64>(std::max<qint64>(0, object[QLatin1String(key)].toInteger()));
    };
    Conversion conversion;
    conversion.sourceFolder = object[QLatin1String("source")].toString();
    conversion.preset = object[QLatin1String("preset")].toString();
    conversion.folder = object[QLatin1String("folder")].toString();
    conversion.state = stateAfterRestart(object[QLatin1String("state")].toString());
    conversion.doneBytes = bytes("doneBytes");
    conversion.totalBytes = bytes("totalBytes");
    conversion.error = object[QLatin1String("error")].toString();
    return conversion;
}

}  // namespace

QList<Conversion> loadConversions(const QString& file, const QString& modelsFolder) {
    QList<Conversion> list;
    for (const QJsonValue value : readKeptArray(file)) {
        Conversion conversion = fromJson(value.toObject());
        const bool isOwn = QFileInfo(conversion.folder).dir() == QDir(modelsFolder);
        const bool isLost =
            conversion.state == ConversionState::Finished && !QFileInfo(conversion.folder).isDir();
        if (!isOwn || isLost) continue;
        conversion.id = list.size() + 1;
        list.append(conversion);
    }
    return list;
}

void saveConversions(const QString& file, const QList<Conversion>& conversions) {
    QJsonArray array;
    for (const Conversion& conversion : conversions)
        array.append(toJson(conversion));
    static_cast<void>(makeFolders(toPath(QFileInfo(file).path())));  // writing says why not
    const QString problem = writePrivateFile(file, QJsonDocument(array).toJson());
    if (!problem.isEmpty()) qWarning("Cannot write %s: %s", qPrintable(file), qPrintable(problem));
}

}  // namespace dsm
