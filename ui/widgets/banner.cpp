#include "ui/widgets/banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <algorithm>

#include "ui/widgets/announcement.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/page_scroll.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr qsizetype kMostCharacters = 4000;

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
      place_(new PageScroll(this)),
      row_(new QHBoxLayout),
      below_(new QHBoxLayout),
      close_(new IconButton(theme, IconName::Close, 28, IconButton::Look::Plain, this)) {
    setMaximumWidth(kColumnWidth);
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    place_->setWidget(text_);
    text_->setAutoFillBackground(false);  // the banner's colour is behind it
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kMedium + 2, space::kSmall, space::kSmall, space::kSmall);
    column->setSpacing(0);
    row_->setSpacing(space::kSmall + 2);
    row_->addWidget(icon_);
    row_->addWidget(place_, 1);
    row_->addWidget(close_);
    column->addLayout(row_);
    below_->addStretch(1);
    column->addLayout(below_);
    connect(close_, &IconButton::clicked, this, &QWidget::hide);
    connect(&theme, &Theme::changed, this, &Banner::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    retranslate();
    hide();
}

void Banner::showMessage(Tone tone, const Words& text, const Words& actionText,
                         std::function<void()> action) {
    std::vector<Action> actions;
    if (action) actions.push_back({actionText, std::move(action)});
    showMessage(tone, text, std::move(actions));
}

void Banner::showMessage(Tone tone, const Words& text, std::vector<Action> actions) {
    tone_ = tone;
    words_ = text;
    actions_ = std::move(actions);
    while (buttons_.size() < actions_.size())
        buttons_.push_back(addButton());
    sayWords();
    applyTheme();
    show();
    Announcement::say(this, text_->text());
}

void Banner::sayWords() {
    const QString text = words_();
    // A name without an end would be laid out for minutes.
    text_->setText(text.size() > kMostCharacters ? text.left(kMostCharacters) + u'…' : text);
    setAccessibleName(text_->text());
    for (std::size_t i = 0; i < buttons_.size(); ++i) {
        const bool isUsed = i < actions_.size();
        buttons_[i]->setText(isUsed ? actions_[i].text() : QString());
        buttons_[i]->setAccessibleName(buttons_[i]->text());
        buttons_[i]->setVisible(isUsed);
    }
}

QPushButton* Banner::addButton() {
    auto* button = new QPushButton(this);
    button->setProperty("kind", QStringLiteral("link"));
    button->setProperty("small", true);
    connect(button, &QPushButton::clicked, this, [this, index = buttons_.size()] {
        // What it does may show the next message here.
        const std::function<void()> run = actions_[index].run;
        hide();
        run();
    });
    return button;
}

void Banner::fit() {
    int buttons = 0;
    for (const QPushButton* button : buttons_) {
        if (!button->isHidden()) buttons += button->sizeHint().width() + row_->spacing();
    }
    const QMargins margins = layout()->contentsMargins();
    const int room = width() - margins.left() - margins.right() - icon_->sizeHint().width() -
                     close_->sizeHint().width() - 2 * row_->spacing();
    const bool isBelow = buttons > room / 3;
    for (QPushButton* button : buttons_) {
        if (isBelow) {
            below_->addWidget(button);
        } else {
            row_->removeWidget(button);  // or the place before the last is counted with it
            row_->insertWidget(row_->indexOf(close_), button);
        }
    }
    const int whole = text_->heightForWidth(std::max(1, isBelow ? room : room - buttons));
    const int most = std::max(2 * theme_.lineHeight(TextStyle::Small), window()->height() / 4);
    place_->setFixedHeight(std::clamp(whole, 0, most));  // -1 where there is no text
}

QString Banner::text() const {
    return text_->text();
}

void Banner::applyTheme() {
    const ToneColors colors = colorsOf(tone_);
    const int side = theme_.scaled(18);
    icon_->setPixmap(
        theme_.icon(colors.icon, colors.mark).pixmap(QSize(side, side), devicePixelRatioF()));
    text_->setFont(theme_.font(TextStyle::Small));
    fit();
    update();
}

void Banner::retranslate() {
    close_->setName(tr("Dismiss"));
    if (!words_) return;
    sayWords();
    fit();
}

void Banner::resizeEvent(QResizeEvent*) {
    fit();
}

void Banner::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kMedium, theme_.color(colorsOf(tone_).surface));
}

}  // namespace dsm
