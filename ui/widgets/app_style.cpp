#include "ui/widgets/app_style.h"

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QScrollBar>
#include <QStyleFactory>
#include <QStyleOption>
#include <QTabBar>
#include <algorithm>
#include <cmath>
#include <iterator>

#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kAroundTab = 6;
constexpr int kIconSize = 18;
constexpr const char* kFontOfSheets = "_q_styleSheetWidgetFont";  // as Qt 6.4 calls it
constexpr const char* kTone = "tone";                             // the property

struct Tone {
    ColorRole role;
    const char* name;
};

// The colours that text has.
constexpr Tone kTones[] = {
    {ColorRole::Text, "text"},
    {ColorRole::TextSecondary, "secondary"},
    {ColorRole::TextTertiary, "tertiary"},
    {ColorRole::AccentText, "accent"},
    {ColorRole::Danger, "danger"},
    {ColorRole::Warning, "warning"},
    {ColorRole::Success, "success"},
};

QString toneRules(const Theme& theme) {
    QString rules;
    for (const Tone& tone : kTones) {
        rules += QStringLiteral("QLabel[tone=\"%1\"] { color: %2; }\n")
                     .arg(QLatin1String(tone.name), theme.color(tone.role).name());
    }
    return rules;
}

// Whether a turn of the wheel over it would change what somebody chose.
bool holdsValue(const QWidget* widget) {
    return qobject_cast<const QAbstractSpinBox*>(widget) != nullptr ||
           qobject_cast<const QComboBox*>(widget) != nullptr ||
           qobject_cast<const QTabBar*>(widget) != nullptr ||
           (qobject_cast<const QAbstractSlider*>(widget) != nullptr &&
            qobject_cast<const QScrollBar*>(widget) == nullptr);
}

// Qt's sheets give a widget the font back that it had when it was made up first, whatever it was
// given since: at each change of its parent, its tone or the theme. This tells them of the newer one.
class FontKeeper : public QObject {
  public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() != QEvent::FontChange || !watched->isWidgetType()) return false;
        const auto* widget = static_cast<QWidget*>(watched);
        if (widget->testAttribute(Qt::WA_SetFont))
            watched->setProperty(kFontOfSheets, widget->font());
        return false;
    }
};

}  // namespace

AppStyle::AppStyle(const Theme& theme)
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))), theme_(theme) {}

int AppStyle::pixelMetric(PixelMetric metric, const QStyleOption* option,
                          const QWidget* widget) const {
    switch (metric) {
        case PM_SmallIconSize:
        case PM_ButtonIconSize:
            return theme_.scaled(kIconSize);
        case PM_MenuButtonIndicator:
        case PM_SliderLength:
        case PM_SliderThickness:
        case PM_SliderControlThickness:
            return static_cast<int>(
                std::lround(QProxyStyle::pixelMetric(metric, option, widget) * theme_.textScale()));
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
        // Of a tab Qt names a part of its text.
        const bool isTab = qobject_cast<const QTabBar*>(widget) != nullptr;
        const int around = isTab ? kAroundTab : 0;
        drawFocusRing(*painter, option->rect.adjusted(-around, -around, around, around),
                      radius::kSmall, theme_.color(ColorRole::AccentText));
        return;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void AppStyle::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    auto* label = qobject_cast<QLabel*>(widget);
    if (label != nullptr && label->textFormat() == Qt::AutoText)
        label->setTextFormat(Qt::PlainText);
    if (widget->focusPolicy() == Qt::WheelFocus) widget->setFocusPolicy(Qt::StrongFocus);
    if (holdsValue(widget)) widget->installEventFilter(this);
}

void AppStyle::unpolish(QWidget* widget) {
    widget->removeEventFilter(this);
    QProxyStyle::unpolish(widget);
}

bool AppStyle::eventFilter(QObject* watched, QEvent* event) {
    const auto* widget = qobject_cast<QWidget*>(watched);
    if (event->type() != QEvent::Wheel || widget == nullptr || widget->hasFocus())
        return QProxyStyle::eventFilter(watched, event);
    event->ignore();  // it goes on to what scrolls
    return true;
}

void setTone(QWidget* widget, ColorRole role) {
    const auto* tone = std::find_if(std::begin(kTones), std::end(kTones),
                                    [role](const Tone& one) { return one.role == role; });
    Q_ASSERT(tone != std::end(kTones));
    const QString name = QLatin1String(tone->name);
    if (widget->property(kTone).toString() == name) return;
    widget->setProperty(kTone, name);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

void setKind(QWidget* button, const QString& kind) {
    if (button->property("kind").toString() == kind) return;
    button->setProperty("kind", kind);
    button->style()->unpolish(button);
    button->style()->polish(button);
}

void applyTheme(const Theme& theme, QApplication& application) {
    application.setStyle(new AppStyle(theme));  // the application owns its style
    application.installEventFilter(new FontKeeper(&application));
    // A sheet that takes the place of another makes each widget up once for every widget around it, as
    // Qt 6.4 does it: ten times as dear as one that is put on anew.
    const auto apply = [&theme, &application] {
        application.setStyleSheet(QString());
        application.setFont(theme.font(TextStyle::Interface));
        application.setPalette(theme.palette());
        application.setStyleSheet(theme.styleSheet() + toneRules(theme));
    };
    apply();
    QObject::connect(&theme, &Theme::changed, &application, apply);
}

}  // namespace dsm
