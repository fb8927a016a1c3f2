#include "ui/widgets/prompt_edit.h"

#include <QAbstractTextDocumentLayout>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QScrollBar>
#include <QTextBlock>
#include <QUrl>
#include <algorithm>
#include <cmath>

namespace dsm {
namespace {

bool hasFiles(const QMimeData* source) {
    if (source == nullptr || !source->hasUrls()) return false;
    const QList<QUrl> urls = source->urls();
    return std::any_of(urls.begin(), urls.end(), [](const QUrl& url) { return url.isLocalFile(); });
}

}  // namespace

PromptEdit::PromptEdit(QWidget* parent) : QTextEdit(parent) {
    setAcceptRichText(false);
    setFrameShape(QFrame::NoFrame);
    setTabChangesFocus(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    QPalette transparent = palette();
    transparent.setColor(QPalette::Base, Qt::transparent);
    setPalette(transparent);
    setStyleSheet(QStringLiteral("QTextEdit { background: transparent; border: none; }"));
    document()->setDocumentMargin(0);
    connect(document(), &QTextDocument::contentsChanged, this, &PromptEdit::fitHeight);
    fitHeight();
}

void PromptEdit::setText(const QString& text) {
    setPlainText(text);
    moveCursor(QTextCursor::End);
}

void PromptEdit::keyPressEvent(QKeyEvent* event) {
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isEnter && isComposing_) {
        event->accept();
        return;
    }
    if (isEnter && !(event->modifiers() & (Qt::ShiftModifier | Qt::AltModifier))) {
        Q_EMIT submitted();
        return;
    }
    if (event->key() == Qt::Key_Escape && !isComposing_) {
        Q_EMIT escaped();
        return;
    }
    QTextEdit::keyPressEvent(event);
}

bool PromptEdit::canInsertFromMimeData(const QMimeData* source) const {
    return !hasFiles(source) && QTextEdit::canInsertFromMimeData(source);
}

// Asks the source once: while it answers, the program that owns the clipboard may end, and what it
// offered with it.
void PromptEdit::insertFromMimeData(const QMimeData* source) {
    if (hasFiles(source)) {
        Q_EMIT filesPasted(source);
        return;
    }
    const QString text = source ? source->text() : QString();
    if (text.isEmpty()) return;
    const QTextCursor cursor = textCursor();
    const qsizetype kept =
        document()->characterCount() - 1 - (cursor.selectionEnd() - cursor.selectionStart());
    const qsizetype wanted = kept + text.size();
    if (wanted > kLongest) {
        Q_EMIT pasteRefused(wanted);
    } else {
        insertPlainText(text);
        ensureCursorVisible();
    }
}

void PromptEdit::inputMethodEvent(QInputMethodEvent* event) {
    QTextEdit::inputMethodEvent(event);
    setComposing(!event->preeditString().isEmpty());
    fitHeight();
}

void PromptEdit::focusOutEvent(QFocusEvent* event) {
    setComposing(false);
    QTextEdit::focusOutEvent(event);
}

void PromptEdit::resizeEvent(QResizeEvent* event) {
    QTextEdit::resizeEvent(event);
    fitHeight();
}

void PromptEdit::changeEvent(QEvent* event) {
    QTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange) fitHeight();
}

void PromptEdit::setComposing(bool composing) {
    if (composing == isComposing_) return;
    isComposing_ = composing;
    Q_EMIT composingChanged();
}

// Lines are as high as the fonts that their characters come from: the layout knows.
double PromptEdit::heightOfLines(int most) const {
    double bottom = 0;
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        const QRectF place = document()->documentLayout()->blockBoundingRect(block);
        for (int i = 0; i < block.layout()->lineCount(); ++i) {
            if (most-- == 0) return bottom;
            bottom = place.top() + block.layout()->lineAt(i).rect().bottom();
        }
    }
    return bottom;
}

void PromptEdit::fitHeight() {
    const double wanted = document()->size().height();
    const double most = heightOfLines(kMaximumLines);
    // What invites to write may be in a script with higher letters than the empty line.
    const int invitation =
        document()->isEmpty() ? fontMetrics().boundingRect(placeholderText()).height() : 0;
    const int height =
        std::max({static_cast<int>(std::ceil(most)), invitation, fontMetrics().lineSpacing()});
    setVerticalScrollBarPolicy(wanted > most + 1 ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    if (height != minimumHeight() || height != maximumHeight()) setFixedHeight(height);
}

}  // namespace dsm
