#include <QApplication>
#include <QClipboard>
#include <QGuiApplication>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/message/message_editor.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/message/text_block.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

using namespace dsm;

class MessageViewTest : public QObject {
    Q_OBJECT

    Theme theme_;

    static MessageContent question(qint64 id, const QString& text) {
        MessageContent content;
        content.id = id;
        content.isFromUser = true;
        content.text = text;
        return content;
    }

    static MessageContent reply(qint64 id, const QString& text,
                                MessageContent::State state = MessageContent::State::Complete) {
        MessageContent content;
        content.id = id;
        content.author = QStringLiteral("Model");
        content.text = text;
        content.state = state;
        return content;
    }

    static std::vector<MessageContent> longConversation() {
        std::vector<MessageContent> contents;
        for (qint64 id = 1; id < 40; id += 2) {
            contents.push_back(question(id, QStringLiteral("Question %1").arg(id)));
            contents.push_back(reply(id + 1, QStringLiteral("Answer.\n\n").repeated(4)));
        }
        return contents;
    }

    static std::vector<MessageContent> thousandMessages() {
        std::vector<MessageContent> contents;
        for (qint64 id = 1; id < 1000; id += 2) {
            contents.push_back(question(
                id, QStringLiteral("A question. 问题。\n").repeated(1 + static_cast<int>(id % 7))));
            contents.push_back(
                reply(id + 1, QStringLiteral("Some text of an answer. 一段回答。\n\n")
                                  .repeated(3 + static_cast<int>(id % 30))));
        }
        return contents;
    }

    static qsizetype realizedItems(const MessageView& view) {
        return std::count_if(view.items().begin(), view.items().end(),
                             [](const MessageItem* item) { return item->isRealized(); });
    }

    static IconButton* button(const MessageItem* item, const QString& name) {
        for (IconButton* found : item->findChildren<IconButton*>()) {
            if (found->accessibleName() == name) return found;
        }
        return nullptr;
    }

