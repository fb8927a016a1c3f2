#include "ui/widgets/message/long_text.h"

#include <QScrollBar>
#include <QWheelEvent>

#include "ui/widgets/language_change.h"
#include "ui/widgets/message/markdown_document.h"
#include "ui/widgets/message/markdown_parts.h"
#include "ui/widgets/message/text_marks.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

// Each block costs some hundred bytes and is laid out as a whole.
constexpr qsizetype kGoodBlock = 1024;

// The lines in blocks: short ones share one, long ones are cut.
QString inBlocks(QStringView text) {
    QString blocks;
    blocks.reserve(text.size() + text.size() / kLongestPiece);
    qsizetype block = 0;
    for (const QChar c : text) {
        const bool isCut = block >= kLongestPiece && !c.isLowSurrogate();
        if (isCut) blocks += u'\n';
        const bool isEnd = c == u'\n' && block >= kGoodBlock;
        blocks += isEnd ? c : withoutMeaning(c);
        block = isCut ? 1 : isEnd ? 0 : block + 1;
    }
    return blocks;
}

}  // namespace

LongText::LongText(const Theme& theme, QWidget* parent) : QPlainTextEdit(parent), theme_(theme) {
    setReadOnly(true);
    setFrameShape(QFrame::NoFrame);
    setUndoRedoEnabled(false);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setFocusPolicy(Qt::StrongFocus);
    setTabChangesFocus(true);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    document()->setDocumentMargin(0);
    viewport()->setAutoFillBackground(false);
    connect(&theme, &Theme::changed, this, &LongText::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
}

void LongText::setText(const QString& text) {
    if (text == text_) return;
    const bool grows = !text_.isEmpty() && text.startsWith(text_);
    const QString blocks = inBlocks(text);
    text_ = text;
    const int place = verticalScrollBar()->value();
    // All but the end of what is shown is where it was.
    const qsizetype shown = grows ? document()->characterCount() - 1 : 0;
    if (shown == 0) {
        setPlainText(blocks);
    } else {
        QTextCursor cursor(document());
        cursor.movePosition(QTextCursor::End);
        cursor.insertText(blocks.mid(shown));
    }
    verticalScrollBar()->setValue(grows ? place : 0);
    if (!marks_.isEmpty()) mark(marks_);
}

void LongText::mark(const QStringList& words) {
    marks_ = words;
    setExtraSelections(marksOf(*document(), words, theme_));
}

QRect LongText::showFirstMark() {
    const auto marks = extraSelections();
    if (marks.isEmpty()) return {};
    QTextCursor place = marks.front().cursor;
    place.clearSelection();
    setTextCursor(place);
    centerCursor();
    return cursorRect(marks.front().cursor);
}

void LongText::wheelEvent(QWheelEvent* event) {
    if (hasFocus()) {
        QPlainTextEdit::wheelEvent(event);
    } else {
        event->ignore();
    }
}

void LongText::retranslate() {
    setAccessibleName(tr("Long text"));
}

void LongText::applyTheme() {
    QPalette colors = palette();
    colors.setColor(QPalette::Text, theme_.color(ColorRole::Text));
    colors.setColor(QPalette::Base, Qt::transparent);
    setPalette(colors);
    setFont(theme_.font(TextStyle::Code));
    if (!marks_.isEmpty()) mark(marks_);
}

}  // namespace dsm
