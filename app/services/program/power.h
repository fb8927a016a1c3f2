// Power: whether this computer runs on its battery.
//
// Threads  Any.
#pragma once

#include <QString>

namespace dsm {

// False where that cannot be known. `folder` holds one folder for each supply; tests bring their
// own.
bool isOnBattery(const QString& folder = QStringLiteral("/sys/class/power_supply"));

}  // namespace dsm
