#include "ui/widgets/message/text_access.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QTextBlock>
#include <QTextBrowser>
#include <algorithm>
#include <vector>

#include "ui/widgets/message/formula_object.h"

namespace dsm {
namespace {

// Offsets are those of the text that is told; positions those of the document, where a formula is a
// character for each of its pieces.
class TextAccess : public QAccessibleWidget, public QAccessibleTextInterface {
  public:
    explicit TextAccess(QTextBrowser* block)
        : QAccessibleWidget(block, QAccessible::EditableText), block_(*block) {}

    void* interface_cast(QAccessible::InterfaceType type) override {
        if (type == QAccessible::TextInterface) return static_cast<QAccessibleTextInterface*>(this);
        return QAccessibleWidget::interface_cast(type);
    }

    QAccessible::State state() const override {
        QAccessible::State state = QAccessibleWidget::state();
        state.readOnly = true;
        state.multiLine = true;
        state.selectableText = true;
        return state;
    }

    QString text(int start, int end) const override { return told().mid(start, end - start); }
    int characterCount() const override { return static_cast<int>(told().size()); }
    int cursorPosition() const override { return offsetOf(block_.textCursor().position()); }
    void setCursorPosition(int offset) override {
        QTextCursor cursor = block_.textCursor();
        cursor.setPosition(positionOf(offset));
        block_.setTextCursor(cursor);
    }

    int selectionCount() const override { return block_.textCursor().hasSelection() ? 1 : 0; }
    void selection(int, int* start, int* end) const override {
        *start = offsetOf(block_.textCursor().selectionStart());
        *end = offsetOf(block_.textCursor().selectionEnd());
    }
    void addSelection(int start, int end) override { setSelection(0, start, end); }
    void removeSelection(int) override { setCursorPosition(cursorPosition()); }
    void setSelection(int, int start, int end) override {
        QTextCursor cursor = block_.textCursor();
        cursor.setPosition(positionOf(start));
        cursor.setPosition(positionOf(end), QTextCursor::KeepAnchor);
        block_.setTextCursor(cursor);
    }

    QRect characterRect(int offset) const override {
        QTextCursor cursor(block_.document());
        cursor.setPosition(positionOf(offset));
        const QRect rect = block_.cursorRect(cursor);
        return {block_.viewport()->mapToGlobal(rect.topLeft()), rect.size()};
    }
    int offsetAtPoint(const QPoint& point) const override {
        const QPoint inside = block_.viewport()->mapFromGlobal(point);
        return offsetOf(block_.cursorForPosition(inside).position());
    }
    void scrollToSubstring(int start, int) override { setCursorPosition(start); }
    QString attributes(int offset, int* start, int* end) const override {
        *start = offset;
        *end = characterCount();
        return {};
    }

    // By lines, as they are on the screen; by words and sentences as of any text.
    QString textAtOffset(int offset, QAccessible::TextBoundaryType type, int* start,
                         int* end) const override {
        if (type != QAccessible::LineBoundary)
            return QAccessibleTextInterface::textAtOffset(offset, type, start, end);
        QTextCursor line(block_.document());
        line.setPosition(positionOf(offset));
        line.movePosition(QTextCursor::StartOfLine);
        *start = offsetOf(line.position());
        line.movePosition(QTextCursor::EndOfLine);
        *end = std::max(*start, offsetOf(line.position()));
        return text(*start, *end);
    }

  private:
    // Walks the characters of the document: what each is told as.
    template <class Take>
    void walk(const Take& take) const {
        const QTextDocument& document = *block_.document();
        QString before;
        int piece = -1;
        for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
            for (auto it = block.begin(); !it.atEnd(); ++it) {
                const QTextCharFormat format = it.fragment().charFormat();
                const QString source = format.stringProperty(FormulaObject::kSource);
                for (const QChar c : it.fragment().text()) {
                    const int next = format.intProperty(FormulaObject::kPiece);
                    const bool isMore = source == before && next > piece && next > 0;
                    before = source;
                    piece = next;
                    if (source.isEmpty()) {
                        take(c == QChar::LineSeparator ? QString(u'\n') : QString(c));
                    } else {
                        take(isMore ? QString() : QString(source).replace(u'\n', u' '));
                    }
                }
            }
            if (block.next().isValid()) take(QString(u'\n'));
        }
    }
    QString told() const {
        QString text;
        walk([&](const QString& one) { text += one; });
        return text;
    }
    int offsetOf(int position) const {
        int at = 0;
        qsizetype offset = 0;
        walk([&](const QString& one) { offset += at++ < position ? one.size() : 0; });
        return static_cast<int>(offset);
    }
    int positionOf(int offset) const {
        int position = 0;
        int at = 0;
        qsizetype reached = 0;
        walk([&](const QString& one) {
            reached += one.size();
            ++at;
            if (reached <= offset) position = at;
        });
        return std::clamp(position, 0, std::max(0, block_.document()->characterCount() - 1));
    }

    QTextBrowser& block_;
};

QAccessibleInterface* makeAccess(const QString& className, QObject* object) {
    auto* block = qobject_cast<QTextBrowser*>(object);
    const bool isOurs = block != nullptr && className == QLatin1String("dsm::TextBlock");
    return isOurs ? new TextAccess(block) : nullptr;
}

}  // namespace

void installTextAccess() {
    static bool isInstalled = false;
    if (isInstalled) return;
    isInstalled = true;
    QAccessible::installFactory(makeAccess);
}

}  // namespace dsm
