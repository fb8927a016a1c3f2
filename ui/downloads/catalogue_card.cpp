#include "ui/downloads/catalogue_card.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/card_head.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/pill.h"
#include "ui/words/download_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {

CatalogueCard::CatalogueCard(const Theme& theme, QWidget* parent)
    : Card(theme, parent),
      head_(new CardHead(theme, IconName::ArrowDown, this)),
      state_(new Pill(theme, this)),
      purpose_(new Label(this)),
      fits_(new QGridLayout),
      space_(new Label(this)),
      toggle_(new QPushButton(this)),
      benchmarks_(new Label(this)),
      licence_(new Label(this)),
      button_(new QPushButton(this)) {
    makeLayout();
    connect(toggle_, &QPushButton::toggled, this, [this](bool isOpen) {
        benchmarks_->setVisible(isOpen);
        showContent();
    });
    connect(licence_, &QLabel::linkActivated, this,
            [this] { Q_EMIT licenceRequested(content_.entry.repository); });
    connect(button_, &QPushButton::clicked, this,
            [this] { Q_EMIT downloadRequested(content_.entry.repository); });
    connect(&theme, &Theme::changed, this, &CatalogueCard::applyTheme);
    onLanguageChange(this, [this] { showContent(); });
    applyTheme();
}

void CatalogueCard::makeLayout() {
    purpose_->setWordWrap(true);
    space_->setWordWrap(true);
    licence_->setWordWrap(true);
    licence_->setTextFormat(Qt::RichText);
    licence_->setTextInteractionFlags(Qt::TextBrowserInteraction);
    benchmarks_->setTextFormat(Qt::RichText);
    benchmarks_->hide();
    toggle_->setCheckable(true);
    toggle_->setProperty("kind", QStringLiteral("link"));
    button_->setProperty("kind", QStringLiteral("primary"));
    fits_->setHorizontalSpacing(space::kSmall);
    fits_->setVerticalSpacing(space::kSmall);
    head_->addLine(purpose_);
    auto* below = new QHBoxLayout;
    below->addWidget(licence_, 1);
    below->addWidget(toggle_);
    below->addWidget(state_, 0, Qt::AlignVCenter);
    below->addWidget(button_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kPadding, kPadding - 4, kPadding, kPadding - 4);
    column->setSpacing(space::kMedium);
    column->addWidget(head_);
    column->addLayout(fits_);
    column->addWidget(space_);
    column->addWidget(benchmarks_);
    column->addLayout(below);
}

void CatalogueCard::setContent(const CatalogueContent& content) {
    content_ = content;
    if (content_.model.forms.size() != qsizetype(verdicts_.size())) makeVerdicts();
    applyTheme();
}

void CatalogueCard::setWide(bool isWide) {
    if (isWide == isWide_) return;
    isWide_ = isWide;
    placeVerdicts();
}

void CatalogueCard::makeVerdicts() {
    qDeleteAll(presets_);
    qDeleteAll(verdicts_);
    presets_.clear();
    verdicts_.clear();
    for (qsizetype i = 0; i < content_.model.forms.size(); ++i) {
        presets_.push_back(new Label(this));
        verdicts_.push_back(new Pill(theme_, this));
    }
    placeVerdicts();
    applyTheme();
}

// All in one line where there is room, else two in a line.
void CatalogueCard::placeVerdicts() {
    const int perLine = isWide_ ? static_cast<int>(verdicts_.size()) : 2;
    for (int column = 0; column < fits_->columnCount(); ++column)
        fits_->setColumnStretch(column, 0);
    for (int i = 0; i < static_cast<int>(verdicts_.size()); ++i) {
        QLabel* preset = presets_[static_cast<std::size_t>(i)];
        Pill* verdict = verdicts_[static_cast<std::size_t>(i)];
        fits_->removeWidget(preset);
        fits_->removeWidget(verdict);
        const int column = i % perLine * 2;
        fits_->addWidget(preset, i / perLine, column);
        fits_->addWidget(verdict, i / perLine, column + 1, Qt::AlignLeft | Qt::AlignVCenter);
        fits_->setColumnStretch(column + 1, 1);
    }
}

void CatalogueCard::showContent() {
    const CatalogueEntry& entry = content_.entry;
    head_->setName(entry.title);
    setAccessibleName(entry.title);
    head_->kind()->setContent(entry.isChat ? Pill::Tone::Accent : Pill::Tone::Neutral,
                              entry.isChat ? tr("Chat") : tr("Base"));
    purpose_->setText(
        entry.purpose + QLatin1Char(' ') +
        tr("%1 to download.").arg(presentBytes(static_cast<quint64>(entry.sizeBytes()))));
    for (std::size_t i = 0; i < verdicts_.size(); ++i) {
        const ModelForm& form = content_.model.forms[static_cast<qsizetype>(i)];
        const FitWording fit = presentFit(form, content_.model, content_.memory);
        presets_[i]->setText(
            tr("%1, %2").arg(presentPreset(form.preset), presentBytes(form.diskBytes)));
        presets_[i]->setToolTip(presentPresetPurpose(form.preset));
        verdicts_[i]->setContent(fit.tone, fit.text, fit.explanation);
    }
    toggle_->setText(toggle_->isChecked() ? tr("Hide benchmarks") : tr("Benchmarks"));
    toggle_->setAccessibleName(tr("Published benchmarks of %1").arg(entry.title));
    benchmarks_->setText(presentBenchmarks(entry));
    const QString style = QStringLiteral("<style>a { color: %1; }</style>")
                              .arg(theme_.color(ColorRole::AccentText).name());
    licence_->setText(style + presentLicence(entry.licence));
    licence_->setAccessibleName(tr("Licence of %1").arg(entry.title));
    space_->setText(presentNeed(content_.need));
    showButton();
}

void CatalogueCard::showButton() {
    const bool isThere = content_.download.id != 0 || content_.isHere;
    const bool isFinished = isThere && !isUnderWay(content_.download);
    space_->setVisible(!isThere);
    state_->setVisible(isThere);
    state_->setContent(isFinished ? Pill::Tone::Good : Pill::Tone::Neutral,
                       isFinished ? tr("On this computer") : tr("In the queue"));
    button_->setVisible(!isThere);
    button_->setText(tr("Download"));
    button_->setAccessibleName(tr("Download %1").arg(content_.entry.title));
}

void CatalogueCard::applyTheme() {
    tone(purpose_, TextStyle::Small, ColorRole::TextSecondary);
    tone(benchmarks_, TextStyle::Small, ColorRole::TextSecondary);
    tone(licence_, TextStyle::Caption, ColorRole::TextTertiary);
    tone(space_, TextStyle::Small,
         content_.need.isEnough() ? ColorRole::TextSecondary : ColorRole::Danger);
    for (QLabel* preset : presets_)
        tone(preset, TextStyle::Small, ColorRole::TextSecondary);
    showContent();
    update();
}

}  // namespace dsm
