#include "ui/widgets/banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
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
      close_(new IconButton(theme, IconName::Close, 28, IconButton::Look::Plain, this)) {
    setMaximumWidth(kColumnWidth);
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::kMedium + 2, space::kSmall, space::kSmall, space::kSmall);
    layout->setSpacing(space::kSmall + 2);
    layout->addWidget(icon_);
    layout->addWidget(text_, 1);
    layout->addWidget(close_);
    connect(close_, &IconButton::clicked, this, &QWidget::hide);
    connect(&theme, &Theme::changed, this, &Banner::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    retranslate();
    hide();
}

void Banner::showMessage(Tone tone, const QString& text, const QString& actionText,
                         std::function<void()> action) {
    std::vector<Action> actions;
    if (action) actions.push_back({actionText, std::move(action)});
    showMessage(tone, text, std::move(actions));
}

void Banner::showMessage(Tone tone, const QString& text, std::vector<Action> actions) {
    tone_ = tone;
    actions_ = std::move(actions);
    // A name without an end would be laid out for minutes.
    text_->setText(text.size() > kMostCharacters ? text.left(kMostCharacters) + u'…' : text);
    setAccessibleName(text_->text());
    while (buttons_.size() < actions_.size())
        buttons_.push_back(addButton());
    for (std::size_t i = 0; i < buttons_.size(); ++i) {
        const bool isUsed = i < actions_.size();
        buttons_[i]->setText(isUsed ? actions_[i].text : QString());
        buttons_[i]->setAccessibleName(buttons_[i]->text());
        buttons_[i]->setVisible(isUsed);
    }
    applyTheme();
    show();
}

QPushButton* Banner::addButton() {
    auto* button = new QPushButton(this);
    button->setProperty("kind", QStringLiteral("link"));
    auto* row = static_cast<QHBoxLayout*>(layout());
    row->insertWidget(row->indexOf(close_), button);
    connect(button, &QPushButton::clicked, this, [this, index = buttons_.size()] {
        // What it does may show the next message here.
        const std::function<void()> run = actions_[index].run;
        hide();
        run();
    });
    return button;
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

void Banner::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kMedium, theme_.color(colorsOf(tone_).surface));
}

}  // namespace dsm
