#include "app/services/program/power.h"

#include <QDir>
#include <QFile>

namespace dsm {
namespace {

QString firstLine(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readLine()).trimmed()
                                          : QString();
}

}  // namespace

bool isOnBattery(const QString& folder) {
    const QDir supplies(folder);
    for (const QString& name : supplies.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QString supply = supplies.filePath(name);
        // A mouse has a battery, too.
        const bool isOfComputer =
            firstLine(supply + QStringLiteral("/scope")) != QLatin1String("Device");
        if (isOfComputer &&
            firstLine(supply + QStringLiteral("/type")) == QLatin1String("Battery") &&
            firstLine(supply + QStringLiteral("/status")) == QLatin1String("Discharging"))
            return true;
    }
    return false;
}

}  // namespace dsm
