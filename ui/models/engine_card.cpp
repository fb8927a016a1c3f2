#include "ui/models/engine_card.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/program/said.h"
#include "ui/widgets/card_head.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/pill.h"

namespace dsm {

EngineCard::EngineCard(const Theme& theme, QWidget* parent)
    : Card(theme, parent),
      head_(new CardHead(theme, IconName::Fork, this)),
      about_(new Label(this)),
      health_(new Label(this)),
      try_(new QPushButton(this)),
      button_(new QPushButton(this)),
      menu_(new IconButton(theme, IconName::More, 32, IconButton::Look::Plain, this)) {
    makeLayout();
    connect(menu_, &IconButton::clicked, this, &EngineCard::showMenu);
    connect(try_, &QPushButton::clicked, this, [this] { Q_EMIT tryRequested(engine_.id); });
    connect(button_, &QPushButton::clicked, this, [this] {
        if (state_.isInUse) return Q_EMIT chatRequested();
        Q_EMIT useRequested(engine_.id);
    });
    connect(&theme, &Theme::changed, this, &EngineCard::applyTheme);
    onLanguageChange(this, [this] { showContent(); });
    applyTheme();
}

void EngineCard::makeLayout() {
    about_->setWordWrap(true);
    health_->setWordWrap(true);
    health_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    head_->addLine(about_);
    head_->addAtEnd(menu_);
    auto* below = new QHBoxLayout;
    below->setSpacing(space::kSmall);
    below->addWidget(health_, 1);
    below->addWidget(try_, 0, Qt::AlignVCenter);
    below->addWidget(button_, 0, Qt::AlignVCenter);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kPadding, kPadding - 4, kPadding, space::kMedium);
    column->setSpacing(space::kSmall);
    column->addWidget(head_);
    column->addLayout(below);
}

void EngineCard::setContent(const RemoteEngine& engine, const State& state) {
    engine_ = engine;
    state_ = state;
    applyTheme();
}

void EngineCard::showContent() {
    const QLocale locale;
    head_->setName(engine_.name);
    if (state_.isInUse) {
        head_->kind()->setContent(Pill::Tone::Good, tr("In use"),
                                  tr("Replies are written by this model."));
    } else {
        head_->kind()->setContent(Pill::Tone::Neutral, tr("Address"),
                                  tr("What you write to it leaves this computer."));
    }
    QStringList about{tr("%1 at %2").arg(engine_.model, engine_.address)};
    if (engine_.contextLimit > 0)
        about += tr("Context of %1 tokens").arg(locale.toString(engine_.contextLimit));
    about_->setText(about.join(QStringLiteral(" · ")));
    QStringList health;
    if (state_.isTrying) {
        health += tr("Asking…");
    } else if (!state_.problem.isEmpty()) {
        health += saidAgain(state_.problem);
    } else if (state_.wasTried) {
        health += tr("Answers in %1 ms").arg(locale.toString(state_.latencyMs));
    }
    if (!state_.refused.isEmpty())
        health += tr("It does not take: %1").arg(state_.refused.join(QStringLiteral(", ")));
    if (state_.isKeyInFile) health += tr("Its key is kept in a file that only you can read.");
    health_->setText(health.join(u'\n'));
    try_->setText(tr("Try"));
    try_->setAccessibleName(tr("Try %1").arg(engine_.name));
    try_->setEnabled(!state_.isTrying);
    button_->setText(state_.isInUse ? tr("Chat") : tr("Use"));
    button_->setAccessibleName(state_.isInUse ? tr("Chat with %1").arg(engine_.name)
                                              : tr("Use %1").arg(engine_.name));
    menu_->setName(tr("More about %1").arg(engine_.name));
    setAccessibleName(engine_.name);
}

void EngineCard::showMenu() {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(theme_.icon(IconName::Edit), tr("Change…"), this,
                    [this] { Q_EMIT editRequested(engine_.id); });
    menu->addAction(theme_.icon(IconName::Copy), tr("Copy the address"), this,
                    [this] { QGuiApplication::clipboard()->setText(engine_.address); });
    menu->addSeparator();
    menu->addAction(theme_.icon(IconName::Close), tr("Remove from the list"), this,
                    [this] { Q_EMIT removeRequested(engine_.id); });
    menu->popup(menu_->mapToGlobal(QPoint(0, menu_->height())));
}

void EngineCard::applyTheme() {
    tone(about_, TextStyle::Small, ColorRole::TextSecondary);
    tone(
        health_, TextStyle::Small,
        state_.problem.isEmpty() || state_.isTrying ? ColorRole::TextSecondary : ColorRole::Danger);
    showContent();
    update();
}

}  // namespace dsm
