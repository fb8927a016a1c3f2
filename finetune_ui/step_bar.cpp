#include "finetune_ui/step_bar.h"

#include <QButtonGroup>
#include <QFocusEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kCircle = 24;
constexpr int kIcon = 14;

}  // namespace

StepButton::StepButton(const Theme& theme, int number, QWidget* parent)
    : QAbstractButton(parent), theme_(theme), number_(number) {
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void StepButton::setState(const QString& missing, bool isComplete) {
    isComplete_ = isComplete;
    setToolTip(missing);
    setAccessibleDescription(isComplete ? tr("Complete") : missing);
    update();
}

void StepButton::setNamed(bool isNamed) {
    if (isNamed == isNamed_) return;
    isNamed_ = isNamed;
    updateGeometry();
    update();
}

int StepButton::circle() const {
    return theme_.scaled(kCircle);
}

int StepButton::numberWidth() const {
    return circle() + 2 * space::kSmall;
}

int StepButton::namedWidth() const {
    const QFontMetrics metrics(theme_.font(TextStyle::InterfaceStrong));
    return circle() + space::kSmall + metrics.horizontalAdvance(text()) + 2 * space::kSmall;
}

QSize StepButton::sizeHint() const {
    const int width = isNamed_ ? namedWidth() : numberWidth();
    return {width, circle() + 2 * space::kSmall};
}

// Its name may be shortened, its number not.
QSize StepButton::minimumSizeHint() const {
    return {numberWidth(), circle() + 2 * space::kSmall};
}

void StepButton::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int side = circle();
    const QRectF disc(space::kSmall, (height() - side) / 2.0, side, side);
    const bool isHere = isChecked();
    const ColorRole fill = isHere        ? ColorRole::Accent
                           : isComplete_ ? ColorRole::SuccessSurface
                                         : ColorRole::SurfaceActive;
    drawRounded(painter, disc, side / 2.0, theme_.color(fill));
    if (isComplete_) {
        const int icon = theme_.scaled(kIcon);
        const QRect place(static_cast<int>(disc.center().x()) - icon / 2,
                          static_cast<int>(disc.center().y()) - icon / 2, icon, icon);
        theme_.icon(IconName::Check, isHere ? ColorRole::OnAccent : ColorRole::Success)
            .paint(&painter, place);
    } else {
        painter.setFont(theme_.font(TextStyle::Small));
        painter.setPen(theme_.color(isHere ? ColorRole::OnAccent : ColorRole::TextSecondary));
        painter.drawText(disc, Qt::AlignCenter, QString::number(number_));
    }
    if (isNamed_) {
        painter.setFont(theme_.font(isHere ? TextStyle::InterfaceStrong : TextStyle::Interface));
        painter.setPen(theme_.color(isHere         ? ColorRole::Text
                                    : underMouse() ? ColorRole::Text
                                                   : ColorRole::TextSecondary));
        painter.drawText(rect().adjusted(side + 2 * space::kSmall, 0, 0, 0),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(text(), Qt::ElideRight,
                                                          width() - side - 2 * space::kSmall));
    }
    if (hasKeyboard_)
        drawFocusRing(painter, rect(), radius::kSmall, theme_.color(ColorRole::AccentText));
}

void StepButton::focusInEvent(QFocusEvent* event) {
    hasKeyboard_ = isKeyboardFocus(event->reason());
    QAbstractButton::focusInEvent(event);
    update();
}

void StepButton::focusOutEvent(QFocusEvent* event) {
    hasKeyboard_ = false;
    QAbstractButton::focusOutEvent(event);
    update();
}

StepBar::StepBar(const Theme& theme, int steps, QWidget* parent)
    : QWidget(parent), theme_(theme), name_(new Label(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout;
    column->addLayout(row);
    column->addWidget(name_);
    row->setSpacing(space::kSmall);
    auto* group = new QButtonGroup(this);
    for (int i = 0; i < steps; ++i) {
        auto* button = new StepButton(theme, i + 1, this);
        button->setObjectName(QStringLiteral("step%1").arg(i + 1));
        group->addButton(button, i);
        buttons_.push_back(button);
        row->addWidget(button);
    }
    row->addStretch(1);
    name_->setElided(Qt::ElideRight);
    name_->hide();
    connect(group, &QButtonGroup::idClicked, this, &StepBar::chosen);
    connect(&theme, &Theme::changed, this, &StepBar::applyTheme);
    applyTheme();
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void StepBar::setNames(const QStringList& names) {
    for (std::size_t i = 0; i < buttons_.size(); ++i) {
        const QString& name = names[static_cast<qsizetype>(i)];
        buttons_[i]->setText(name);
        buttons_[i]->setAccessibleName(name);
    }
    fitNames();
}

void StepBar::setState(int step, const QString& missing, bool isComplete) {
    button(step)->setState(missing, isComplete);
}

void StepBar::setCurrent(int step) {
    button(step)->setChecked(true);
    fitNames();
}

void StepBar::fitNames() {
    int wanted = static_cast<int>(buttons_.size() - 1) * space::kSmall;
    for (const StepButton* one : buttons_)
        wanted += one->namedWidth();
    // Of the one that is shown, where it alone has room; else its name stands below.
    const int circle = buttons_.front()->numberWidth() + space::kSmall;
    const int others = static_cast<int>(buttons_.size() - 1) * circle;
    QString below;
    for (StepButton* one : buttons_) {
        const bool hasRoom = one->isChecked() && others + one->namedWidth() <= width();
        one->setNamed(wanted <= width() || hasRoom);
        if (one->isChecked() && !one->isNamed()) below = one->text();
    }
    name_->setText(below);
    name_->setVisible(!below.isEmpty());
}

QString StepBar::nameBelow() const {
    return name_->isHidden() ? QString() : name_->text();
}

void StepBar::applyTheme() {
    name_->setFont(theme_.font(TextStyle::InterfaceStrong));
    fitNames();
}

void StepBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitNames();
}

}  // namespace dsm
