#include "ui/widgets/banner.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

struct ToneColors {
    ColorRole surface;
    ColorRole mark;
    IconName icon;
};

ToneColors colorsOf(Banner::Tone tone) {
    switch (tone) {
        case Banner::Tone::Warning:
            return {ColorRole::WarningSurface, ColorRole::Warning, IconName::Warning};
        case Banner::Tone::Error:
            return {ColorRole::DangerSurface, ColorRole::Danger, IconName::Warning};
        case Banner::Tone::Note:
            break;
    }
    return {ColorRole::AccentSurface, ColorRole::AccentText, IconName::Info};
}

}  // namespace

Banner::Banner(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      icon_(new Label(this)),
      text_(new Label(this)),
      actionButton_(new QPushButton(this)),
      close_(new IconButton(theme, IconName::Close, 28, IconButton::Look::Plain, this)) {
    setMaximumWidth(kColumnWidth);
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    actionButton_->setProperty("kind", QStringLiteral("link"));
    actionButton_->hide();
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::kMedium + 2, space::kSmall, space::kSmall, space::kSmall);
    layout->setSpacing(space::kSmall + 2);
    layout->addWidget(icon_);
    layout->addWidget(text_, 1);
    layout->addWidget(actionButton_);
    layout->addWidget(close_);
    connect(actionButton_, &QPushButton::clicked, this, [this] {
        hide();
        if (action_) action_();
    });
    connect(close_, &IconButton::clicked, this, &QWidget::hide);
    connect(&theme, &Theme::changed, this, &Banner::applyTheme);
    retranslate();
    hide();
}

void Banner::showMessage(Tone tone, const QString& text, const QString& actionText,
                         std::function<void()> action) {
    tone_ = tone;
    action_ = std::move(action);
    text_->setText(text);
    setAccessibleName(text);
    actionButton_->setText(actionText);
    actionButton_->setAccessibleName(actionText);
    actionButton_->setVisible(static_cast<bool>(action_));
    applyTheme();
    show();
}

QString Banner::text() const {
    return text_->text();
}

void Banner::applyTheme() {
    const ToneColors colors = colorsOf(tone_);
    icon_->setPixmap(
        theme_.icon(colors.icon, colors.mark).pixmap(QSize(18, 18), devicePixelRatioF()));
    text_->setFont(theme_.font(TextStyle::Small));
    update();
}

void Banner::retranslate() {
    close_->setName(tr("Dismiss"));
}

void Banner::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

void Banner::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kMedium, theme_.color(colorsOf(tone_).surface));
}

}  // namespace dsm
