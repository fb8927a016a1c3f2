#include "ui/widgets/message/code_block.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QTimer>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/message/long_text.h"
#include "ui/widgets/message/markdown_document.h"
#include "ui/widgets/message/markdown_limits.h"
#include "ui/widgets/message/syntax_highlighter.h"
#include "ui/widgets/message/text_marks.h"
#include "ui/widgets/message/text_widget.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kHeader = 38;
constexpr int kPadding = 14;
constexpr int kTabColumns = 4;
constexpr int kBox = 400;

// Scrolls sideways by itself; up and down belongs to the conversation.
class CodeText : public QTextEdit {
  public:
    using QTextEdit::QTextEdit;

  protected:
    void wheelEvent(QWheelEvent* event) override {
        if (event->angleDelta().x() != 0) {
            QTextEdit::wheelEvent(event);
        } else {
            event->ignore();
        }
    }
};

// The line in pieces that can be laid out one by one.
QString withCutLines(const QString& code) {
    QString cut;
    qsizetype column = 0;
    for (const QChar c : code) {
        column = c == u'\n' ? 0 : column + 1;
        if (column > kLongestPiece && !c.isLowSurrogate()) {
            cut += u'\n';
            column = 1;
        }
        cut += c == u'\n' ? c : withoutMeaning(c);
    }
    return cut;
}

}  // namespace

