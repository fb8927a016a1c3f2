#include "ui/widgets/toast.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QTimer>
#include <algorithm>
#include <utility>

#include "ui/widgets/announcement.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {

Toast::Toast(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      text_(new Label(this)),
      actionButton_(new QPushButton(this)),
      timer_(new QTimer(this)) {
    actionButton_->setProperty("kind", QStringLiteral("link"));
    text_->setTextFormat(Qt::PlainText);
    actionButton_->hide();
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::kLarge, space::kTiny + 2, space::kSmall, space::kTiny + 2);
    layout->setSpacing(space::kMedium);
    layout->addWidget(text_);
    layout->addWidget(actionButton_);
    timer_->setSingleShot(true);
    timer_->setInterval(kMilliseconds);
    connect(timer_, &QTimer::timeout, this, &Toast::dismiss);
    connect(actionButton_, &QPushButton::clicked, this, [this] {
        hide();
        timer_->stop();
        passed_ = nullptr;
        if (action_) action_();
    });
    connect(&theme, &Theme::changed, this, &Toast::applyTheme);
    parent->installEventFilter(this);
    onLanguageChange(this, [this] {
        if (!words_) return;
        sayWords();
        place();
    });
    applyTheme();
    hide();
}

void Toast::showMessage(const Words& text, const Words& actionText, std::function<void()> action,
                        std::function<void()> passed) {
    pass();
    words_ = text;
    actionWords_ = actionText;
    sayWords();
    actionButton_->show();
    action_ = std::move(action);
    passed_ = std::move(passed);
    place();
    show();
    raise();
    timer_->start();
    Announcement::say(this, text_->text());
}

void Toast::sayWords() {
    text_->setText(words_());
    setAccessibleName(text_->text());
    actionButton_->setText(actionWords_());
    actionButton_->setAccessibleName(actionButton_->text());
}

void Toast::dismiss() {
    timer_->stop();
    hide();
    pass();
}

void Toast::pass() {
    if (const auto passed = std::exchange(passed_, nullptr)) passed();
}

void Toast::place() {
    const QWidget* parent = parentWidget();
    // A long sentence takes more lines, not more than the window.
    const int room = std::max(200, parent->width() - 2 * space::kHuge);
    text_->setWordWrap(false);
    adjustSize();
    if (width() > room) {
        text_->setWordWrap(true);
        resize(room, layout()->heightForWidth(room));
    }
    move((parent->width() - width()) / 2, parent->height() - height() - 132);
}

bool Toast::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) place();
    return QWidget::eventFilter(watched, event);
}

// Turned around against the page, so that it stands out without shouting.
void Toast::applyTheme() {
    const bool dark = !theme_.isDark();
    text_->setFont(theme_.font(TextStyle::Small));
    text_->setStyleSheet(
        QStringLiteral("color: %1;")
            .arg(Theme::color(ColorRole::Text, dark, theme_.isHighContrast()).name()));
    actionButton_->setStyleSheet(
        QStringLiteral("QPushButton { color: %1; }"
                       "QPushButton:hover { background: %2; }")
            .arg(Theme::color(ColorRole::AccentText, dark, theme_.isHighContrast()).name(),
                 Theme::color(ColorRole::SurfaceActive, dark, theme_.isHighContrast()).name()));
    update();
}

void Toast::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kMedium,
                Theme::color(ColorRole::Surface, !theme_.isDark(), theme_.isHighContrast()));
}

}  // namespace dsm
