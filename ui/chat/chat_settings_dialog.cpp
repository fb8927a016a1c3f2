#include "ui/chat/chat_settings_dialog.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "app/services/chat/chat_service.h"
#include "app/services/program/settings.h"
#include "ui/widgets/label.h"
#include "ui/widgets/name_dialog.h"
#include "ui/widgets/sampling_fields.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kFieldWidth = 240;
constexpr int kSystemHeight = 90;

}  // namespace

ChatSettingsDialog::ChatSettingsDialog(ChatService& chat, Settings& settings, qint64 conversation,
                                       const Theme& theme, QWidget* parent)
    : ScrollDialog(parent),
      chat_(chat),
      settings_(settings),
      id_(conversation),
      presets_(new QComboBox(this)),
      save_(new QPushButton(tr("Save as…"), this)),
      forget_(new QPushButton(tr("Forget"), this)),
      fields_(new SamplingFields(theme, this)),
      lastSeed_(new QPushButton(this)),
      replyStart_(new QLineEdit(this)),
      whenFull_(new QComboBox(this)),
      system_(new QPlainTextEdit(this)),
      warning_(new Label(this)),
      source_(new Label(this)),
      reset_(new QPushButton(tr("Like the settings"), this)),
      close_(new QPushButton(tr("Done"), this)) {
    setWindowTitle(tr("Settings of this chat"));
    system_->setProperty("kind", QStringLiteral("field"));
    system_->setTabChangesFocus(true);
    close_->setProperty("kind", QStringLiteral("primary"));
    for (QLabel* note : {warning_, source_}) {
        note->setWordWrap(true);
        note->setProperty("tone", QStringLiteral("secondary"));
    }
    if (const auto seed = lastSeed())
        lastSeed_->setText(tr("Use that of the last reply: %1").arg(*seed));
    lastSeed_->setVisible(lastSeed().has_value());
    for (QPushButton* button : {save_, forget_, lastSeed_, reset_, close_})
        button->setAutoDefault(false);
    whenFull_->addItem(tr("Leave out the oldest messages"), static_cast<int>(WhenFull::DropOldest));
    whenFull_->addItem(tr("Summarize the older messages"), static_cast<int>(WhenFull::Summarize));
    whenFull_->addItem(tr("Send nothing more"), static_cast<int>(WhenFull::Stop));
    makeLayout(theme);
    fillPresets();
    whenFull_->setCurrentIndex(whenFull_->findData(static_cast<int>(chat_.whenFull(id_))));
    fields_->setChoices(chat_.choices(id_));
    replyStart_->setText(chat_.replyStart(id_));
    system_->setPlainText(chat_.systemPrompt(id_));
    refresh();
    connectControls();
}

void ChatSettingsDialog::makeLayout(const Theme& theme) {
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kSmall);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(space::kHuge);
    form->setVerticalSpacing(space::kSmall);
    form->setRowWrapPolicy(theme.textScale() > 1.5 ? QFormLayout::WrapAllRows
                                                   : QFormLayout::WrapLongRows);
    const auto add = [&](const QString& text, QWidget* control) {
        auto* label = new Label(text, content);
        label->setBuddy(control);
        control->setAccessibleName(text);
        control->setMinimumWidth(std::min(theme.scaled(kFieldWidth), 340));
        form->addRow(label, control);
    };
    auto* named = new QHBoxLayout;
    named->setSpacing(space::kSmall);
    named->addWidget(save_);
    named->addWidget(forget_);
    named->addStretch(1);
    add(tr("Preset"), presets_);
    form->addRow(QString(), named);
    fields_->addTo(form);
    form->addRow(QString(), lastSeed_);
    add(tr("Replies begin with"), replyStart_);
    add(tr("When the context is full"), whenFull_);
    // A name stands in the middle of its control.
    for (int row = 0; row < form->rowCount(); ++row) {
        const QLayoutItem* control = form->itemAt(row, QFormLayout::FieldRole);
        const QLayoutItem* name = form->itemAt(row, QFormLayout::LabelRole);
        if (name != nullptr && name->widget() != nullptr && control != nullptr)
            name->widget()->setMinimumHeight(control->sizeHint().height());
    }
    column->addLayout(form);
    column->addWidget(source_);
    auto* label = new Label(tr("System text"), content);
    label->setBuddy(system_);
    system_->setAccessibleName(tr("System text"));
    system_->setMinimumHeight(theme.scaled(kSystemHeight));
    column->addWidget(label);
    column->addWidget(system_, 1);
    column->addWidget(warning_);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(reset_);
    buttons->addStretch(1);
    buttons->addWidget(close_);
    setContent(content, buttons);
}

