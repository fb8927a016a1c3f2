#include "ui/models/model_form_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/app_style.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/pill.h"
#include "ui/widgets/theme.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

bool isUnderWay(const Conversion& conversion) {
    return conversion.id != 0 && conversion.state != ConversionState::Finished;
}

}  // namespace

ModelFormRow::ModelFormRow(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      title_(new Label(this)),
      loaded_(new Pill(theme, this)),
      purpose_(new Label(this)),
      size_(new Label(this)),
      memory_(new Label(this)),
      fit_(new QWidget(this)),
      pill_(new Pill(theme, this)),
      actions_(new QWidget(this)),
      second_(new QPushButton(this)),
      button_(new QPushButton(this)),
      delete_(new IconButton(theme, IconName::Trash, 28, IconButton::Look::Plain, this)),
      progress_(new QProgressBar(this)),
      progressText_(new Label(this)) {
    makeLayout();
    connect(button_, &QPushButton::clicked, this, [this] { Q_EMIT requested(buttonAction_); });
    connect(second_, &QPushButton::clicked, this, [this] { Q_EMIT requested(secondAction_); });
    connect(delete_, &IconButton::clicked, this, [this] { Q_EMIT requested(FormAction::Delete); });
    connect(&theme, &Theme::changed, this, &ModelFormRow::applyTheme);
    applyTheme();
}

void ModelFormRow::makeLayout() {
    second_->setProperty("kind", QStringLiteral("link"));
    progress_->setTextVisible(false);
    progress_->setRange(0, 1000);
    progressText_->setWordWrap(true);
    for (QLabel* label : {size_, memory_})
        label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* name = new QVBoxLayout;
    name->setSpacing(1);
    auto* titleRow = new QHBoxLayout;
    titleRow->setSpacing(space::kSmall);
    titleRow->addWidget(title_);
    titleRow->addWidget(loaded_);
    titleRow->addStretch(1);
    name->addLayout(titleRow);
    name->addWidget(purpose_);
    auto* fitRow = new QHBoxLayout(fit_);
    fitRow->setContentsMargins(space::kSmall, 0, 0, 0);
    fitRow->addWidget(pill_, 0, Qt::AlignLeft | Qt::AlignVCenter);
    purpose_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    auto* actionRow = new QHBoxLayout(actions_);
    actionRow->setContentsMargins(0, 0, 0, 0);
    actionRow->setSpacing(space::kTiny);
    actionRow->addStretch(1);
    actionRow->addWidget(delete_);
    actionRow->addWidget(second_);
    actionRow->addWidget(button_);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kMedium);
    row->addLayout(name, 1);
    row->addWidget(size_);
    row->addWidget(memory_);
    row->addWidget(fit_);
    row->addWidget(actions_);
    auto* below = new QHBoxLayout;
    below->setSpacing(space::kMedium);
    below->addWidget(progress_, 1);
    below->addWidget(progressText_, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, space::kSmall, 0, space::kSmall);
    column->setSpacing(space::kTiny + 2);
    column->addLayout(row);
    column->addLayout(below);
}

void ModelFormRow::setWide(bool isWide) {
    if (isWide == isWide_) return;
    isWide_ = isWide;
    fitWidths();
    showTexts();
}

// Columns where there is room for them.
void ModelFormRow::fitWidths() {
    const int actions = theme_.scaled(kActionWidth);
    actions_->setMinimumWidth(isWide_ ? actions : 0);
    actions_->setMaximumWidth(isWide_ ? actions : QWIDGETSIZE_MAX);
    const int fit = theme_.scaled(kFitWidth);
    fit_->setMinimumWidth(isWide_ ? fit : 0);
    fit_->setMaximumWidth(isWide_ ? fit : QWIDGETSIZE_MAX);
    for (QLabel* label : {size_, memory_})
        label->setFixedWidth(theme_.scaled(kSizeWidth));
}

void ModelFormRow::setContent(const FormContent& content) {
    content_ = content;
    showTexts();
    showActions();
    showProgress();
}

void ModelFormRow::showTexts() {
    const ModelForm& form = content_.form;
    const QString size = form.diskBytes > 0 ? presentBytes(form.diskBytes) : QString();
    const QString memory = presentBytes(form.memoryBytes());
    title_->setText(presentPreset(form.preset));
    title_->setToolTip(form.preset);
    purpose_->setText(isWide_ ? presentPresetPurpose(form.preset) : memory);
    purpose_->setToolTip(isWide_ ? QString() : tr("Memory needed to run it"));
    loaded_->setContent(Pill::Tone::Accent, tr("Loaded"));
    loaded_->setVisible(content_.isLoaded);
    size_->setText(size);
    size_->setVisible(isWide_);
    size_->setToolTip(form.isPresent() ? tr("Size on disk") : tr("Size on disk once converted"));
    memory_->setText(memory);
    memory_->setVisible(isWide_);
    memory_->setToolTip(tr("Memory needed to run it"));
    setTone(size_, form.isPresent() ? ColorRole::Text : ColorRole::TextTertiary);
    const FitWording fit = presentFit(form, content_.model, content_.memory);
    pill_->setContent(fit.tone, fit.text, fit.explanation);
}

