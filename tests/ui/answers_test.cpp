// Several answers at once, side by side in the window, of which one is kept.
#include <QLabel>
#include <QPushButton>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/chat/answer_column.h"
#include "ui/chat/answer_count.h"
#include "ui/chat/answers_view.h"
#include "ui/chat/chat_page.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"

using namespace dsm;

namespace {

ChatPage& pageOf(WindowFixture& fixture) {
    return *fixture.window().page();
}

void askForThree(WindowFixture& fixture, const QString& question) {
    pageOf(fixture).answerCount()->setCurrentIndex(2);
    fixture.sendMessage(question);
}

}  // namespace

class AnswersTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }

    void standSideBySideUntilOneIsKept() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        ChatPage& page = pageOf(fixture);
        QVERIFY(!page.answers()->isVisible());
        fixture.script().setReply(QStringLiteral("One **answer** of several."));
        askForThree(fixture, QStringLiteral("Why?"));
        QTRY_VERIFY(page.answers()->isVisible());
        const auto columns = page.answers()->columns();
        QCOMPARE(columns.size(), 3U);
        // The question alone stands above them.
        QCOMPARE(page.messages()->items().size(), 1U);
        QVERIFY(fixture.waitForReply());
        for (AnswerColumn* column : columns) {
            QVERIFY(column->isVisible() && column->width() >= 180);
            QTRY_COMPARE(column->text()->source().trimmed(),
                         QStringLiteral("One **answer** of several."));
            QVERIFY(!column->isGrowing() && column->stopButton()->isHidden());
        }
        QVERIFY(columns[0]->x() < columns[1]->x() && columns[1]->x() < columns[2]->x());

        const qint64 kept = columns[1]->content().id;
        QTest::mouseClick(columns[1]->keepButton(), Qt::LeftButton);
        QVERIFY(!page.answers()->isVisible());
        QCOMPARE(page.messages()->items().size(), 2U);
        const MessageContent& shown = page.messages()->items().back()->content();
        QCOMPARE(shown.id, kept);
        QCOMPARE(shown.siblingCount, 3);  // the others are its versions
        QCOMPARE(shown.siblingIndex, 1);
    }

    // With the likeliest word each time nothing tells them apart.
    void itIsSaidWhyAllAreTheSame() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        ChatPage& page = pageOf(fixture);
        fixture.script().setReply(QStringLiteral("The same."));
        askForThree(fixture, QStringLiteral("Why?"));
        QTRY_VERIFY(page.answers()->isVisible());
        QVERIFY(page.answers()->alikeNote()->isHidden());
        QVERIFY(fixture.waitForReply());
        QTRY_VERIFY(page.answers()->alikeNote()->isVisible());
        QVERIFY(page.answers()->alikeNote()->text().contains(QLatin1String("temperature")));
    }

    void answersThatDifferNeedNoWord() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        ChatPage& page = pageOf(fixture);
        fixture.script().setReply(QStringLiteral("word ").repeated(40));
        askForThree(fixture, QStringLiteral("Why?"));
        QTRY_VERIFY(page.answers()->isVisible());
        AnswerColumn* first = page.answers()->columns().front();
        QTRY_VERIFY(first->text()->source().size() > 10);
        QTest::mouseClick(first->stopButton(), Qt::LeftButton);
        QVERIFY(fixture.waitForReply());
        QVERIFY(page.answers()->alikeNote()->isHidden());
    }

    void oneIsStoppedAndTheOthersGoOn() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        ChatPage& page = pageOf(fixture);
        fixture.script().setReply(QStringLiteral("word ").repeated(40));
        askForThree(fixture, QStringLiteral("Why?"));
        QTRY_VERIFY(page.answers()->isVisible());
        AnswerColumn* first = page.answers()->columns().front();
        QTRY_VERIFY(first->text()->source().size() > 10);
        QVERIFY(first->stopButton()->isVisible());
        QTest::mouseClick(first->stopButton(), Qt::LeftButton);
        QTRY_VERIFY(!first->isGrowing());
        QCOMPARE(first->content().state, MessageContent::State::Stopped);
        AnswerColumn* last = page.answers()->columns().back();
        QTRY_VERIFY(last->text()->source().size() > 10);
        // Escape stops what is left.
        QTest::keyClick(page.composer(), Qt::Key_Escape);
        QVERIFY(fixture.waitForReply());
        QCOMPARE(last->content().state, MessageContent::State::Stopped);
        QVERIFY(!last->content().text.isEmpty());
    }

    void areThereAgainAfterALookAtAnotherChat() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        ChatPage& page = pageOf(fixture);
        askForThree(fixture, QStringLiteral("Why?"));
        QVERIFY(fixture.waitForReply());
        const qint64 chat = page.conversation();
        page.setConversation(0);
        QVERIFY(!page.answers()->isVisible());
        page.setConversation(chat);
        QVERIFY(page.answers()->isVisible());
        QCOMPARE(page.answers()->columns().size(), 3U);
        for (AnswerColumn* column : page.answers()->columns())
            QCOMPARE(column->text()->source().trimmed(), QStringLiteral("A scripted reply."));
        // Another question goes on with the first of them.
        page.answerCount()->setCurrentIndex(0);
        fixture.sendMessage(QStringLiteral("And?"));
        QVERIFY(!page.answers()->isVisible());
        QVERIFY(fixture.waitForReply());
        QCOMPARE(page.messages()->items().size(), 4U);
    }

    void areWrittenAtOnceByARealModel() {
        WindowFixture fixture(WindowFixture::Writer::Model);
        QVERIFY(fixture.waitForModel());
        GenerationChoices choices = fixture.settings().generation();
        choices.maximumTokens = 16;
        choices.temperature = 2;
        choices.seed = 3;  // another might end an answer before its first word
        fixture.settings().setGeneration(choices);
        ChatPage& page = pageOf(fixture);
        askForThree(fixture, QStringLiteral("Why is the sky blue?"));
        QVERIFY(fixture.waitForReply());
        const auto columns = page.answers()->columns();
        QCOMPARE(columns.size(), 3U);
        for (AnswerColumn* column : columns)
            QVERIFY(!column->text()->source().isEmpty());
        QVERIFY(columns[0]->text()->source() != columns[1]->text()->source());
    }
};

QTEST_MAIN(AnswersTest)
#include "answers_test.moc"
