#include "ui/widgets/icon_button.h"

#include <QFocusEvent>
#include <QPainter>

#include "ui/widgets/paint.h"

namespace dsm {

bool isKeyboardFocus(Qt::FocusReason reason) {
    return reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason ||
           reason == Qt::ShortcutFocusReason;
}

IconButton::IconButton(const Theme& theme, IconName icon, int sizePixels, Look look,
                       QWidget* parent)
    : QAbstractButton(parent), theme_(theme), icon_(icon), size_(sizePixels), look_(look) {
    setFixedSize(side(), side());
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    connect(&theme, &Theme::changed, this, [this] {
        setFixedSize(side(), side());
        update();
    });
}

void IconButton::setName(const QString& name, const QKeySequence& keys) {
    setAccessibleName(name);
    const QString shortcut = keys.toString(QKeySequence::NativeText);
    setToolTip(shortcut.isEmpty() ? name : QStringLiteral("%1  (%2)").arg(name, shortcut));
}

void IconButton::setIconName(IconName icon) {
    icon_ = icon;
    update();
}

void IconButton::setRole(ColorRole role) {
    role_ = role;
    update();
}

QColor IconButton::fill() const {
    const bool hovered = underMouse() && isEnabled();
    if (look_ == Look::Filled) {
        if (!isEnabled()) return theme_.color(ColorRole::SurfaceActive);
        return theme_.color(hovered ? ColorRole::AccentHover : ColorRole::Accent);
    }
    if (isDown()) return theme_.color(ColorRole::SurfaceActive);
    if (hovered) return theme_.color(ColorRole::SurfaceHover);
    return look_ == Look::Outlined ? theme_.color(ColorRole::Surface) : QColor(Qt::transparent);
}

void IconButton::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const bool isRound = look_ != Look::Plain;
    const double corner = isRound ? side() / 2.0 : radius::kSmall + 2;
    const QColor border = look_ == Look::Outlined ? theme_.color(ColorRole::Border) : QColor();
    drawRounded(painter, rect(), corner, fill(), border);
    if (hasKeyboard_) {
        const ColorRole ring = look_ == Look::Filled ? ColorRole::Text : ColorRole::AccentText;
        drawFocusRing(painter, rect(), corner, theme_.color(ring));
    }
    const ColorRole role = look_ == Look::Filled
                               ? (isEnabled() ? ColorRole::OnAccent : ColorRole::TextTertiary)
                               : (underMouse() ? ColorRole::Text : role_);
    const int icon = theme_.scaled(size_ >= 32 ? 18 : 16);
    const QRect place((width() - icon) / 2, (height() - icon) / 2, icon, icon);
    theme_.icon(icon_, role).paint(&painter, place, Qt::AlignCenter, QIcon::Normal);
}

void IconButton::focusInEvent(QFocusEvent* event) {
    hasKeyboard_ = isKeyboardFocus(event->reason());
    QAbstractButton::focusInEvent(event);
    update();
}

void IconButton::focusOutEvent(QFocusEvent* event) {
    hasKeyboard_ = false;
    QAbstractButton::focusOutEvent(event);
    update();
}

void IconButton::enterEvent(QEnterEvent* event) {
    QAbstractButton::enterEvent(event);
    update();
}

void IconButton::leaveEvent(QEvent* event) {
    QAbstractButton::leaveEvent(event);
    update();
}

}  // namespace dsm
