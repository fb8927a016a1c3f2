#include "ui/widgets/text_block.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QScrollBar>
#include <QWheelEvent>
#include <cmath>
#include <memory>

#include "ui/widgets/markdown_document.h"
#include "ui/widgets/theme.h"

namespace dsm {

TextBlock::TextBlock(const Theme& theme, QWidget* parent) : QTextBrowser(parent), theme_(theme) {
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setOpenLinks(false);
    setUndoRedoEnabled(false);
    setFocusPolicy(Qt::ClickFocus);
    setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::TextSelectableByKeyboard);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    viewport()->setAutoFillBackground(false);
    setStyleSheet(QStringLiteral("QTextBrowser { background: transparent; border: none; }"));
    document()->setDocumentMargin(0);
    connect(this, &QTextBrowser::anchorClicked, this, &TextBlock::linkActivated);
    connect(&theme, &Theme::changed, this, &TextBlock::applyTheme);
    applyTheme();
    retranslate();
}

void TextBlock::setMarkdownText(const QString& markdown) {
    if (isMarkdown_ && markdown == source_) return;
    isMarkdown_ = true;
    source_ = markdown;
    render();
}

void TextBlock::setPlain(const QString& text) {
    if (!isMarkdown_ && text == source_) return;
    isMarkdown_ = false;
    source_ = text;
    render();
}

void TextBlock::render() {
    if (isMarkdown_) {
        setMarkdownDocument(*document(), source_, theme_);
    } else {
        document()->setPlainText(source_);
        setLineSpacing(*document());
    }
}

int TextBlock::heightFor(int width) const {
    document()->setTextWidth(width);
    return static_cast<int>(std::ceil(document()->size().height()));
}

int TextBlock::naturalWidth(int maximum) const {
    document()->setTextWidth(maximum);
    return std::min(maximum, static_cast<int>(std::ceil(document()->idealWidth())) + 1);
}

QVariant TextBlock::loadResource(int, const QUrl&) {
    return {};
}

void TextBlock::doSetSource(const QUrl&, QTextDocument::ResourceType) {}

// The conversation scrolls, not its paragraphs.
void TextBlock::wheelEvent(QWheelEvent* event) {
    event->ignore();
}

void TextBlock::contextMenuEvent(QContextMenuEvent* event) {
    const std::unique_ptr<QMenu> menu(new QMenu(this));
    QAction* copyText = menu->addAction(tr("Copy"), this, &QTextEdit::copy);
    copyText->setEnabled(textCursor().hasSelection());
    menu->addAction(tr("Select all"), this, &QTextEdit::selectAll);
    menu->exec(event->globalPos());
}

void TextBlock::retranslate() {
    setAccessibleName(tr("Text of the message"));
}

void TextBlock::changeEvent(QEvent* event) {
    QTextBrowser::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

void TextBlock::applyTheme() {
    document()->setDefaultFont(theme_.font(TextStyle::Body));
    setFont(theme_.font(TextStyle::Body));
    QPalette colors = palette();
    colors.setColor(QPalette::Text, theme_.color(ColorRole::Text));
    colors.setColor(QPalette::Base, Qt::transparent);
    colors.setColor(QPalette::Link, theme_.color(ColorRole::AccentText));
    setPalette(colors);
    render();
}

}  // namespace dsm
