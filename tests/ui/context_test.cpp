// The window of tokens as the window of the program shows it: a meter while one types, a warning before it
// is full, and then what the user chose for the chat, always seen in the conversation.
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_settings_dialog.h"
#include "ui/chat/composer_hint.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/message/context_mark.h"
#include "ui/widgets/message/message_editor.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/message/text_block.h"
#include "ui/widgets/meter.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;

namespace {

QString words(int count) {
    return QStringList(count, QStringLiteral("word")).join(u' ');
}

}  // namespace

class ContextTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;

    ChatPage* page() { return f_->page(); }
    PromptEdit* editor() { return page()->composer()->editor(); }

    void say(const QString& question, const QString& answer) {
        f_->script().setReply(answer);
        f_->sendMessage(question);
        QVERIFY(f_->waitForReply());
    }

    // Exchanges of ten words.
    qint64 talk(int exchanges) {
        for (int i = 0; i < exchanges; ++i)
            say(QStringLiteral("question %1 ").arg(i) + words(3), words(5));
        return page()->conversation();
    }

    ContextMark* mark() {
        for (const MessageItem* item : page()->messages()->items()) {
            if (item->content().above.kind != MessageMark::Kind::None) return item->above();
        }
        return nullptr;
    }

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void init() {
        f_ = WindowFixture::answering(100);
        QVERIFY(f_ != nullptr);
    }
    void cleanup() { f_.reset(); }

    void aMeterShowsTheChatAndWhatIsWritten() {
        talk(3);
        QTRY_COMPARE(page()->meter()->share(), 0.3);
        QVERIFY(page()->meter()->isVisible());
        editor()->insertPlainText(words(20));
        QTRY_COMPARE(page()->meter()->share(), 0.5);
        QCOMPARE(page()->hint()->text(), QStringLiteral("50 of 100 tokens"));
        f_->window().newChat();
        QTRY_VERIFY(!page()->meter()->isVisible());
    }

    void beforeTheWindowIsFullItIsSaidWhatWillHappen() {
        const qint64 id = talk(3);
        editor()->insertPlainText(words(60));
        QTRY_VERIFY(page()->hint()->text().contains(QStringLiteral("nearly full")));
        QVERIFY(page()->hint()->text().contains(QStringLiteral("no longer sees")));
        f_->chat().setWhenFull(id, WhenFull::Summarize);
        page()->hint()->refresh();
        QTRY_VERIFY(page()->hint()->text().contains(QStringLiteral("summarizes the older")));
        f_->chat().setWhenFull(id, WhenFull::Stop);
        page()->hint()->refresh();
        QTRY_VERIFY(page()->hint()->text().contains(QStringLiteral("nothing more is sent")));
        editor()->insertPlainText(QStringLiteral(" ") + words(20));
        QTRY_VERIFY(page()->hint()->text().contains(QStringLiteral("The context is full")));
    }

    void aLineStandsWhereTheModelNoLongerReads() {
        talk(3);
        QCOMPARE(mark(), nullptr);
        say(words(80), QStringLiteral("An answer."));
        QTRY_VERIFY(mark() != nullptr);
        QVERIFY(mark()->isVisible());
        QVERIFY(mark()->title()->text().contains(QStringLiteral("no longer sees")));
        QCOMPARE(page()->messages()->items()[2]->above(), mark());
        QVERIFY(!mark()->editButton()->isVisible());
        // A short message has room for more of them again: the line moves with what was read.
        f_->script().setRoom(1000);
        say(QStringLiteral("short"), QStringLiteral("yes"));
        QTRY_COMPARE(mark(), nullptr);
    }

    void aSummaryIsACardThatCanBeChangedAndTakenAway() {
        const qint64 id = talk(8);
        f_->chat().setWhenFull(id, WhenFull::Summarize);
        f_->script().setReply(QStringLiteral("What was said before."));
        f_->sendMessage(words(30));
        QVERIFY(page()->messages()->items().back()->content().note.contains(
            QStringLiteral("summarizes")));
        QVERIFY(f_->waitForReply());
        QTRY_VERIFY(mark() != nullptr && mark()->isVisible());
        QCOMPARE(mark()->text()->toPlainText(), QStringLiteral("What was said before."));
        QVERIFY(mark()->title()->text().contains(QStringLiteral("12")));

        page()->messages()->scrollTo(page()->messages()->items()[12]->content().id);
        mark()->editButton()->click();
        auto* card = mark()->findChild<MessageEditor*>();
        QVERIFY(card != nullptr && card->isVisible());
        card->editor()->setText(QStringLiteral("Put right by hand."));
        card->acceptButton()->click();
        QCOMPARE(f_->chat().messages(id)[11].summary, QStringLiteral("Put right by hand."));
        QTRY_COMPARE(mark()->text()->toPlainText(), QStringLiteral("Put right by hand."));
        f_->restart();
        QVERIFY(f_->waitForModel());
        f_->script().setRoom(100);
        f_->window().openConversation(id);
        page()->messages()->scrollTo(page()->messages()->items()[12]->content().id);
        QTRY_VERIFY(mark() != nullptr);
        QCOMPARE(mark()->text()->toPlainText(), QStringLiteral("Put right by hand."));
        mark()->removeButton()->click();
        QTRY_COMPARE(mark(), nullptr);
        QCOMPARE(f_->chat().messages(id)[11].summary, QString());
    }

    void whatHappensIsChosenInTheSettingsOfTheChat() {
        const qint64 id = talk(1);
        ChatSettingsDialog dialog(f_->chat(), f_->settings(), id, f_->theme(), &f_->window());
        dialog.show();
        QCOMPARE(dialog.whenFull()->currentIndex(), 0);
        QTest::keyClick(dialog.whenFull(), Qt::Key_Down);
        QCOMPARE(f_->chat().whenFull(id), WhenFull::Summarize);
        QTest::keyClick(dialog.whenFull(), Qt::Key_Down);
        QCOMPARE(f_->chat().whenFull(id), WhenFull::Stop);
    }

    void aChatThatIsToStopSaysSoAndKeepsWhatWasWritten() {
        const qint64 id = talk(3);
        f_->chat().setWhenFull(id, WhenFull::Stop);
        f_->sendMessage(words(80));
        QVERIFY(page()->banner()->isVisible());
        QVERIFY(page()->banner()->text().contains(QStringLiteral("longer than the context")));
        QCOMPARE(editor()->text(), words(80));
        QCOMPARE(f_->chat().messages(id).size(), 6);
    }
};

QTEST_MAIN(ContextTest)
#include "context_test.moc"