QList<ModelFormRow::Choice> ModelFormRow::conversionChoices(const QString& title) const {
    switch (content_.conversion.state) {
        case ConversionState::Waiting:
        case ConversionState::Running:
            return {{FormAction::StopConversion, tr("Cancel"),
                     tr("Cancel converting to %1").arg(title)}};
        case ConversionState::Stopped:
            return {{FormAction::ResumeConversion, tr("Resume"),
                     tr("Resume converting to %1").arg(title)},
                    {FormAction::DiscardConversion, tr("Discard"),
                     tr("Discard what was converted to %1").arg(title)}};
        case ConversionState::Failed:
            return {{FormAction::ResumeConversion, tr("Try again"),
                     tr("Try again to convert to %1").arg(title)},
                    {FormAction::DiscardConversion, tr("Discard"),
                     tr("Discard what was converted to %1").arg(title)}};
        case ConversionState::Finished:
            break;
    }
    return {};
}

// The one that is most likely wanted first.
QList<ModelFormRow::Choice> ModelFormRow::choices() const {
    const QString name =
        QStringLiteral("%1, %2").arg(content_.model.name, presentPreset(content_.form.preset));
    if (content_.isLoading) {
        return {{FormAction::CancelLoad, tr("Cancel"), tr("Cancel loading %1").arg(name)}};
    }
    if (content_.isLoaded) {
        const bool isBase = content_.model.kind == ModelKind::Base;
        return {{FormAction::Chat, isBase ? tr("Write") : tr("Chat"),
                 isBase ? tr("Write with %1").arg(name) : tr("Chat with %1").arg(name), true}};
    }
    if (content_.form.isPresent()) {
        if (content_.form.fit == MemoryFit::WontFit) {
            return {{FormAction::LoadFromDisk, tr("Run from disk"),
                     tr("Run %1 from the disk").arg(name)}};
        }
        return {{FormAction::Load, tr("Load"), tr("Load %1").arg(name)}};
    }
    if (isUnderWay(content_.conversion)) return conversionChoices(name);
    return {{FormAction::Convert, tr("Convert"), tr("Convert to %1").arg(name)}};
}

void ModelFormRow::offer(QPushButton* button, const Choice* choice) {
    button->setVisible(choice != nullptr);
    if (choice == nullptr) return;
    button->setText(choice->text);
    button->setAccessibleName(choice->name);
    button->setToolTip(choice->action == FormAction::LoadFromDisk
                           ? tr("Leaves the weights on the disk and reads them when they are "
                                "needed: each token takes seconds.")
                           : QString());
}

void ModelFormRow::showActions() {
    const QList<Choice> all = choices();
    const Choice* first = all.isEmpty() ? nullptr : &all[0];
    const Choice* second = all.size() > 1 ? &all[1] : nullptr;
    offer(button_, first);
    offer(second_, second);
    if (first != nullptr) {
        buttonAction_ = first->action;
        setKind(button_, first->isPrimary ? QStringLiteral("primary") : QString());
    }
    if (second != nullptr) secondAction_ = second->action;
    delete_->setVisible(content_.form.canDelete && !content_.isLoaded && !content_.isLoading);
    delete_->setName(tr("Delete the files of %1, %2")
                         .arg(content_.model.name, presentPreset(content_.form.preset)));
}

void ModelFormRow::showProgress() {
    const Conversion& conversion = content_.conversion;
    const bool isConverting = !content_.form.isPresent() && isUnderWay(conversion);
    const bool hasFailed = isConverting && conversion.state == ConversionState::Failed;
    const double share = content_.isLoading ? content_.loadShare : conversion.share();
    progress_->setVisible((content_.isLoading || isConverting) && !hasFailed);
    progress_->setValue(static_cast<int>(share * 1000));
    progress_->setAccessibleName(content_.isLoading ? tr("Loading the model")
                                                    : tr("Converting the model"));
    QString text;
    if (content_.isLoading) {
        text = tr("Loading, %1")
                   .arg(QLocale().toString(static_cast<int>(share * 100)) + QLatin1Char('%'));
    } else if (isConverting) {
        text = presentProgress(conversion);
    }
    progressText_->setText(text);
    progressText_->setVisible(!text.isEmpty());
    setTone(progressText_, hasFailed ? ColorRole::Danger : ColorRole::TextSecondary);
}

void ModelFormRow::applyTheme() {
    title_->setFont(theme_.font(TextStyle::Interface));
    purpose_->setFont(theme_.font(TextStyle::Caption));
    for (QLabel* label : {size_, memory_})
        label->setFont(theme_.font(TextStyle::Small));
    progressText_->setFont(theme_.font(TextStyle::Caption));
    fitWidths();
    setTone(purpose_, ColorRole::TextTertiary);
    showTexts();
    showProgress();
}

}  // namespace dsm
