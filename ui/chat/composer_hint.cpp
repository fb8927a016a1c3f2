#include "ui/chat/composer_hint.h"

#include <QLocale>
#include <QTimer>

#include "app/services/chat/chat_service.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr qsizetype kShort = 200;      // characters: nothing to count
constexpr double kWorthTelling = 0.2;  // of the room

}  // namespace

ComposerHint::ComposerHint(ChatService& chat, const Composer& composer, const Theme& theme,
                           QWidget* parent)
    : Label(parent), chat_(chat), composer_(composer), theme_(theme), pause_(new QTimer(this)) {
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
    const QString text = composer_.text();
    fit_ = text.size() < kShort ? PromptFit{} : chat_.fit(conversation_, text);
    showTexts();
}

void ComposerHint::showTexts() {
    const QLocale locale;
    const QString tokens = locale.toString(fit_.tokens);
    const QString room = locale.toString(fit_.room);
    if (refused_ > 0) {
        setText(tr("Not pasted: the message would have %1 characters, and at most %2 can be "
                   "written. Paste a part of the text.")
                    .arg(locale.toString(refused_), locale.toString(PromptEdit::kLongest)));
    } else if (!fit_.fits()) {
        setText(tr("Too long to send: %1 tokens, and the context has room for %2. Shorten it.")
                    .arg(tokens, room));
    } else if (static_cast<double>(fit_.tokens) > kWorthTelling * static_cast<double>(fit_.room)) {
        setText(tr("%1 of %2 tokens").arg(tokens, room));
    } else {
        setText(tr("Enter sends, Shift+Enter makes a new line. Check important answers."));
    }
    setFont(theme_.font(TextStyle::Caption));
    const ColorRole role =
        refused_ == 0 && fit_.fits() ? ColorRole::TextTertiary : ColorRole::Danger;
    setTone(this, role);
}

}  // namespace dsm
