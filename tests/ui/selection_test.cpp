// A selection from any place of a conversation to any other, and what is copied of it.
#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QScrollBar>
#include <QTest>
#include <QTextEdit>

#include "ui/widgets/message/markdown_parts.h"
#include "ui/widgets/message/markdown_writer.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_selection.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/message/text_block.h"
#include "ui/widgets/message/text_widget.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

MessageContent message(qint64 id, bool isFromUser, const QString& text) {
    MessageContent content;
    content.id = id;
    content.isFromUser = isFromUser;
    content.author = QStringLiteral("Model");
    content.text = text;
    return content;
}

const QString kReply =
    QStringLiteral("First **bold** words.\n\n```py\nx = 1\ny = 2\n```\n\nThen \\(a_1\\) and more.");

}  // namespace

class SelectionTest : public QObject {
    Q_OBJECT

    Theme theme_;

    static QAbstractScrollArea* text(const MessageView& view, qint64 id, size_t index) {
        return view.item(id)->texts().at(index);
    }
    // A point of the viewport of the text at the position in it.
    static QPoint pointAt(const QAbstractScrollArea& area, int position) {
        const auto* edit = qobject_cast<const QTextEdit*>(&area);
        QTextCursor cursor(edit->document());
        cursor.setPosition(position);
        return edit->cursorRect(cursor).center();
    }
    static void moveTo(QWidget* from, QPoint global) {
        QMouseEvent move(QEvent::MouseMove, from->mapFromGlobal(global), global, Qt::NoButton,
                         Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(from, &move);
    }
    static void drag(QAbstractScrollArea* from, int begin, QAbstractScrollArea* to, int end) {
        const QPoint target = to->viewport()->mapToGlobal(pointAt(*to, end));
        QTest::mousePress(from->viewport(), Qt::LeftButton, {}, pointAt(*from, begin));
        moveTo(from->viewport(), target);
        QTest::mouseRelease(from->viewport(), Qt::LeftButton, {},
                            from->viewport()->mapFromGlobal(target));
    }
    static QString copied(MessageView& view, bool asMarkdown) {
        view.selection().copy(asMarkdown);
        return QApplication::clipboard()->text();
    }
    void fill(MessageView& view) {
        view.resize(800, 700);
        view.show();
        view.setMessages({message(1, true, QStringLiteral("What is it?")),
                          message(2, false, kReply), message(3, true, QStringLiteral("And then?")),
                          message(4, false, QStringLiteral("Nothing."))});
    }

  private Q_SLOTS:
    void init() { QApplication::clipboard()->clear(); }

    void aDragRunsFromAParagraphThroughCodeToAnother() {
        MessageView view(theme_);
        fill(view);
        QCOMPARE(view.item(2)->texts().size(), size_t(3));
        drag(text(view, 2, 0), 6, text(view, 2, 2), 6);
        QCOMPARE(copied(view, false),
                 QStringLiteral("bold words.\n\nx = 1\ny = 2\n\nThen \\(a_1\\)"));
        QCOMPARE(copied(view, true),
                 QStringLiteral("**bold** words.\n\n```py\nx = 1\ny = 2\n```\n\nThen \\(a_1\\)"));
        QCOMPARE(cursorOf(*text(view, 2, 1)).selectedText().size(), 11);
    }

    void aDragUpwardsSelectsTheSame() {
        MessageView view(theme_);
        fill(view);
        drag(text(view, 2, 2), 6, text(view, 2, 0), 6);
        QCOMPARE(copied(view, false),
                 QStringLiteral("bold words.\n\nx = 1\ny = 2\n\nThen \\(a_1\\)"));
    }

    void aDragRunsThroughMessagesAndSaysWhoSpeaks() {
        MessageView view(theme_);
        fill(view);
        drag(text(view, 1, 0), 5, text(view, 4, 0), 7);
        QCOMPARE(copied(view, false),
                 QStringLiteral("You:\nis it?\n\nModel:\nFirst bold words.\n\nx = 1\ny = 2\n\nThen "
                                "\\(a_1\\) and more.\n\nYou:\nAnd then?\n\nModel:\nNothing"));
        QVERIFY(copied(view, true).contains(QStringLiteral("**Model:**\n\n") + kReply));
        QVERIFY(view.item(2)->isSelected());
        QVERIFY(!view.item(4)->isSelected());
    }

    void aClickWithShiftCarriesItOn() {
        MessageView view(theme_);
        fill(view);
        QAbstractScrollArea* first = text(view, 1, 0);
        QAbstractScrollArea* last = text(view, 3, 0);
        QTest::mouseClick(first->viewport(), Qt::LeftButton, {}, pointAt(*first, 8));
        QTest::mouseClick(last->viewport(), Qt::LeftButton, Qt::ShiftModifier, pointAt(*last, 3));
        QVERIFY(copied(view, false).startsWith(QStringLiteral("You:\nit?")));
        QVERIFY(copied(view, false).endsWith(QStringLiteral("You:\nAnd")));
        // And back.
        QAbstractScrollArea* code = text(view, 2, 1);
        QTest::mouseClick(code->viewport(), Qt::LeftButton, Qt::ShiftModifier, pointAt(*code, 5));
        QVERIFY(copied(view, false).endsWith(QStringLiteral("x = 1")));
        QVERIFY(!cursorOf(*last).hasSelection());
    }

    void aClickEndsIt() {
        MessageView view(theme_);
        fill(view);
        drag(text(view, 1, 0), 0, text(view, 4, 0), 7);
        QVERIFY(!view.selection().isEmpty());
        QAbstractScrollArea* code = text(view, 2, 1);
        QTest::mouseClick(code->viewport(), Qt::LeftButton, {}, pointAt(*code, 2));
        QVERIFY(view.selection().isEmpty());
        for (const qint64 id : {1, 2, 3, 4})
            QVERIFY(!view.item(id)->hasSelection());
    }

    void withinOneTextItIsAsEver() {
        MessageView view(theme_);
        fill(view);
        drag(text(view, 2, 0), 0, text(view, 2, 0), 5);
        QCOMPARE(copied(view, false), QStringLiteral("First"));
        QTest::mouseDClick(text(view, 2, 0)->viewport(), Qt::LeftButton, {},
                           pointAt(*text(view, 2, 0), 8));
        QCOMPARE(copied(view, true), QStringLiteral("**bold**"));
    }

    void allOfALongConversationIsTakenWithoutWidgets() {
        MessageView view(theme_);
        view.resize(800, 600);
        view.show();
        std::vector<MessageContent> contents;
        for (qint64 id = 1; id <= 400; ++id)
            contents.push_back(
                message(id, id % 2 == 1, QStringLiteral("Text %1\n\n- *a*").arg(id)));
        view.setMessages(contents);
        text(view, 400, 0)->setFocus();
        QTest::keyClick(text(view, 400, 0), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(text(view, 400, 0), Qt::Key_C, Qt::ControlModifier);
        const QString all = QApplication::clipboard()->text();
        QVERIFY(all.startsWith(QStringLiteral("You:\nText 1\n\n- *a*\n\nModel:\nText 2\n• a")));
        QVERIFY(all.endsWith(QStringLiteral("Model:\nText 400\n• a")));
        // What comes into view shows it, and what leaves gives its widgets back.
        view.scrollTo(100);
        QVERIFY(cursorOf(*text(view, 100, 0)).hasSelection());
        view.scrollTo(300);
        QVERIFY(!view.item(100)->isRealized());
        QVERIFY(view.item(100)->isSelected());
    }

    void beyondTheEdgeTheViewScrollsOn() {
        MessageView view(theme_);
        view.resize(800, 400);
        view.show();
        std::vector<MessageContent> contents;
        for (qint64 id = 1; id <= 60; ++id)
            contents.push_back(message(id, id % 2 == 1, QStringLiteral("Text of %1").arg(id)));
        view.setMessages(contents);
        view.scrollTo(1);
        QAbstractScrollArea* first = text(view, 1, 0);
        QTest::mousePress(first->viewport(), Qt::LeftButton, {}, pointAt(*first, 0));
        moveTo(first->viewport(), view.viewport()->mapToGlobal(QPoint(300, 460)));
        QTRY_VERIFY(view.verticalScrollBar()->value() > 500);
        QTest::mouseRelease(first->viewport(), Qt::LeftButton);
        const int reached = view.verticalScrollBar()->value();
        QTest::qWait(100);
        QCOMPARE(view.verticalScrollBar()->value(), reached);
        QVERIFY(copied(view, false).contains(QStringLiteral("Text of 5")));
    }

    void otherMessagesEndIt() {
        MessageView view(theme_);
        fill(view);
        drag(text(view, 1, 0), 0, text(view, 4, 0), 7);
        view.setMessages({message(1, true, QStringLiteral("What is it?")),
                          message(7, false, QStringLiteral("Another."))});
        QVERIFY(view.selection().isEmpty());
        QVERIFY(!view.item(1)->hasSelection());
    }

    void theMenuCopiesAsMarkdown() {
        MessageView view(theme_);
        fill(view);
        drag(text(view, 2, 0), 6, text(view, 2, 2), 4);
        QWidget* viewport = text(view, 2, 0)->viewport();
        QContextMenuEvent event(QContextMenuEvent::Mouse, QPoint(5, 5),
                                viewport->mapToGlobal(QPoint(5, 5)));
        QApplication::sendEvent(viewport, &event);
        const QList<QMenu*> menus = view.findChildren<QMenu*>();
        QCOMPARE(menus.size(), 1);
        for (QAction* action : menus.front()->actions())
            if (action->text() == QStringLiteral("Copy as Markdown")) action->trigger();
        QVERIFY(QApplication::clipboard()->text().startsWith(QStringLiteral("**bold**")));
        menus.front()->close();
    }

    void writtenMarkdownIsReadAsTheSame_data() {
        QTest::addColumn<QString>("source");
        for (const char* source :
             {"# Title\n\nA **b** *c* ~~d~~ `e` ***f***.",
              "1. one\n2. two\n   - a\n   - b\n3. three",
              "- a\n\n  more of a\n- b\n  > quoted\n  > - deep", "> a\n> b\n\nc", "---\n\nx",
              "```cpp\nint x;\n\n```", "- item\n  ```\n  code\n  ```\n", "- [x] done\n- [ ] open",
              "| a | b |\n|--:|:-:|\n| `x` | **y** |\n| z\\|w |  |", "[text](https://e.org) here",
              "a\\*b\\* \\`c\\` snake_case \\_d\\_ \\[e\\]", "`` a`b ``", "line\nnext line",
              "so \\(x_1*y*\\) and\n\n\\[\nE\n= mc^2\n\\]\n\nend", "10) ten\n11) eleven",
              "**重点：**后文", "> > deep\n\n> ```py\n> x\n> ```"})
            QTest::newRow(source) << QString::fromUtf8(source);
    }
    void writtenMarkdownIsReadAsTheSame() {
        QFETCH(QString, source);
        const MarkdownParts parts = readMarkdown(source);
        const MarkdownParts again = readMarkdown(markdownOf(parts));
        QVERIFY2(again == parts, qPrintable(markdownOf(parts)));
    }
};

QTEST_MAIN(SelectionTest)
#include "selection_test.moc"
