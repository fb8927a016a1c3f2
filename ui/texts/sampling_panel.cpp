#include "ui/texts/sampling_panel.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/texts/text_service.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/page_scroll.h"
#include "ui/widgets/sampling_fields.h"
#include "ui/widgets/theme.h"

namespace dsm {

SamplingPanel::SamplingPanel(TextService& texts, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      texts_(texts),
      fields_(nullptr),
      lastSeed_(new QPushButton(this)),
      source_(new Label(this)),
      reset_(new QPushButton(this)) {
    auto* content = new QWidget(this);
    fields_ = new SamplingFields(theme, content);
    source_->setWordWrap(true);
    source_->setProperty("tone", QStringLiteral("secondary"));
    auto* form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapAllRows);
    form->setVerticalSpacing(space::kTiny);
    fields_->addTo(form);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kSmall, 0, space::kSmall, space::kSmall);
    column->setSpacing(space::kSmall);
    column->addLayout(form);
    column->addWidget(lastSeed_);
    column->addWidget(source_);
    column->addWidget(reset_);
    column->addStretch(1);
    auto* scroll = new PageScroll(this);
    scroll->setWidget(content);
    content->setAutoFillBackground(false);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
    connect(fields_, &SamplingFields::changed, this, &SamplingPanel::store);
    connect(lastSeed_, &QPushButton::clicked, this, [this] {
        fields_->seed()->setText(QString::number(texts_.lastSeed(id_).value_or(0)));
        store();
    });
    connect(reset_, &QPushButton::clicked, this, [this] {
        texts_.resetChoices(id_);
        setText(id_);
    });
    connect(&texts_, &TextService::writingChanged, this, [this] { refresh(); });
    onLanguageChange(this, [this] { retranslate(); });
    retranslate();
    setText(0);
}

void SamplingPanel::setText(qint64 id) {
    id_ = id;
    setEnabled(id != 0);
    fields_->setChoices(texts_.choices(id));
    refresh();
}

void SamplingPanel::store() {
    const GenerationChoices choices = fields_->choices(texts_.choices(id_));
    if (id_ != 0 && choices != texts_.choices(id_)) texts_.setChoices(id_, choices);
    refresh();
}

void SamplingPanel::refresh() {
    const auto seed = texts_.lastSeed(id_);
    lastSeed_->setVisible(seed.has_value());
    if (seed) lastSeed_->setText(tr("Use the last seed: %1").arg(*seed));
    const bool isOwn = texts_.hasOwnChoices(id_);
    reset_->setEnabled(isOwn);
    source_->setText(id_ == 0 ? tr("Write something first: each text has its own choices.")
                     : isOwn  ? tr("This text has choices of its own.")
                              : tr("The choices of the settings hold for this text."));
}

void SamplingPanel::retranslate() {
    reset_->setText(tr("Like the settings"));
    fields_->retranslate();
    refresh();
}

}  // namespace dsm
