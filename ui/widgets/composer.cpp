#include "ui/widgets/composer.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

namespace dsm {

Composer::Composer(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      editor_(new PromptEdit(this)),
      attach_(new IconButton(theme, IconName::Attach, 36, IconButton::Look::Plain, this)),
      button_(new IconButton(theme, IconName::Send, 36, IconButton::Look::Filled, this)) {
    setMaximumWidth(kColumnWidth);
    auto* layout = new QHBoxLayout(this);
    // More on the side where the text begins.
    const int begin = space::kLarge + 2;
    layout->setContentsMargins(isRightToLeft() ? space::kSmall : begin, space::kSmall,
                               isRightToLeft() ? begin : space::kSmall, space::kSmall);
    layout->setSpacing(space::kMedium);
    layout->addWidget(editor_, 1, Qt::AlignVCenter);
    layout->addWidget(attach_, 0, Qt::AlignBottom);
    layout->addWidget(button_, 0, Qt::AlignBottom);
    setFocusProxy(editor_);
    editor_->installEventFilter(this);
    connect(editor_, &PromptEdit::submitted, this, &Composer::submit);
    connect(editor_, &PromptEdit::escaped, this, [this] {
        if (isGenerating_) Q_EMIT stopRequested();
    });
    connect(editor_, &QTextEdit::textChanged, this, &Composer::updateButton);
    connect(attach_, &IconButton::clicked, this, &Composer::attachRequested);
    connect(button_, &IconButton::clicked, this, &Composer::press);
    connect(&theme, &Theme::changed, this, &Composer::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
}

QString Composer::text() const {
    return editor_->text();
}

void Composer::setText(const QString& text) {
    editor_->setText(text);
}

void Composer::clear() {
    editor_->clear();
}

void Composer::focusEditor() {
    editor_->setFocus(Qt::OtherFocusReason);
}

void Composer::setGenerating(bool generating) {
    isGenerating_ = generating;
    retranslate();
}

void Composer::setReady(bool ready) {
    isReady_ = ready;
    updateButton();
}

void Composer::setPlaceholder(const QString& text) {
    editor_->setPlaceholderText(text);
}

void Composer::submit() {
    if (!isReady_ || editor_->isComposing() || text().trimmed().isEmpty()) return;
    // As it was typed: the indent of a first line belongs to it.
    if (isGenerating_) {
        Q_EMIT queueRequested(text());
    } else {
        Q_EMIT sendRequested(text());
    }
}

void Composer::press() {
    if (isGenerating_) {
        Q_EMIT stopRequested();
    } else {
        submit();
    }
}

void Composer::applyTheme() {
    editor_->setFont(theme_.font(TextStyle::Body));
    QPalette palette = editor_->palette();
    palette.setColor(QPalette::Text, theme_.color(ColorRole::Text));
    palette.setColor(QPalette::PlaceholderText, theme_.color(ColorRole::TextTertiary));
    palette.setColor(QPalette::Highlight, theme_.color(ColorRole::Accent));
    palette.setColor(QPalette::HighlightedText, theme_.color(ColorRole::OnAccent));
    editor_->setPalette(palette);
    update();
}

void Composer::retranslate() {
    editor_->setAccessibleName(tr("Message"));
    attach_->setName(tr("Attach files"));
    button_->setIconName(isGenerating_ ? IconName::Stop : IconName::Send);
    if (isGenerating_) {
        button_->setName(tr("Stop the reply"), QKeySequence(Qt::Key_Escape));
    } else {
        button_->setName(tr("Send"), QKeySequence(Qt::Key_Return));
    }
    updateButton();
}

void Composer::updateButton() {
    button_->setEnabled(isGenerating_ || (isReady_ && !text().trimmed().isEmpty()));
}

void Composer::mousePressEvent(QMouseEvent*) {
    focusEditor();
}

bool Composer::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) update();
    return QWidget::eventFilter(watched, event);
}

void Composer::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const bool hasFocus = editor_->hasFocus();
    drawRounded(painter, rect(), 26, theme_.color(ColorRole::Surface),
                theme_.color(hasFocus ? ColorRole::BorderStrong : ColorRole::Border));
}

}  // namespace dsm
