#include "ui/chat/composer_hint.h"

#include <QLocale>
#include <QTimer>

#include "app/services/chat/chat_service.h"
#include "ui/chat/attachment_bar.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr double kWorthTelling = 0.2;  // of the room
constexpr double kNearlyFull = 0.85;

}  // namespace

ComposerHint::ComposerHint(ChatService& chat, const Composer& composer, const AttachmentBar& files,
                           const Theme& theme, QWidget* parent)
    : Label(parent),
      chat_(chat),
      composer_(composer),
      files_(files),
      theme_(theme),
      pause_(new QTimer(this)) {
    setWordWrap(true);
    setAlignment(Qt::AlignHCenter);
    pause_->setSingleShot(true);
    pause_->setInterval(kPauseMs);
    connect(pause_, &QTimer::timeout, this, &ComposerHint::count);
    connect(composer.editor(), &PromptEdit::textChanged, this, &ComposerHint::refresh);
    connect(composer.editor(), &PromptEdit::pasteRefused, this, &ComposerHint::refusePaste);
    connect(&theme, &Theme::changed, this, &ComposerHint::showTexts);
    onLanguageChange(this, [this] { showTexts(); });
    showTexts();
}

void ComposerHint::setConversation(qint64 id) {
    conversation_ = id;
    refresh();
}

// Until the text changes.
void ComposerHint::refusePaste(qsizetype characters) {
    refused_ = characters;
    showTexts();
}

void ComposerHint::refresh() {
    if (refused_ > 0) refusePaste(0);
    pause_->start();
}

void ComposerHint::count() {
    const AttachedPrompt prompt =
        chat_.attached(conversation_, composer_.text(), files_.documents());
    attachments_ = prompt.attachments;
    fit_ = chat_.fit(conversation_, prompt.text);
    showTexts();
    Q_EMIT counted();
}

bool ComposerHint::isNearlyFull() const {
    return fit_.room > 0 && (!fit_.fitsWhole() || static_cast<double>(fit_.read) >
                                                      kNearlyFull * static_cast<double>(fit_.room));
}

// What happens to a chat that is longer than the context, and from when on.
QString ComposerHint::whenFull() const {
    const bool isNow = !fit_.fitsWhole();
    switch (chat_.whenFull(conversation_)) {
        case WhenFull::DropOldest:
            return isNow ? tr("The model no longer sees the %n oldest messages: the context would "
                              "be too full.",
                              nullptr, static_cast<int>(fit_.leftOut))
                         : tr("The context is nearly full. After that the model no longer sees the "
                              "oldest messages.");
        case WhenFull::Summarize:
            return isNow ? tr("The context is full: the model will first summarize the older "
                              "messages.")
                         : tr("The context is nearly full. After that the model summarizes the "
                              "older messages.");
        case WhenFull::Stop:
            return isNow ? tr("The context is full: nothing more is sent in this chat.")
                         : tr("The context is nearly full. After that nothing more is sent in this "
                              "chat.");
    }
    return {};
}

void ComposerHint::showTexts() {
    const QLocale locale;
    const QString tokens = locale.toString(fit_.fits() ? fit_.taken() : fit_.tokens);
    const QString room = locale.toString(fit_.room);
    if (refused_ > 0) {
        setText(tr("Not pasted: the message would have %1 characters, and at most %2 can be "
                   "written. Paste a part of the text.")
                    .arg(locale.toString(refused_), locale.toString(PromptEdit::kLongest)));
    } else if (!fit_.fits()) {
        setText(tr("Too long to send: %1 tokens, and the context has room for %2. Shorten it.")
                    .arg(tokens, room));
    } else if (isNearlyFull()) {
        setText(conversation_ == 0
                    ? tr("%1 of %2 tokens").arg(tokens, room)
                    : tr("%1 of %2 tokens").arg(tokens, room) + QStringLiteral(" · ") + whenFull());
    } else if (static_cast<double>(fit_.taken()) > kWorthTelling * static_cast<double>(fit_.room)) {
        setText(tr("%1 of %2 tokens").arg(tokens, room));
    } else {
        setText(tr("Enter sends, Shift+Enter makes a new line. Check important answers."));
    }
    setFont(theme_.font(TextStyle::Caption));
    const bool isRefused = refused_ > 0 || !fit_.fits();
    setTone(this, isRefused        ? ColorRole::Danger
                  : isNearlyFull() ? ColorRole::Warning
                                   : ColorRole::TextTertiary);
}

}  // namespace dsm
