#include "ui/downloads/source_choice.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/downloads/download_service.h"
#include "app/services/program/settings.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"
#include "ui/words/download_presentation.h"

namespace dsm {
namespace {

enum Place { kHuggingFace, kModelScope, kOther };

}  // namespace

SourceChoice::SourceChoice(DownloadService& downloads, Settings& settings, const Theme& theme,
                           QWidget* parent)
    : QWidget(parent),
      downloads_(downloads),
      settings_(settings),
      theme_(theme),
      label_(new Label(this)),
      choice_(new ChoiceBox(this)),
      endpoint_(new QLineEdit(this)),
      check_(new QPushButton(this)),
      verdict_(new Label(this)) {
    makeLayout();
    retranslate();
    readSettings();
    connect(choice_, &QComboBox::activated, this, [this] {
        takeChoice();
        if (choice_->currentIndex() == kOther && endpoint_->text().isEmpty())
            endpoint_->setFocus(Qt::OtherFocusReason);
        else
            check();
    });
    connect(endpoint_, &QLineEdit::editingFinished, this, &SourceChoice::takeChoice);
    connect(endpoint_, &QLineEdit::returnPressed, this, &SourceChoice::check);
    connect(check_, &QPushButton::clicked, this, &SourceChoice::check);
    connect(&downloads, &DownloadService::probed, this, &SourceChoice::takeProbe);
    connect(&theme, &Theme::changed, this, &SourceChoice::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
}

void SourceChoice::makeLayout() {
    label_->setBuddy(choice_);
    choice_->setMinimumWidth(170);
    endpoint_->setPlaceholderText(QStringLiteral("https://hf-mirror.com"));
    verdict_->setWordWrap(true);
    verdict_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    verdict_->hide();
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kSmall);
    row->addWidget(label_);
    row->addWidget(choice_);
    row->addWidget(endpoint_, 1);
    row->addWidget(check_);
    row->addStretch(0);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kSmall);
    column->addLayout(row);
    column->addWidget(verdict_);
}

void SourceChoice::readSettings() {
    const Source source = sourceNamed(settings_.downloadSource());
    int place = kHuggingFace;
    if (source.kind == Source::Kind::ModelScope) place = kModelScope;
    if (!source.endpoint.isEmpty()) place = kOther;
    choice_->setCurrentIndex(place);
    endpoint_->setText(source.endpoint);
    endpoint_->setVisible(place == kOther);
}

Source SourceChoice::source() const {
    switch (choice_->currentIndex()) {
        case kModelScope:
            return {Source::Kind::ModelScope, {}};
        case kOther:
            return {Source::Kind::HuggingFace, endpoint_->text().trimmed()};
        default:
            return {};
    }
}

void SourceChoice::takeChoice() {
    endpoint_->setVisible(choice_->currentIndex() == kOther);
    verdict_->hide();
    settings_.setDownloadSource(nameOfSource(source()));
}

void SourceChoice::check() {
    takeChoice();
    isBad_ = false;
    verdict_->setText(tr("Asking %1…").arg(source().host()));
    verdict_->show();
    applyTheme();
    downloads_.probe(source(), repository_);
}

void SourceChoice::takeProbe(const QString& address, bool isUsable, const QString& message) {
    if (address != source().address()) return;  // of a choice before this one
    isBad_ = !isUsable;
    verdict_->setText(message);
    verdict_->show();
    applyTheme();
}

void SourceChoice::applyTheme() {
    for (QLabel* label : {label_, verdict_})
        label->setFont(theme_.font(TextStyle::Small));
    const ColorRole role = isBad_ ? ColorRole::Danger : ColorRole::TextSecondary;
    setTone(verdict_, role);
}

void SourceChoice::retranslate() {
    const int place = std::max(0, choice_->currentIndex());
    choice_->clear();
    choice_->addItems(
        {QStringLiteral("Hugging Face"), QStringLiteral("ModelScope"), tr("Another address")});
    choice_->setCurrentIndex(place);
    label_->setText(tr("From"));
    choice_->setAccessibleName(tr("Where models are downloaded from"));
    endpoint_->setAccessibleName(tr("Address of a mirror of Hugging Face"));
    endpoint_->setToolTip(tr("A mirror that speaks the protocol of Hugging Face"));
    check_->setText(tr("Check"));
    check_->setAccessibleName(tr("Check whether the source answers and has the model"));
}

}  // namespace dsm
