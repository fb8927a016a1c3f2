#include "ui/chat/prompts_dialog.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/chat/prompt_text.h"
#include "app/services/program/settings.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kListWidth = 180;
constexpr int kTextWidth = 340;
constexpr int kTextHeight = 200;

}  // namespace

PromptsDialog::PromptsDialog(Settings& settings, QWidget* parent)
    : ScrollDialog(parent),
      settings_(settings),
      list_(new QListWidget(this)),
      name_(new QLineEdit(this)),
      text_(new QPlainTextEdit(this)),
      note_(new Label(this)),
      add_(new QPushButton(tr("New prompt"), this)),
      remove_(new QPushButton(tr("Delete"), this)),
      undo_(new QPushButton(tr("Undo"), this)),
      close_(new QPushButton(tr("Done"), this)) {
    setWindowTitle(tr("Prompts"));
    note_->setText(
        tr("Type / and the name at the beginning of a message. What stands in double "
           "braces, as {{language}}, is asked for then."));
    note_->setWordWrap(true);
    note_->setProperty("tone", QStringLiteral("secondary"));
    list_->setProperty("kind", QStringLiteral("field"));
    list_->setAccessibleName(tr("Prompts"));
    name_->setAccessibleName(tr("Name of the prompt"));
    name_->setPlaceholderText(tr("Name"));
    text_->setAccessibleName(tr("Text of the prompt"));
    text_->setProperty("kind", QStringLiteral("field"));
    text_->setTabChangesFocus(true);
    undo_->hide();
    close_->setProperty("kind", QStringLiteral("primary"));
    for (QPushButton* button : {add_, remove_, undo_, close_})
        button->setAutoDefault(false);
    makeLayout();
    connect(list_, &QListWidget::currentRowChanged, this, [this] {
        if (!isFilling_) showChosen();
    });
    connect(add_, &QPushButton::clicked, this, &PromptsDialog::add);
    connect(remove_, &QPushButton::clicked, this, &PromptsDialog::remove);
    connect(undo_, &QPushButton::clicked, this, &PromptsDialog::undo);
    connect(name_, &QLineEdit::editingFinished, this, &PromptsDialog::rename);
    connect(text_, &QPlainTextEdit::textChanged, this, &PromptsDialog::storeText);
    connect(close_, &QPushButton::clicked, this, &QDialog::accept);
    fill({});
}

void PromptsDialog::makeLayout() {
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kSmall);
    column->addWidget(note_);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kLarge);
    list_->setMinimumWidth(kListWidth);
    row->addWidget(list_);
    auto* right = new QVBoxLayout;
    right->setSpacing(space::kSmall);
    right->addWidget(name_);
    text_->setMinimumSize(kTextWidth, kTextHeight);
    right->addWidget(text_, 1);
    row->addLayout(right, 1);
    column->addLayout(row, 1);
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {add_, remove_, undo_})
        buttons->addWidget(button);
    buttons->addStretch(1);
    buttons->addWidget(close_);
    setContent(content, buttons);
}

void PromptsDialog::fill(const QString& chosen) {
    isFilling_ = true;
    list_->clear();
    list_->addItems(settings_.prompts().keys());
    const QList<QListWidgetItem*> found = list_->findItems(chosen, Qt::MatchExactly);
    list_->setCurrentRow(found.isEmpty() ? 0 : list_->row(found.front()));
    isFilling_ = false;
    showChosen();
}

void PromptsDialog::showChosen() {
    rename();
    const QListWidgetItem* item = list_->currentItem();
    chosen_ = item == nullptr ? QString() : item->text();
    isFilling_ = true;
    name_->setText(chosen_);
    text_->setPlainText(settings_.prompts().value(chosen_));
    isFilling_ = false;
    for (QWidget* control : {static_cast<QWidget*>(name_), static_cast<QWidget*>(text_),
                             static_cast<QWidget*>(remove_)})
        control->setEnabled(item != nullptr);
}

QString PromptsDialog::freeName(const QString& wish) const {
    const QMap<QString, QString> prompts = settings_.prompts();
    QString name = wish;
    for (int number = 2; prompts.contains(name); ++number)
        name = QStringLiteral("%1-%2").arg(wish).arg(number);
    return name;
}

void PromptsDialog::add() {
    rename();
    const QString name = freeName(promptName(tr("prompt")));
    settings_.setPrompt(name, QString());
    chosen_.clear();
    fill(name);
    name_->setFocus(Qt::OtherFocusReason);
    name_->selectAll();
}

void PromptsDialog::remove() {
    if (chosen_.isEmpty()) return;
    removed_ = {chosen_, settings_.prompts().value(chosen_)};
    settings_.setPrompt(std::exchange(chosen_, {}), std::nullopt);
    undo_->show();
    fill({});
}

void PromptsDialog::undo() {
    if (!removed_) return;
    const QString name = freeName(removed_->first);
    settings_.setPrompt(name, removed_->second);
    removed_.reset();
    undo_->hide();
    fill(name);
}

// A name that is taken gets a number; one that is empty stays what it was.
void PromptsDialog::rename() {
    const QString wanted = promptName(name_->text());
    if (isFilling_ || chosen_.isEmpty() || wanted == chosen_) return;
    if (wanted.isEmpty()) return name_->setText(chosen_);
    const QString name = freeName(wanted);
    const QString text = settings_.prompts().value(chosen_);
    settings_.setPrompt(chosen_, std::nullopt);
    settings_.setPrompt(name, text);
    for (QListWidgetItem* item : list_->findItems(chosen_, Qt::MatchExactly))
        item->setText(name);
    chosen_ = name;
    name_->setText(name);
}

void PromptsDialog::storeText() {
    if (!isFilling_ && !chosen_.isEmpty()) settings_.setPrompt(chosen_, text_->toPlainText());
}

// Whichever way the dialog goes.
void PromptsDialog::done(int result) {
    rename();
    ScrollDialog::done(result);
}

}  // namespace dsm