CodeBlock::CodeBlock(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      languageLabel_(new Label(this)),
      wrapButton_(new QPushButton(this)),
      saveButton_(new QPushButton(this)),
      copyButton_(new QPushButton(this)),
      text_(new CodeText(this)),
      copiedTimer_(new QTimer(this)) {
    text_->setReadOnly(true);
    text_->setFrameShape(QFrame::NoFrame);
    text_->setUndoRedoEnabled(false);
    text_->setWordWrapMode(QTextOption::NoWrap);
    // With the width of the widget each change of its height would lay the code out again.
    text_->setLineWrapMode(QTextEdit::FixedPixelWidth);
    text_->setLineWrapColumnOrWidth(1);
    text_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text_->setFocusPolicy(Qt::ClickFocus);
    text_->document()->setDocumentMargin(0);
    text_->viewport()->setAutoFillBackground(false);
    languageLabel_->setProperty("tone", QStringLiteral("secondary"));
    for (QPushButton* button : {wrapButton_, saveButton_, copyButton_}) {
        button->setProperty("kind", QStringLiteral("quiet"));
        button->setCursor(Qt::PointingHandCursor);
    }
    wrapButton_->setCheckable(true);
    saveButton_->hide();
    connect(wrapButton_, &QPushButton::toggled, this, &CodeBlock::setWrapped);
    connect(saveButton_, &QPushButton::clicked, this,
            [this] { Q_EMIT saveRequested(language_, code_); });
    copiedTimer_->setSingleShot(true);
    copiedTimer_->setInterval(1600);
    connect(copyButton_, &QPushButton::clicked, this, &CodeBlock::copyCode);
    connect(copiedTimer_, &QTimer::timeout, this, &CodeBlock::retranslate);
    connect(&theme, &Theme::changed, this, &CodeBlock::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    write(0);
    retranslate();
}

void CodeBlock::setCode(const QString& language, const QString& code) {
    if (isLongCode(code)) {
        language_ = language;
        showBox(code, false);
        return;
    }
    hideBox();
    if (language != language_ || highlighter_ == nullptr) {
        language_ = language;
        delete highlighter_;
        highlighter_ = new SyntaxHighlighter(theme_, language, text_->document());
        retranslate();
    }
    if (code == code_) return;
    const bool grows = !code_.isEmpty() && code.startsWith(code_);
    const qsizetype shown = grows ? code_.size() : 0;
    code_ = code;
    write(shown);
}

void CodeBlock::setSavable(bool isSavable) {
    isSavable_ = isSavable;
    retranslate();
}

void CodeBlock::setWrapped(bool isWrapped) {
    if (std::exchange(isWrapped_, isWrapped) == isWrapped) return;
    wrapButton_->setChecked(isWrapped);
    text_->setWordWrapMode(isWrapped ? QTextOption::WrapAtWordBoundaryOrAnywhere
                                     : QTextOption::NoWrap);
    if (box_ != nullptr) {
        box_->setLineWrapMode(isWrapped ? QPlainTextEdit::WidgetWidth : QPlainTextEdit::NoWrap);
    }
    Q_EMIT heightChanged();
}

void CodeBlock::setLongText(const QString& text) {
    language_.clear();
    showBox(text, true);
}

void CodeBlock::showBox(const QString& text, bool wraps) {
    if (box_ == nullptr) {
        text_->hide();
        text_->clear();
        box_ = new LongText(theme_, this);
        box_->mark(marks_);
        box_->show();
    }
    code_ = text;
    isWords_ = wraps;
    box_->setLineWrapMode(wraps || isWrapped_ ? QPlainTextEdit::WidgetWidth
                                              : QPlainTextEdit::NoWrap);
    box_->setText(text);
    retranslate();
}

void CodeBlock::hideBox() {
    if (box_ == nullptr) return;
    delete box_;
    box_ = nullptr;
    isWords_ = false;
    code_.clear();
    write(0);
    text_->show();
    retranslate();
}

// What is shown of the code before `from` stays. A line that may have been cut is written anew, so
// that it is cut at the same places.
void CodeBlock::write(qsizetype from) {
    const qsizetype line = from == 0 ? 0 : code_.lastIndexOf(u'\n', from - 1) + 1;
    const bool isLong = from - line > kLongestPiece;
    QTextCursor cursor(text_->document());
    cursor.beginEditBlock();
    if (from == 0 || isLong) {
        cursor.select(QTextCursor::Document);
        QTextBlockFormat format;
        format.setLineHeight(theme_.lineHeight(TextStyle::Code), QTextBlockFormat::FixedHeight);
        cursor.removeSelectedText();
        cursor.setBlockFormat(format);
        cursor.insertText(withCutLines(code_));
    } else {
        cursor.movePosition(QTextCursor::End);
        cursor.movePosition(QTextCursor::StartOfBlock, QTextCursor::KeepAnchor);
        cursor.insertText(withCutLines(code_.mid(line)));
    }
    cursor.endEditBlock();
    if (!marks_.isEmpty()) mark(marks_);
}

int CodeBlock::heightFor(int width) {
    if (box_ != nullptr) return kHeader + 2 * kPadding + theme_.scaled(kBox);
    // Without wrapping, the layout is the same at every width.
    text_->setLineWrapColumnOrWidth(isWrapped_ ? std::max(1, width - 2 * kPadding) : 1);
    const QSizeF size = text_->document()->size();
    const bool scrolls = !isWrapped_ && size.width() > width - 2 * kPadding;
    const int bar = scrolls ? text_->horizontalScrollBar()->sizeHint().height() : 0;
    return kHeader + 2 * kPadding + static_cast<int>(std::ceil(size.height())) +
           std::max(0, bar - kPadding);
}

QAbstractScrollArea* CodeBlock::textWidget() const {
    return box_ != nullptr ? static_cast<QAbstractScrollArea*>(box_) : text_;
}

QString CodeBlock::selectedCode() const {
    const QTextCursor cursor = cursorOf(*textWidget());
    const bool isWhole =
        cursor.selectionStart() == 0 && cursor.selectionEnd() == lengthOf(*textWidget());
    return isWhole && cursor.hasSelection() ? code_ : selectedTextOf(*textWidget());
}

bool CodeBlock::mark(const QStringList& words) {
    marks_ = words;
    if (box_ != nullptr) {
        box_->mark(words);
        return !box_->extraSelections().isEmpty();
    }
    text_->setExtraSelections(marksOf(*text_->document(), words, theme_));
    return !text_->extraSelections().isEmpty();
}

QRect CodeBlock::firstMark() {
    if (box_ != nullptr) {
        const QRect found = box_->showFirstMark();
        return found.isNull() ? found : found.translated(box_->pos());
    }
    const auto marks = text_->extraSelections();
    if (marks.isEmpty()) return {};
    QTextCursor place = marks.front().cursor;
    place.clearSelection();
    text_->setTextCursor(place);
    text_->ensureCursorVisible();
    return text_->cursorRect(marks.front().cursor).translated(text_->pos());
}

void CodeBlock::placeButtons() {
    int right = width() - 5;
    for (QPushButton* button : {copyButton_, saveButton_, wrapButton_}) {
        if (button->isHidden()) continue;
        const int buttonWidth = button->sizeHint().width();
        right -= buttonWidth;
        button->setGeometry(right, 4, buttonWidth, kHeader - 8);
    }
    languageLabel_->setGeometry(kPadding, 0, std::max(0, right - kPadding), kHeader);
}

void CodeBlock::resizeEvent(QResizeEvent*) {
    placeButtons();
    text_->setGeometry(kPadding, kHeader + kPadding, width() - 2 * kPadding,
                       height() - kHeader - kPadding);
    if (box_ != nullptr) {
        box_->setGeometry(text_->geometry().adjusted(0, 0, kPadding - 2, -kPadding));
    }
}

void CodeBlock::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kMedium, theme_.color(ColorRole::Code),
                theme_.color(ColorRole::Border));
    painter.fillRect(QRect(1, kHeader, width() - 2, 1), theme_.color(ColorRole::Border));
}

