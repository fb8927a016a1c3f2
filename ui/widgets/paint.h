// Shapes that several widgets draw.
#pragma once

#include <QColor>
#include <QPainter>
#include <QRectF>

namespace dsm {

// A filled rectangle with round corners; an invalid `border` leaves the line out.
inline void drawRounded(QPainter& painter, const QRectF& rect, double corner, const QColor& fill,
                        const QColor& border = {}) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(fill);
    painter.setPen(border.isValid() ? QPen(border, 1) : QPen(Qt::NoPen));
    const double inset = border.isValid() ? 0.5 : 0.0;
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), corner, corner);
    painter.restore();
}

// The mark of the widget that has the keyboard.
inline void drawFocusRing(QPainter& painter, const QRectF& rect, double corner,
                          const QColor& color) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, 2));
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), corner, corner);
    painter.restore();
}

}  // namespace dsm