void ChatSettingsDialog::connectControls() {
    connect(fields_, &SamplingFields::changed, this, &ChatSettingsDialog::store);
    connect(lastSeed_, &QPushButton::clicked, this, [this] {
        fields_->seed()->setText(QString::number(lastSeed().value_or(0)));
        store();
    });
    connect(replyStart_, &QLineEdit::editingFinished, this, &ChatSettingsDialog::storeTexts);
    connect(whenFull_, &QComboBox::activated, this, [this] {
        chat_.setWhenFull(id_, static_cast<WhenFull>(whenFull_->currentData().toInt()));
    });
    connect(system_, &QPlainTextEdit::textChanged, this, &ChatSettingsDialog::refresh);
    connect(presets_, &QComboBox::activated, this, &ChatSettingsDialog::usePreset);
    connect(save_, &QPushButton::clicked, this, &ChatSettingsDialog::askName);
    connect(forget_, &QPushButton::clicked, this, [this] {
        settings_.setPreset(presets_->currentText(), std::nullopt);
        fillPresets();
        refresh();
    });
    connect(reset_, &QPushButton::clicked, this, [this] {
        if (chat_.resetChoices(id_)) fields_->setChoices(chat_.choices(id_));
        refresh();
    });
    connect(close_, &QPushButton::clicked, this, &QDialog::accept);
}

NumberField* ChatSettingsDialog::temperature() const {
    return fields_->temperature();
}

NumberField* ChatSettingsDialog::tokens() const {
    return fields_->tokens();
}

QLineEdit* ChatSettingsDialog::seed() const {
    return fields_->seed();
}

GenerationChoices ChatSettingsDialog::shown() const {
    return fields_->choices(chat_.choices(id_));
}

std::optional<quint64> ChatSettingsDialog::lastSeed() const {
    const QList<MessageInfo> messages = chat_.messages(id_);
    const auto found =
        std::find_if(messages.rbegin(), messages.rend(),
                     [](const MessageInfo& message) { return message.seed.has_value(); });
    return found == messages.rend() ? std::nullopt : found->seed;
}

void ChatSettingsDialog::store() {
    const GenerationChoices choices = shown();
    if (choices != chat_.choices(id_)) chat_.setChoices(id_, choices);
    refresh();
}

void ChatSettingsDialog::storeTexts() {
    if (replyStart_->text() != chat_.replyStart(id_)) chat_.setReplyStart(id_, replyStart_->text());
    if (system_->toPlainText() != chat_.systemPrompt(id_))
        chat_.setSystemPrompt(id_, system_->toPlainText());
}

// Whichever way the dialog goes.
void ChatSettingsDialog::done(int result) {
    store();
    storeTexts();
    ScrollDialog::done(result);
}

void ChatSettingsDialog::fillPresets() {
    presets_->clear();
    presets_->addItem(tr("None"));
    for (const QString& name : settings_.presets().keys())
        presets_->addItem(name);
}

void ChatSettingsDialog::usePreset() {
    if (presets_->currentIndex() > 0) {
        const GenerationChoices preset = settings_.presets().value(presets_->currentText());
        if (chat_.setChoices(id_, preset)) fields_->setChoices(preset);
    }
    refresh();
}

void ChatSettingsDialog::askName() {
    NameDialog::open(this,
                     {tr("Save a preset"),
                      tr("Name of the preset:"),
                      {},
                      settings_.presets().keys(),
                      tr("Save")},
                     [this](const QString& name) {
                         settings_.setPreset(name, shown());
                         fillPresets();
                         presets_->setCurrentText(name);
                         refresh();
                     });
}

void ChatSettingsDialog::refresh() {
    forget_->setEnabled(presets_->currentIndex() > 0);
    reset_->setEnabled(chat_.hasOwnChoices(id_));
    source_->setText(chat_.hasOwnChoices(id_)
                         ? tr("This chat has choices of its own.")
                         : tr("The choices of the settings hold for this chat."));
    const bool isThere = !system_->toPlainText().trimmed().isEmpty();
    warning_->setText(isThere ? tr("DeepSeekMoE was not trained with system texts: it may not "
                                   "follow one, and may answer worse with it.")
                              : tr("Said to the model before the conversation."));
}

}  // namespace dsm
