// Icons from the program's SVG files, drawn at the size and scale asked for.
//
// Threads  Main thread.
#pragma once

#include <QColor>
#include <QIcon>
#include <QString>

namespace dsm {

// Makes the compiled-in icon files reachable; may be called again.
void loadIconFiles();

// The file :/dsm/icons/<name>.svg with `color` for its current colour.
QIcon svgIcon(const QString& name, const QColor& color, const QColor& disabledColor);

}  // namespace dsm