void CodeBlock::applyTheme() {
    QPalette colors = text_->palette();
    colors.setColor(QPalette::Base, Qt::transparent);
    text_->setPalette(colors);
    text_->document()->setDefaultFont(theme_.font(TextStyle::Code));
    text_->setFont(theme_.font(TextStyle::Code));
    text_->setTabStopDistance(kTabColumns *
                              QFontMetricsF(text_->font()).horizontalAdvance(QLatin1Char(' ')));
    if (!marks_.isEmpty()) mark(marks_);
    languageLabel_->setFont(theme_.font(TextStyle::Caption));
    for (QPushButton* button : {wrapButton_, saveButton_, copyButton_})
        button->setFont(theme_.font(TextStyle::Caption));
    copyButton_->setIconSize({theme_.scaled(14), theme_.scaled(14)});
    if (highlighter_ != nullptr) highlighter_->rehighlight();
    retranslate();
    update();
}

void CodeBlock::retranslate() {
    const bool copied = copiedTimer_->isActive();
    languageLabel_->setText(
        isWords_
            ? tr("Text of %1 characters, as it is written").arg(QLocale().toString(code_.size()))
        : language_.isEmpty() ? tr("Code")
                              : language_);
    copyButton_->setText(copied ? tr("Copied") : tr("Copy"));
    copyButton_->setAccessibleName(isWords_ ? tr("Copy the text") : tr("Copy the code"));
    copyButton_->setIcon(theme_.icon(copied ? IconName::Check : IconName::Copy));
    wrapButton_->setText(tr("Wrap"));
    wrapButton_->setAccessibleName(tr("Wrap long lines"));
    wrapButton_->setToolTip(tr("Wrap long lines"));
    wrapButton_->setVisible(!isWords_);
    saveButton_->setText(tr("Save…"));
    saveButton_->setAccessibleName(tr("Save the code in a file"));
    saveButton_->setVisible(isSavable_ && !isWords_);
    text_->setAccessibleName(tr("Code"));
    resizeEvent(nullptr);
}

void CodeBlock::copyCode() {
    QGuiApplication::clipboard()->setText(code());
    copiedTimer_->start();
    retranslate();
}

}  // namespace dsm
