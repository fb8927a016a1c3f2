#include "ui/widgets/app_style.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {

AppStyle::AppStyle(const Theme& theme)
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))), theme_(theme) {}

int AppStyle::pixelMetric(PixelMetric metric, const QStyleOption* option,
                          const QWidget* widget) const {
    switch (metric) {
        case PM_SmallIconSize:
        case PM_ButtonIconSize:
            return 18;
        case PM_ButtonShiftHorizontal:
        case PM_ButtonShiftVertical:
            return 0;
        case PM_SplitterWidth:
            return 1;
        default:
            return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int AppStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                        QStyleHintReturn* returnData) const {
    if (hint == SH_ToolTip_WakeUpDelay) return 450;
    if (hint == SH_ComboBox_Popup) return 0;
    return QProxyStyle::styleHint(hint, option, widget, returnData);
}

void AppStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option,
                             QPainter* painter, const QWidget* widget) const {
    if (element == PE_FrameFocusRect) {
        drawFocusRing(*painter, option->rect, radius::kSmall, theme_.color(ColorRole::AccentText));
        return;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

}  // namespace dsm
