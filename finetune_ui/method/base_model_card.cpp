#include "finetune_ui/method/base_model_card.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/sentences.h"
#include "finetune_ui/cards/memory_card.h"
#include "finetune_ui/method/form_memories.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/language_change.h"
#include "ui/words/message_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

bool isUsable(const LibraryModel& model) {
    return model.problem.isEmpty() && !model.isMissing &&
           std::any_of(model.forms.begin(), model.forms.end(),
                       [](const ModelForm& form) { return form.isPresent(); });
}

}  // namespace

BaseModelCard::BaseModelCard(JobDraft& job, ModelLibrary& library, const RunForecast& forecast,
                             const Theme& theme, QWidget* parent)
    : FormCard(theme, parent),
      job_(job),
      library_(library),
      models_(new ChoiceBox(this)),
      forms_(new ChoiceBox(this)),
      boxes_(new QBoxLayout(QBoxLayout::LeftToRight)),
      note_(makeNote(theme, this)),
      memories_(new FormMemories(forecast, this)) {
    makeLayout();
    connect(&library_, &ModelLibrary::modelsChanged, this, &BaseModelCard::showModels);
    connect(models_, &QComboBox::activated, this,
            [this] { chooseModel(models_->currentData().toString()); });
    connect(forms_, &QComboBox::activated, this,
            [this] { job_.choose(kModelKey, forms_->currentData().toString()); });
    connect(&job_, &JobDraft::changed, this, &BaseModelCard::takeChange);
    connect(memories_, &FormMemories::told, this,
            [this](const QString& folder, const RunMemory& memory) {
                told_[folder] = memory;
                const int place = forms_->findData(folder);
                if (place >= 0) forms_->setItemText(place, textOf(library_.formIn(folder)));
                arrange();
            });
    onLanguageChange(this, [this] { retranslate(); });
    retranslate();
}

void BaseModelCard::makeLayout() {
    models_->setObjectName(QStringLiteral("baseModel"));
    forms_->setObjectName(QStringLiteral("baseForm"));
    for (QComboBox* box : {models_, forms_}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(8);
    }
    boxes_->setSpacing(space::kSmall);
    boxes_->addWidget(models_, 1);
    boxes_->addWidget(forms_, 1);
    body()->addLayout(boxes_);
    body()->addWidget(note_);
}

// Below each other where what a form needs would be cut.
void BaseModelCard::arrange() {
    constexpr int kAround = 48;  // a list's frame and arrow
    int widest = 0;
    for (int i = 0; i < forms_->count(); ++i)
        widest = std::max(widest, forms_->fontMetrics().horizontalAdvance(forms_->itemText(i)));
    const bool isRow = 2 * (widest + kAround) <= width() - 2 * kPadding;
    boxes_->setDirection(isRow ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void BaseModelCard::resizeEvent(QResizeEvent* event) {
    FormCard::resizeEvent(event);
    arrange();
}

QString BaseModelCard::folder() const {
    return job_.value(kModelKey).toString();
}

LibraryModel BaseModelCard::chosen() const {
    for (const LibraryModel& model : library_.models()) {
        for (const ModelForm& form : model.forms) {
            if (form.isPresent() && QDir(form.folder) == QDir(folder())) return model;
        }
    }
    return {};
}

void BaseModelCard::chooseModel(const QString& folder) {
    const LibraryModel model = library_.model(folder);
    const auto present = std::find_if(model.forms.begin(), model.forms.end(),
                                      [](const ModelForm& form) { return form.isPresent(); });
    if (present != model.forms.end()) job_.choose(kModelKey, present->folder);
}

void BaseModelCard::setWantedForm(const QString& form, bool isToChoose) {
    wantedForm_ = form;
    for (const ModelForm& one : chosen().forms) {
        if (isToChoose && one.isPresent() && one.preset == form) job_.choose(kModelKey, one.folder);
    }
    showNote();
}

void BaseModelCard::askMemory(const QJsonObject& job) {
    QStringList folders;
    for (int i = 0; i < forms_->count(); ++i)
        folders.append(forms_->itemData(i).toString());
    memories_->ask(job, folders);
}

void BaseModelCard::takeChange(const QString& key) {
    if (key != kModelKey && !key.isEmpty()) return;
    models_->setCurrentIndex(models_->findData(chosen().folder));
    showForms();
}

void BaseModelCard::showModels() {
    if (library_.isReading()) return;
    models_->clear();
    for (const LibraryModel& model : library_.models()) {
        if (isUsable(model)) models_->addItem(presentModelName(model.name), model.folder);
    }
    // One that is not listed is not forgotten: it may come back, as when a disk does.
    if (folder().isEmpty() && models_->count() > 0) chooseModel(models_->itemData(0).toString());
    models_->setCurrentIndex(models_->findData(chosen().folder));
    showForms();
    Q_EMIT modelsShown();
}

QString BaseModelCard::textOf(const ModelForm& form) const {
    const auto known = told_.constFind(form.folder);
    if (known == told_.constEnd())
        return QStringLiteral("%1 · %2").arg(presentPreset(form.preset),
                                             presentBytes(form.diskBytes));
    return tr("%1 · to learn %2: %3")
        .arg(presentPreset(form.preset), presentBytes(known->totalBytes), presentVerdict(*known));
}

void BaseModelCard::showForms() {
    forms_->clear();
    for (const ModelForm& form : chosen().forms) {
        if (!form.isPresent()) continue;
        forms_->addItem(textOf(form), form.folder);
        if (QDir(form.folder) == QDir(folder())) forms_->setCurrentIndex(forms_->count() - 1);
    }
    showNote();
}

void BaseModelCard::showNote() {
    const LibraryModel model = chosen();
    if (model.folder.isEmpty()) {
        note_->setText(folder().isEmpty()
                           ? tr("There is no model on this computer yet. The page Models gets one.")
                           : tr("%1 is not among the models of this computer.").arg(folder()));
        return;
    }
    QString text = model.kind == ModelKind::Chat
                       ? tr("A Chat model: it answers already and needs few examples.")
                       : tr("A Base model: it learns to answer from these examples alone.");
    if (!wantedForm_.isEmpty() && library_.formIn(folder()).preset != wantedForm_) {
        text =
            inARow({text, tr("The preset is meant for the form %1; the page Models converts to it.")
                              .arg(presentPreset(wantedForm_))});
    }
    note_->setText(text);
}

void BaseModelCard::retranslate() {
    setHeading(tr("Base model"), tr("It stays as it is: what is learned goes beside it."));
    models_->setAccessibleName(tr("Base model"));
    forms_->setAccessibleName(tr("Form of the base model"));
    for (const LibraryModel& model : library_.models()) {
        const int at = models_->findData(model.folder);
        if (at >= 0) models_->setItemText(at, presentModelName(model.name));
    }
    showForms();
}

}  // namespace dsm
