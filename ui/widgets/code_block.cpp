#include "ui/widgets/code_block.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QTimer>
#include <QWheelEvent>

#include "ui/widgets/paint.h"
#include "ui/widgets/syntax_highlighter.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kHeader = 38;
constexpr int kPadding = 14;

// Scrolls sideways by itself; up and down belongs to the conversation.
class CodeText : public QPlainTextEdit {
  public:
    using QPlainTextEdit::QPlainTextEdit;

  protected:
    void wheelEvent(QWheelEvent* event) override {
        if (event->angleDelta().x() != 0) {
            QPlainTextEdit::wheelEvent(event);
        } else {
            event->ignore();
        }
    }
};

}  // namespace

CodeBlock::CodeBlock(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      languageLabel_(new QLabel(this)),
      copyButton_(new QPushButton(this)),
      text_(new CodeText(this)),
      copiedTimer_(new QTimer(this)) {
    text_->setReadOnly(true);
    text_->setFrameShape(QFrame::NoFrame);
    text_->setLineWrapMode(QPlainTextEdit::NoWrap);
    text_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text_->setFocusPolicy(Qt::ClickFocus);
    text_->document()->setDocumentMargin(0);
    text_->setStyleSheet(QStringLiteral("QPlainTextEdit { background: transparent; }"));
    text_->viewport()->setAutoFillBackground(false);
    languageLabel_->setProperty("tone", QStringLiteral("secondary"));
    copyButton_->setProperty("kind", QStringLiteral("plain"));
    copyButton_->setCursor(Qt::PointingHandCursor);
    copiedTimer_->setSingleShot(true);
    copiedTimer_->setInterval(1600);
    connect(copyButton_, &QPushButton::clicked, this, &CodeBlock::copyCode);
    connect(copiedTimer_, &QTimer::timeout, this, &CodeBlock::retranslate);
    connect(&theme, &Theme::changed, this, &CodeBlock::applyTheme);
    applyTheme();
    retranslate();
}

void CodeBlock::setCode(const QString& language, const QString& code) {
    if (language != language_ || highlighter_ == nullptr) {
        language_ = language;
        delete highlighter_;
        highlighter_ = new SyntaxHighlighter(theme_, language, text_->document());
        retranslate();
    }
    const QString shown = text_->toPlainText();
    if (code == shown) return;
    if (!shown.isEmpty() && code.startsWith(shown)) {
        QTextCursor cursor(text_->document());
        cursor.movePosition(QTextCursor::End);
        cursor.insertText(code.mid(shown.size()));
    } else {
        text_->setPlainText(code);
    }
}

QString CodeBlock::code() const {
    return text_->toPlainText();
}

int CodeBlock::heightFor(int) const {
    const int lines = std::max(1, text_->document()->blockCount());
    const int line = QFontMetrics(text_->font()).lineSpacing();
    return kHeader + lines * line + 2 * kPadding;
}

void CodeBlock::resizeEvent(QResizeEvent*) {
    languageLabel_->setGeometry(kPadding, 0, width() / 2, kHeader);
    const int buttonWidth = copyButton_->sizeHint().width();
    copyButton_->setGeometry(width() - buttonWidth - 5, 4, buttonWidth, kHeader - 8);
    text_->setGeometry(kPadding, kHeader + kPadding, width() - 2 * kPadding,
                       height() - kHeader - kPadding);
}

void CodeBlock::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kMedium, theme_.color(ColorRole::Code),
                theme_.color(ColorRole::Border));
    painter.fillRect(QRect(1, kHeader, width() - 2, 1), theme_.color(ColorRole::Border));
}

void CodeBlock::applyTheme() {
    text_->setFont(theme_.font(TextStyle::Code));
    languageLabel_->setFont(theme_.font(TextStyle::Caption));
    copyButton_->setFont(theme_.font(TextStyle::Caption));
    copyButton_->setStyleSheet(
        QStringLiteral("QPushButton { min-height: 26px; padding: 0 9px; color: %1; }")
            .arg(theme_.color(ColorRole::TextSecondary).name()));
    copyButton_->setIconSize({14, 14});
    if (highlighter_ != nullptr) highlighter_->rehighlight();
    retranslate();
    update();
}

void CodeBlock::retranslate() {
    const bool copied = copiedTimer_->isActive();
    languageLabel_->setText(language_.isEmpty() ? tr("Code") : language_);
    copyButton_->setText(copied ? tr("Copied") : tr("Copy"));
    copyButton_->setAccessibleName(tr("Copy the code"));
    copyButton_->setIcon(theme_.icon(copied ? IconName::Check : IconName::Copy));
    text_->setAccessibleName(tr("Code"));
    resizeEvent(nullptr);
}

void CodeBlock::copyCode() {
    QGuiApplication::clipboard()->setText(code());
    copiedTimer_->start();
    retranslate();
}

void CodeBlock::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

}  // namespace dsm