  private Q_SLOTS:
    void aReplyGetsAThumbAndGivesItBack() {
        MessageView view(theme_);
        view.resize(800, 600);
        view.show();
        view.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&view));
        MessageContent rated = reply(2, QStringLiteral("Hello"));
        view.setMessages({question(1, QStringLiteral("Hi")), rated});
        const QSignalSpy asked(&view, &MessageView::ratingRequested);
        const auto thumb = [&](const QString& name) { return button(view.item(2), name); };
        QVERIFY(button(view.item(1), QStringLiteral("Good reply")) == nullptr ||
                !button(view.item(1), QStringLiteral("Good reply"))->isVisible());
        // By the keyboard alone, from the message on.
        view.item(2)->setFocus(Qt::TabFocusReason);
        QStringList names;
        for (int i = 0; i < 5; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            names += QApplication::focusWidget()->accessibleName();
        }
        QVERIFY2(names.contains(QStringLiteral("Bad reply")), qPrintable(names.join(u'|')));
        thumb(QStringLiteral("Good reply"))->setFocus(Qt::TabFocusReason);
        QTest::keyClick(thumb(QStringLiteral("Good reply")), Qt::Key_Space);
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0][1].toInt(), 1);
        rated.rating = 1;
        view.updateMessage(rated);
        IconButton* given = thumb(QStringLiteral("Take “Good reply” back"));
        QVERIFY(given != nullptr && given->isChecked());
        thumb(QStringLiteral("Bad reply"))->click();
        QCOMPARE(asked[1][1].toInt(), -1);
        given->click();
        QCOMPARE(asked[2][1].toInt(), 0);
        // It stays in sight while nobody attends to the message.
        view.addMessage(question(3, QStringLiteral("And?")));
        view.addMessage(reply(4, QStringLiteral("Well.")));
        view.item(4)->setFocus();
        QTRY_VERIFY(given->isVisible());
        QTRY_VERIFY(!thumb(QStringLiteral("Bad reply"))->isVisible());
    }

    void theColumnIsReadableAndInTheMiddle() {
        MessageView view(theme_);
        view.resize(1400, 600);
        view.show();
        view.setMessages({question(1, QStringLiteral("Hi")), reply(2, QStringLiteral("Hello"))});
        const QRect place = view.item(2)->geometry();
        QCOMPARE(place.width(), kColumnWidth);
        QVERIFY(std::abs(place.center().x() - view.width() / 2) <= 1);
        view.resize(500, 600);
        QVERIFY(view.item(2)->width() < 500);
    }

    void arrivingTextIsGatheredAndShown() {
        MessageView view(theme_);
        view.resize(800, 600);
        view.show();
        view.setMessages(
            {question(1, QStringLiteral("Hi")), reply(2, {}, MessageContent::State::Waiting)});
        for (const char* piece : {"Hel", "lo ", "**you**"}) {
            view.appendText(2, QString::fromLatin1(piece));
        }
        QCOMPARE(view.item(2)->content().text, QString());  // not yet: at most every 30 ms
        QTRY_COMPARE(view.item(2)->content().text, QStringLiteral("Hello **you**"));
        QCOMPARE(view.item(2)->markdown()->source(), QStringLiteral("Hello **you**"));
    }

    void itFollowsTheReplyUntilTheReaderScrollsUp() {
        MessageView view(theme_);
        view.resize(800, 500);
        view.show();
        std::vector<MessageContent> contents = longConversation();
        contents.push_back(reply(100, QStringLiteral("x"), MessageContent::State::Growing));
        view.setMessages(contents);
        QScrollBar* bar = view.verticalScrollBar();
        QVERIFY(bar->maximum() > 1000);
        QCOMPARE(bar->value(), bar->maximum());

        const int before = bar->maximum();
        view.appendText(100, QStringLiteral("\n\nmore").repeated(20));
        QTRY_VERIFY(bar->maximum() > before + 200);
        QTRY_COMPARE(bar->value(), bar->maximum());

        bar->setValue(bar->maximum() - 400);
        QVERIFY(!view.isFollowing());
        QTRY_VERIFY(view.bottomButton()->isVisible());
        const int kept = bar->value();
        const int high = bar->maximum();
        view.appendText(100, QStringLiteral("\n\nstill more").repeated(20));
        QTRY_VERIFY(bar->maximum() > high + 200);
        QCOMPARE(bar->value(), kept);

        view.bottomButton()->click();
        QVERIFY(view.isFollowing());
        QCOMPARE(bar->value(), bar->maximum());
        QVERIFY(!view.bottomButton()->isVisible());
    }

    void itStillFollowsWithinAHundredPixels() {
        MessageView view(theme_);
        view.resize(800, 500);
        view.show();
        view.setMessages(longConversation());
        QScrollBar* bar = view.verticalScrollBar();
        bar->setValue(bar->maximum() - MessageView::kFollowDistance);
        QVERIFY(view.isFollowing());
        bar->setValue(bar->maximum() - MessageView::kFollowDistance - 1);
        QVERIFY(!view.isFollowing());
    }

    void copyTakesTheTextAsItWasWritten() {
        MessageView view(theme_);
        view.resize(800, 500);
        view.show();
        view.setMessages({reply(2, QStringLiteral("**bold** text"))});
        button(view.item(2), QStringLiteral("Copy the message"))->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("**bold** text"));
    }

    void anEditedQuestionIsHandedOver() {
        MessageView view(theme_);
        view.resize(800, 500);
        view.show();
        QSignalSpy edited(&view, &MessageView::editAccepted);
        view.setMessages({question(1, QStringLiteral("Hi")), reply(2, QStringLiteral("Hello"))});
        MessageItem* item = view.item(1);
        item->beginEdit();
        QVERIFY(item->isEditing());
        auto* editor = item->findChild<PromptEdit*>();
        QCOMPARE(editor->text(), QStringLiteral("Hi"));
        QTest::keyClick(editor, Qt::Key_Escape);
        QVERIFY(!item->isEditing());
        QCOMPARE(edited.count(), 0);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);

        item->beginEdit();
        editor = item->findChild<PromptEdit*>();
        QTest::keyClicks(editor, QStringLiteral(" there"));
        QTest::keyClick(editor, Qt::Key_Return);
        QCOMPARE(edited.count(), 1);
        QCOMPARE(edited[0][0].toLongLong(), qint64(1));
        QCOMPARE(edited[0][1].toString(), QStringLiteral("Hi there"));
    }

    void theArrowsLeadToTheSiblings() {
        MessageView view(theme_);
        view.resize(800, 500);
        view.show();
        MessageContent second = reply(2, QStringLiteral("Second"));
        second.siblingIndex = 1;
        second.siblingCount = 3;
        view.setMessages({second});
        QSignalSpy asked(&view, &MessageView::siblingRequested);
        button(view.item(2), QStringLiteral("Previous version"))->click();
        button(view.item(2), QStringLiteral("Next version"))->click();
        QCOMPARE(asked.count(), 2);
        QCOMPARE(asked[0][1].toInt(), 0);
        QCOMPARE(asked[1][1].toInt(), 2);
    }

    void theArrowKeysMoveBetweenMessages() {
        MessageView view(theme_);
        view.resize(800, 500);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        view.setMessages({question(1, QStringLiteral("Hi")), reply(2, QStringLiteral("Hello"))});
        view.activateWindow();
        view.item(2)->setFocus(Qt::TabFocusReason);
        QTRY_VERIFY(view.item(2)->hasFocus());
        QTest::keyClick(view.item(2), Qt::Key_Up);
        QVERIFY(view.item(1)->hasFocus());
        QTest::keyClick(view.item(1), Qt::Key_Down);
        QVERIFY(view.item(2)->hasFocus());
    }

    void aBranchKeepsTheMessagesItShares() {
        MessageView view(theme_);
        view.resize(800, 500);
        view.setMessages({question(1, QStringLiteral("Hi")), reply(2, QStringLiteral("A"))});
        const MessageItem* first = view.item(1);
        view.setMessages({question(1, QStringLiteral("Hi")), reply(3, QStringLiteral("B"))});
        QCOMPARE(view.item(1), first);
        QVERIFY(view.item(2) == nullptr);
        QCOMPARE(view.item(3)->content().text, QStringLiteral("B"));
    }

    void onlyMessagesNearTheReaderHaveWidgets() {
        MessageView view(theme_);
        view.resize(800, 600);
        view.show();
        view.setMessages(thousandMessages());
        QCOMPARE(view.items().size(), size_t(1000));
        QVERIFY2(realizedItems(view) < 30, qPrintable(QString::number(realizedItems(view))));
        QScrollBar* bar = view.verticalScrollBar();
        QCOMPARE(bar->value(), bar->maximum());
        for (int step = 0; step < 200; ++step)
            bar->setValue(bar->value() - 450);
        QVERIFY2(realizedItems(view) < 30, qPrintable(QString::number(realizedItems(view))));
    }

    void heightsAreCorrectedWithoutAJump() {
        MessageView view(theme_);
        view.resize(800, 600);
        view.show();
        view.setMessages(thousandMessages());
        QScrollBar* bar = view.verticalScrollBar();
        for (int step = 0; step < 100; ++step) {
            const MessageItem* seen = nullptr;
            for (const MessageItem* item : view.items()) {
                const int top = item->mapTo(view.viewport(), QPoint()).y();
                if (item->isRealized() && top >= 0 && top < 400) seen = item;
            }
            const int before = seen == nullptr ? 0 : seen->mapTo(view.viewport(), QPoint()).y();
            bar->setValue(bar->value() - 150);
            if (seen != nullptr) QCOMPARE(seen->mapTo(view.viewport(), QPoint()).y(), before + 150);
        }
    }

    void theTopOfAMessageCanBeReachedFromAnywhere() {
        MessageView view(theme_);
        view.resize(800, 600);
        view.show();
        view.setMessages(thousandMessages());
        for (const qint64 id : {1, 500, 37, 999, 2}) {
            view.scrollTo(id);
            QVERIFY(view.item(id)->isRealized());
            const int top = view.item(id)->mapTo(view.viewport(), QPoint()).y();
            QVERIFY2(top >= 0 && top < 600, qPrintable(QString::number(top)));
        }
    }

    void whatArrivesLaysOutOneMessageWhateverTheLength() {
        MessageView view(theme_);
        view.resize(800, 600);
        view.show();
        auto contents = thousandMessages();
        contents.push_back(reply(2000, QStringLiteral("x"), MessageContent::State::Growing));
        view.setMessages(contents);
        QTest::qWait(1);
        const qint64 before = TextBlock::laidOut();
        for (int flush = 0; flush < 5; ++flush) {
            const QString sofar = view.item(2000)->content().text;
            view.appendText(2000, QStringLiteral(" more"));
            QTRY_VERIFY(view.item(2000)->content().text != sofar);
            QCoreApplication::processEvents();
        }
        QVERIFY2(TextBlock::laidOut() - before <= 5,
                 qPrintable(QString::number(TextBlock::laidOut() - before)));
    }

    void aHigherWindowLaysNothingOut() {
        MessageView view(theme_);
        view.resize(1000, 600);
        view.show();
        view.setMessages(thousandMessages());
        view.resize(1000, 640);
        view.resize(1000, 600);
        const qint64 before = TextBlock::laidOut();
        view.resize(1040, 600);
        view.resize(1040, 590);
        QCOMPARE(TextBlock::laidOut(), before);
    }

    void aSelectedMessageStaysWhileTheReaderScrolls() {
        MessageView view(theme_);
        view.resize(800, 600);
        view.show();
        view.setMessages(thousandMessages());
        view.scrollTo(501);
        view.item(501)->bubble()->selectAll();
        view.scrollTo(1);
        QVERIFY(view.item(501)->isRealized());
        QVERIFY(view.item(501)->bubble()->textCursor().hasSelection());
        QVERIFY(!view.item(503)->isRealized());
    }

    void aSearchHitIsInViewAndMarked() {
        MessageView view(theme_);
        view.resize(800, 500);
        view.show();
        auto contents = thousandMessages();
        contents[400].text = QStringLiteral("line\n").repeated(80) + QStringLiteral("the needle");
        contents[401].text =
            QStringLiteral("Text.\n\n").repeated(60) + QStringLiteral("A **needle** here.");
        view.setMessages(contents);
        for (const size_t index : {size_t(401), size_t(400)}) {
            view.scrollTo(contents[index].id, {QStringLiteral("needle")});
            MessageItem* item = view.item(contents[index].id);
            const QRect mark = item->firstMark().translated(item->mapTo(view.viewport(), QPoint()));
            QVERIFY(!item->firstMark().isNull());
            QVERIFY2(mark.top() >= 0 && mark.bottom() < 500,
                     qPrintable(QString::number(mark.top())));
        }
        QVERIFY(view.item(contents[401].id)->firstMark().isNull());
    }
};

QTEST_MAIN(MessageViewTest)
#include "message_view_test.moc"
