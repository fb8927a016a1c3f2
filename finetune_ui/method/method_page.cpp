#include "finetune_ui/method/method_page.h"

#include <QComboBox>
#include <QDir>
#include <QGridLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/reason_words.h"
#include "app/services/training/job/job_export.h"
#include "finetune_ui/cards/memory_card.h"
#include "finetune_ui/job/job_section.h"
#include "finetune_ui/job/tuning_presets.h"
#include "finetune_ui/method/base_model_card.h"
#include "finetune_ui/method/elsewhere_card.h"
#include "finetune_ui/method/preset_choice.h"
#include "ui/widgets/choice_card.h"
#include "ui/widgets/language_change.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

constexpr int kMemoryAfterMs = 150;
constexpr int kTwoColumnsFrom = 560;

// What the memory depends on.
bool countsForMemory(const QString& key) {
    const JobKeyInfo info = jobKeyInfo(key);
    return key.isEmpty() || key == kModelKey || key == QLatin1String("max_length") ||
           info.group == JobKeyInfo::Group::Method || info.group == JobKeyInfo::Group::Batches;
}

}  // namespace

MethodPage::MethodPage(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      job_(parts.draft.job()),
      choice_(new PresetChoice(parts.draft, parts.study, this)),
      forecast_(parts.forecast),
      theme_(parts.theme),
      base_(new BaseModelCard(job_, parts.library, parts.forecast, theme_, this)),
      aim_(new FormCard(theme_, this)),
      grid_(new QGridLayout),
      fitNote_(makeNote(theme_, this)),
      simple_(new JobSection({QStringLiteral("epochs"), QStringLiteral("learning_rate")}, job_,
                             theme_, this)),
      memory_(new MemoryCard(theme_, this)),
      exporter_(new JobExport(this)),
      elsewhere_(new ElsewhereCard(job_, *exporter_, theme_, this)),
      memoryTimer_(new QTimer(this)) {
    memoryTimer_->setSingleShot(true);
    memoryTimer_->setInterval(kMemoryAfterMs);
    makeSections();
    makeLayout();
    makeConnections();
    retranslate();
    base_->showModels();
    if (!choice_->isChosen()) choosePreset(tuningPresets().first().id);
    showPreset();
    setAdvanced(false);
    onLanguageChange(this, [this] { retranslate(); });
}

void MethodPage::makeSections() {
    for (const auto group :
         {JobKeyInfo::Group::Method, JobKeyInfo::Group::Learning, JobKeyInfo::Group::Batches,
          JobKeyInfo::Group::Keeping, JobKeyInfo::Group::Computer}) {
        QStringList keys = keysOf(group);
        // The other keys of data are chosen where the data is.
        if (group == JobKeyInfo::Group::Learning) keys.prepend(QStringLiteral("history"));
        sections_.push_back(new JobSection(keys, job_, theme_, this));
    }
}

void MethodPage::makeLayout() {
    grid_->setSpacing(space::kSmall);
    for (const TuningPreset& preset : tuningPresets()) {
        auto* card = new ChoiceCard(theme_, this);
        card->setObjectName(QStringLiteral("preset_") + preset.id);
        cards_.push_back(card);
        connect(card, &QAbstractButton::clicked, this,
                [this, id = preset.id] { choosePreset(id); });
    }
    aim_->body()->addLayout(grid_);
    aim_->body()->addWidget(fitNote_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kLarge);
    column->addWidget(base_);
    column->addWidget(aim_);
    column->addWidget(simple_);
    column->addWidget(memory_);
    for (JobSection* section : sections_)
        column->addWidget(section);
    column->addWidget(elsewhere_);
    column->addStretch(1);
    placeCards();
}

void MethodPage::makeConnections() {
    connect(choice_, &PresetChoice::changed, this, [this] {
        showCards();
        showPreset();
    });
    connect(base_, &BaseModelCard::modelsShown, this, [this] {
        choice_->setModel(base_->chosen().parameters);
        Q_EMIT changed();
    });
    connect(&job_, &JobDraft::changed, this, &MethodPage::takeChange);
    connect(memoryTimer_, &QTimer::timeout, this, &MethodPage::askMemory);
    connect(&forecast_, &RunForecast::memoryTold, this,
            [this](const RunMemory& memory) { memory_->showMemory(memory, true); });
    connect(&forecast_, &RunForecast::memoryUnknown, this,
            [this](const ReasonShown& why) { memory_->showWords(presentReason(why)); });
    for (JobSection* section : sections_)
        connect(section, &JobSection::validityChanged, this, &MethodPage::changed);
    connect(simple_, &JobSection::validityChanged, this, &MethodPage::changed);
}

QComboBox* MethodPage::models() const {
    return base_->models();
}

QComboBox* MethodPage::forms() const {
    return base_->forms();
}

ChoiceCard* MethodPage::presetCard(const QString& id) const {
    const auto& presets = tuningPresets();
    for (qsizetype i = 0; i < presets.size(); ++i) {
        if (presets[i].id == id) return cards_[static_cast<std::size_t>(i)];
    }
    return nullptr;
}

void MethodPage::choosePreset(const QString& id) {
    choice_->choose(id);
    base_->setWantedForm(tuningPreset(id).form, true);
    showPreset();
}

void MethodPage::showPreset() {
    const TuningPreset preset = choice_->preset();
    presetCard(preset.id)->setChecked(true);
    base_->setWantedForm(preset.form, false);
    simple_->setPreset(preset);
    for (JobSection* section : sections_)
        section->setPreset(preset);
    showParts();
}

void MethodPage::takeChange(const QString& key) {
    if (valueNow(job_, QStringLiteral("method")).toString() == QLatin1String("full")) {
        // Settings of LoRA have no place in such a job.
        for (const JobKeyInfo& info : jobKeyInfos()) {
            if (info.isOfLora && job_.isChosen(info.name))
                job_.choose(info.name, QJsonValue::Undefined);
        }
    }
    if (key == kModelKey || key.isEmpty()) choice_->setModel(base_->chosen().parameters);
    if (key.isEmpty()) showPreset();
    if (countsForMemory(key) && isVisible()) memoryTimer_->start();
    Q_EMIT changed();
}

void MethodPage::askMemory() {
    QJsonObject values = job_.values();
    if (!values.contains(kModelKey)) return;
    // What has nothing to do with the memory may be missing or wrong yet.
    for (const char* key : {"data", "output"})
        values[QLatin1String(key)] = QStringLiteral("-");
    for (const char* key : {"eval_data", "eval_share", "eval_at_start", "eval_steps", "patience"})
        values.remove(QLatin1String(key));
    forecast_.askMemory(QString::fromUtf8(QJsonDocument(values).toJson()));
    base_->askMemory(values);
}

QString MethodPage::missing() const {
    if (job_.value(kModelKey).toString().isEmpty() || base_->chosen().folder.isEmpty())
        return tr("Choose a base model");
    std::vector<const JobSection*> shown(sections_.begin(), sections_.end());
    shown.push_back(simple_);
    for (const JobSection* section : shown) {
        // What is not seen has the value that it had.
        const QString wrong = section->isHidden() ? QString() : section->wrong();
        if (!wrong.isEmpty()) return tr("Correct the setting “%1”").arg(wrong);
    }
    return {};
}

void MethodPage::setAdvanced(bool isAdvanced) {
    isAdvanced_ = isAdvanced;
    showParts();
}

void MethodPage::showParts() {
    simple_->setVisible(!isAdvanced_);
    for (JobSection* section : sections_)
        section->setVisible(isAdvanced_);
    const bool isForOthers = choice_->preset().id == QLatin1String("authors_full");
    elsewhere_->setVisible(isAdvanced_ || isForOthers);
}

void MethodPage::takeDraft() {
    choice_->takeDraft();
    base_->showModels();
    if (!choice_->isChosen()) choosePreset(tuningPresets().first().id);
    showPreset();
}

void MethodPage::showCards() {
    for (const TuningPreset& preset : tuningPresets()) {
        presetCard(preset.id)->setContent(presentPresetTitle(preset), presentPresetUse(preset),
                                          presentPresetSettings(choice_->fittedOf(preset)));
    }
    const qint64 examples = choice_->fittedTo().examples;
    fitNote_->setText(
        examples > 0 ? tr("Rate and epochs of the first two fit this model and the number of your "
                          "examples, %1.")
                           .arg(locale().toString(examples))
                     : tr("How often the examples are gone through is fitted to their number, "
                          "once they are chosen."));
}

void MethodPage::placeCards() {
    const int columns = width() >= theme_.scaled(kTwoColumnsFrom) ? 2 : 1;
    if (columns == columns_) return;
    columns_ = columns;
    for (std::size_t i = 0; i < cards_.size(); ++i) {
        grid_->removeWidget(cards_[i]);
        const int place = static_cast<int>(i);
        grid_->addWidget(cards_[i], place / columns, place % columns);
    }
    grid_->setColumnStretch(0, 1);
    grid_->setColumnStretch(1, columns == 2 ? 1 : 0);
}

void MethodPage::retranslate() {
    aim_->setHeading(tr("What shall it learn?"),
                     tr("A preset is a beginning: every setting can be changed."));
    showCards();
    simple_->setHeading(tr("How thoroughly"));
    const QStringList headings{tr("Method"), tr("Learning"), tr("Batches"), tr("Checkpoints"),
                               tr("Computer")};
    for (std::size_t i = 0; i < sections_.size(); ++i)
        sections_[i]->setHeading(headings[static_cast<qsizetype>(i)]);
}

void MethodPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    placeCards();
}

void MethodPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    memoryTimer_->start();
}

}  // namespace dsm
