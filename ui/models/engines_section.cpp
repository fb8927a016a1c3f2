#include "ui/models/engines_section.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/remote/engine_address.h"
#include "app/services/remote/model_in_use.h"
#include "app/services/remote/remote_engines.h"
#include "ui/models/engine_dialog.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/match_rows.h"
#include "ui/widgets/toast.h"

namespace dsm {

EnginesSection::EnginesSection(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      heading_(new Label(this)),
      about_(new Label(this)),
      add_(new QPushButton(this)),
      list_(new QVBoxLayout) {
    about_->setWordWrap(true);
    list_->setSpacing(space::kMedium);
    auto* top = new QHBoxLayout;
    top->setSpacing(space::kMedium);
    top->addWidget(heading_, 1);
    top->addWidget(add_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, space::kSmall, 0, 0);
    column->setSpacing(space::kMedium);
    column->addLayout(top);
    column->addWidget(about_);
    column->addLayout(list_);
    connect(add_, &QPushButton::clicked, this, [this] { open(0); });
    connect(&parts_.engines, &RemoteEngines::changed, this, &EnginesSection::showCards);
    connect(&parts_.engines, &RemoteEngines::failed, this, &EnginesSection::failed);
    connect(&parts_.writer, &TextGenerator::statusChanged, this, [this] {
        if (isVisible()) showCards();
    });
    connect(&parts_.writer, &TextGenerator::modelChanged, this, &EnginesSection::showCards);
    connect(&parts_.theme, &Theme::changed, this, &EnginesSection::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
    showCards();
}

EngineCard* EnginesSection::makeCard() {
    auto* card = new EngineCard(parts_.theme, this);
    connect(card, &EngineCard::useRequested, this, &EnginesSection::useRequested);
    connect(card, &EngineCard::chatRequested, this, &EnginesSection::chatRequested);
    connect(card, &EngineCard::tryRequested, this, &EnginesSection::tryEngine);
    connect(card, &EngineCard::editRequested, this, &EnginesSection::open);
    connect(card, &EngineCard::removeRequested, this, &EnginesSection::remove);
    return card;
}

void EnginesSection::showCards() {
    const QList<RemoteEngine>& engines = parts_.engines.all();
    const auto isOf = [](const EngineCard& card, const RemoteEngine& engine) {
        return card.engine().id == engine.id;
    };
    matchRows(cards_, engines, list_, 0, isOf, [this] { return makeCard(); });
    const ModelStatus now = parts_.writer.status();
    for (std::size_t i = 0; i < cards_.size(); ++i) {
        const RemoteEngine& engine = engines[static_cast<qsizetype>(i)];
        EngineCard::State state = tried_.value(engine.id);
        state.isInUse = parts_.writer.isRemote() && parts_.engines.inUse() == engine.id;
        if (state.isInUse && !state.isTrying) {
            state.problem = now.remoteProblem;
            state.wasTried = now.latencyMs > 0;
            state.latencyMs = now.latencyMs;
            state.refused = now.remoteRefused;
        }
        state.isKeyInFile = parts_.engines.keys().isInFile(engineHost(engine.address));
        cards_[i]->setContent(engine, state);
        cards_[i]->show();
    }
}

// What is not seen is not kept up to date.
void EnginesSection::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    showCards();
}

void EnginesSection::tryEngine(qint64 id) {
    tried_[id] = {.isTrying = true};
    showCards();
    const QString address = parts_.engines.engine(id).address;
    const auto take = [this, id](const EngineProbe& probe) {
        tried_[id] = {.wasTried = true, .latencyMs = probe.latencyMs, .problem = probe.problem};
        showCards();
    };
    // Whoever is in use is asked by whoever asks it anyway, which then knows it, too.
    if (parts_.writer.isRemote() && parts_.engines.inUse() == id) {
        tried_.remove(id);
        return parts_.writer.use(id);
    }
    parts_.engines.keys().read(engineHost(address), this,
                               [this, address, take](const QString& key, const QString&) {
                                   parts_.engines.probe(address, key, this, take);
                               });
}

EngineDialog* EnginesSection::open(qint64 id) {
    auto* dialog = new EngineDialog(parts_.engines, parts_.engines.engine(id), this);
    connect(dialog, &EngineDialog::saved, this, &EnginesSection::takeSaved);
    dialog->QDialog::open();
    return dialog;
}

void EnginesSection::takeSaved(qint64 id, const QString& problem) {
    tried_.remove(id);
    if (!problem.isEmpty()) Q_EMIT noted(problem);
    // Another key may be its now.
    if (parts_.writer.isRemote() && parts_.engines.inUse() == id) parts_.writer.use(id);
    showCards();
}

void EnginesSection::remove(qint64 id) {
    const RemoteEngine engine = parts_.engines.engine(id);
    const bool wasInUse = parts_.writer.isRemote() && parts_.engines.inUse() == id;
    const int place = parts_.engines.remove(id);
    if (place < 0) return;
    if (toast_ == nullptr) return parts_.engines.forgetKey(engine);
    toast_->showMessage(
        [name = engine.name] { return tr("“%1” was removed from the list").arg(name); },
        [] { return tr("Undo"); },
        [this, engine, place, wasInUse] {
            parts_.engines.putBack(engine, place);
            if (wasInUse) Q_EMIT useRequested(engine.id);
        },
        [this, engine] { parts_.engines.forgetKey(engine); });
}

void EnginesSection::applyTheme() {
    heading_->setFont(parts_.theme.font(TextStyle::Title));
    about_->setFont(parts_.theme.font(TextStyle::Small));
    setTone(about_, ColorRole::TextSecondary);
}

void EnginesSection::retranslate() {
    heading_->setText(tr("Models at an address"));
    about_->setText(
        tr("A server of your department, or another program on this computer, can write the "
           "replies: anything that speaks OpenAI's language."));
    add_->setText(tr("Add an address…"));
    add_->setAccessibleName(tr("Add a model at an address"));
}

}  // namespace dsm
