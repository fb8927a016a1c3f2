#include "ui/widgets/choice_card.h"

#include <QFocusEvent>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/widgets/app_style.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {

ChoiceCard::ChoiceCard(const Theme& theme, QWidget* parent)
    : QAbstractButton(parent),
      theme_(theme),
      title_(new Label(this)),
      purpose_(new Label(this)),
      details_(new Label(this)) {
    setCheckable(true);
    setAutoExclusive(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    column->setSpacing(2);
    for (QLabel* label : {title_, purpose_, details_}) {
        label->setWordWrap(true);
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
        column->addWidget(label);
    }
    column->addStretch(1);
    connect(&theme, &Theme::changed, this, &ChoiceCard::applyTheme);
    connect(this, &QAbstractButton::toggled, this, qOverload<>(&QWidget::update));
    applyTheme();
}

void ChoiceCard::setContent(const QString& title, const QString& purpose, const QString& details) {
    title_->setText(title);
    purpose_->setText(purpose);
    details_->setText(details);
    details_->setVisible(!details.isEmpty());
    setAccessibleName(title);
    setAccessibleDescription(purpose + QLatin1Char(' ') + details);
}

QSize ChoiceCard::sizeHint() const {
    return layout()->sizeHint();
}

void ChoiceCard::applyTheme() {
    title_->setFont(theme_.font(TextStyle::InterfaceStrong));
    purpose_->setFont(theme_.font(TextStyle::Small));
    details_->setFont(theme_.font(TextStyle::Caption));
    const auto tone = [](QLabel* label, ColorRole role) { setTone(label, role); };
    tone(title_, ColorRole::Text);
    tone(purpose_, ColorRole::TextSecondary);
    tone(details_, ColorRole::TextTertiary);
    update();
}

void ChoiceCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const ColorRole fill = isChecked()                ? ColorRole::AccentSurface
                           : underMouse() || isDown() ? ColorRole::SurfaceHover
                                                      : ColorRole::Surface;
    drawRounded(painter, rect(), radius::kMedium, theme_.color(fill),
                theme_.color(isChecked() ? ColorRole::AccentText : ColorRole::Border));
    if (hasKeyboard_)
        drawFocusRing(painter, rect(), radius::kMedium, theme_.color(ColorRole::AccentText));
}

void ChoiceCard::focusInEvent(QFocusEvent* event) {
    hasKeyboard_ = isKeyboardFocus(event->reason());
    QAbstractButton::focusInEvent(event);
    update();
}

void ChoiceCard::focusOutEvent(QFocusEvent* event) {
    hasKeyboard_ = false;
    QAbstractButton::focusOutEvent(event);
    update();
}

void ChoiceCard::enterEvent(QEnterEvent* event) {
    QAbstractButton::enterEvent(event);
    update();
}

void ChoiceCard::leaveEvent(QEvent* event) {
    QAbstractButton::leaveEvent(event);
    update();
}

}  // namespace dsm
