#include <QClipboard>
#include <QGuiApplication>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/markdown_view.h"
#include "ui/widgets/message_editor.h"
#include "ui/widgets/message_item.h"
#include "ui/widgets/message_view.h"
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

    static IconButton* button(const MessageItem* item, const QString& name) {
        for (IconButton* found : item->findChildren<IconButton*>()) {
            if (found->accessibleName() == name) return found;
        }
        return nullptr;
    }

  private Q_SLOTS:
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
};

QTEST_MAIN(MessageViewTest)
#include "message_view_test.moc"
