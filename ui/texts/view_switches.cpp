#include "ui/texts/view_switches.h"

#include <QAction>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <algorithm>
#include <utility>

#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {

ViewSwitches::ViewSwitches(QWidget* parent)
    : QWidget(parent), menu_(new QMenu(this)), all_(new QPushButton(this)) {
    menu_->setToolTipsVisible(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::kTiny);
    tokens_ = add();
    probabilities_ = add();
    likeliest_ = add();
    sampling_ = add();
    all_->setMenu(menu_);
    row->addWidget(all_);
    const auto takesTurns = [this](QAction* one, QAction* other) {
        connect(one, &QAction::toggled, this, [other](bool isOn) {
            if (isOn) other->setChecked(false);
        });
    };
    takesTurns(likeliest_, sampling_);
    takesTurns(sampling_, likeliest_);
    for (QAction* action : actions_)
        connect(action, &QAction::toggled, this, &ViewSwitches::changed);
    onLanguageChange(this, [this] { retranslate(); });
    retranslate();
    setWide(true);
}

QAction* ViewSwitches::add() {
    auto* action = new QAction(this);
    action->setCheckable(true);
    menu_->addAction(action);
    auto* button = new QPushButton(this);
    button->setCheckable(true);
    button->setProperty("kind", QStringLiteral("plain"));
    layout()->addWidget(button);
    connect(button, &QPushButton::toggled, action, &QAction::setChecked);
    connect(action, &QAction::toggled, button, &QPushButton::setChecked);
    actions_.push_back(action);
    buttons_.push_back(button);
    return action;
}

QPushButton* ViewSwitches::buttonOf(const QAction* action) const {
    const auto found = std::find(actions_.begin(), actions_.end(), action);
    return buttons_[static_cast<std::size_t>(found - actions_.begin())];
}

void ViewSwitches::setWide(bool isWide) {
    for (QPushButton* button : buttons_)
        button->setVisible(isWide);
    all_->setVisible(!isWide);
}

void ViewSwitches::setRefusal(const QString& reason) {
    if (std::exchange(refusal_, reason) == reason) return;
    for (QAction* action : {tokens_, probabilities_, likeliest_}) {
        action->setEnabled(reason.isEmpty());
        buttonOf(action)->setEnabled(reason.isEmpty());
    }
    retranslate();
    Q_EMIT changed();
}

bool ViewSwitches::isShown(const QAction* action) const {
    return action->isChecked() && action->isEnabled();
}

void ViewSwitches::name(QAction* action, const QString& text, const QString& tip) {
    const QString told = action->isEnabled() ? tip : refusal_;
    action->setText(text);
    action->setToolTip(told);
    QPushButton* button = buttonOf(action);
    button->setText(text);
    button->setAccessibleName(text);
    button->setAccessibleDescription(told);
    button->setToolTip(told);
}

void ViewSwitches::retranslate() {
    name(tokens_, tr("Tokens"), tr("Where each token of the text begins, and its id"));
    name(probabilities_, tr("Probabilities"),
         tr("How likely the model found each token, as a shade"));
    name(likeliest_, tr("Next tokens"), tr("The 50 likeliest tokens at the cursor"));
    name(sampling_, tr("Sampling"), tr("How the model draws what it writes"));
    all_->setText(tr("Show"));
    all_->setAccessibleName(tr("What is shown of the text"));
}

}  // namespace dsm
