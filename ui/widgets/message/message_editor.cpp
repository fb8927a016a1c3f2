#include "ui/widgets/message/message_editor.h"

#include <QPainter>
#include <QPushButton>

#include "ui/widgets/language_change.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kEditorPadding = space::kLarge;
constexpr int kButtons = 34;

}  // namespace

MessageEditor::MessageEditor(const Theme& theme, const QString& text, QWidget* parent,
                             Purpose purpose)
    : QWidget(parent),
      theme_(theme),
      purpose_(purpose),
      editor_(new PromptEdit(this)),
      send_(new QPushButton(this)),
      cancel_(new QPushButton(this)) {
    editor_->setFont(theme.font(TextStyle::Body));
    editor_->setText(text);
    send_->setProperty("kind", QStringLiteral("primary"));
    cancel_->setProperty("kind", QStringLiteral("plain"));
    setFocusProxy(editor_);
    connect(editor_, &PromptEdit::submitted, this, &MessageEditor::accept);
    connect(editor_, &PromptEdit::escaped, this, &MessageEditor::rejected);
    connect(editor_, &QTextEdit::textChanged, this, &MessageEditor::heightChanged);
    connect(send_, &QPushButton::clicked, this, &MessageEditor::accept);
    connect(cancel_, &QPushButton::clicked, this, &MessageEditor::rejected);
    setTabOrder(editor_, cancel_);
    setTabOrder(cancel_, send_);
    retranslate();
    onLanguageChange(this, [this] { retranslate(); });
}

int MessageEditor::heightFor(int width) {
    editor_->resize(width - 2 * kEditorPadding, editor_->height());
    return editor_->minimumHeight() + kButtons + 3 * kEditorPadding - space::kTiny;
}

void MessageEditor::resizeEvent(QResizeEvent*) {
    editor_->move(kEditorPadding, kEditorPadding);
    editor_->resize(width() - 2 * kEditorPadding, editor_->minimumHeight());
    const int top = height() - kEditorPadding - kButtons + space::kTiny;
    const int sendWidth = send_->sizeHint().width();
    const int cancelWidth = cancel_->sizeHint().width();
    send_->setGeometry(width() - kEditorPadding - sendWidth, top, sendWidth, kButtons);
    cancel_->setGeometry(send_->x() - space::kSmall - cancelWidth, top, cancelWidth, kButtons);
}

void MessageEditor::accept() {
    const QString text = editor_->text();
    if (!text.trimmed().isEmpty() && !editor_->isComposing()) Q_EMIT accepted(text);
}

void MessageEditor::retranslate() {
    const bool isMessage = purpose_ == Purpose::Message;
    editor_->setAccessibleName(isMessage ? tr("Edit the message") : tr("Edit the summary"));
    send_->setText(isMessage ? tr("Send") : tr("Save"));
    cancel_->setText(tr("Cancel"));
}

void MessageEditor::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kLarge, theme_.color(ColorRole::Bubble),
                theme_.color(ColorRole::BorderStrong));
}

}  // namespace dsm
