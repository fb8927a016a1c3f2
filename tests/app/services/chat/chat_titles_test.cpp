// A chat is named by the model after its first answer, when nothing else is asked of it.
#include "app/services/chat/chat_titles.h"

#include <QTest>

#include "tests/app/services/chat/chats_fixture.h"

namespace dsm {

class ChatTitlesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatsFixture> f_;
    std::unique_ptr<ChatTitles> titles_;

    const GenerationRequest& last() { return f_->generator.requests.last(); }
    qsizetype asked() { return f_->generator.requests.size(); }
    QString titleOf(qint64 id) { return f_->chats->conversation(id).title; }

    void write(const QString& text, StopReason end = StopReason::EndOfText) {
        f_->generator.begin(last().id);
        f_->generator.write(last().id, text);
        f_->generator.end(last().id, end);
    }

  private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ChatsFixture>();
        titles_ = std::make_unique<ChatTitles>(*f_->chats, f_->generator, f_->settings);
        titles_->setPause(20);
    }
    void cleanup() {
        titles_.reset();
        f_.reset();
    }

    void theFirstAnswerGivesAChatItsTitle() {
        const qint64 id = f_->say(QStringLiteral("how do I whistle"), QStringLiteral("Blow."));
        QCOMPARE(titleOf(id), QStringLiteral("how do I whistle"));
        QTRY_COMPARE(asked(), 2);
        QCOMPARE(last().messages.size(), 3);
        QCOMPARE(last().messages[1].text, QStringLiteral("Blow."));
        QVERIFY(last().messages[2].text.contains(QStringLiteral("title")));
        QCOMPARE(last().conversationId, 0);
        write(QStringLiteral(" \"Whistling for beginners\".\nMore."));
        QCOMPARE(titleOf(id), QStringLiteral("Whistling for beginners"));
        f_->say(QStringLiteral("and louder?"), QStringLiteral("Blow more."), id);
        QTest::qWait(80);
        QCOMPARE(asked(), 3);
    }

    void aNameThatAPersonGaveStays() {
        const qint64 id = f_->say(QStringLiteral("first"), QStringLiteral("answer"));
        QTRY_COMPARE(asked(), 2);
        f_->chats->rename(id, QStringLiteral("Mine"));
        write(QStringLiteral("Another"));
        QCOMPARE(titleOf(id), QStringLiteral("Mine"));
        QVERIFY(!f_->chats->setAutomaticTitle(id, QStringLiteral("Another")));
    }

    void itIsNotAskedWhereThePersonDoesNotWantIt() {
        f_->settings.setTitlesByModel(false);
        f_->say(QStringLiteral("first"), QStringLiteral("answer"));
        QTest::qWait(80);
        QCOMPARE(asked(), 1);
    }

    void itWaitsWhileAnotherReplyIsWrittenAndStopsForOne() {
        const qint64 id = f_->say(QStringLiteral("first"), QStringLiteral("answer"));
        const qint64 other = f_->chats->send(0, QStringLiteral("second"));
        f_->generator.begin(last().id);
        QTest::qWait(80);
        QCOMPARE(asked(), 2);
        f_->generator.end(last().id);  // nothing was written: no title for this one
        QTRY_COMPARE(asked(), 3);
        const quint64 title = last().id;
        f_->generator.begin(title);
        f_->chats->send(other, QStringLiteral("third"));
        QCOMPARE(f_->generator.stopped.last(), title);
        QTRY_COMPARE(titleOf(id), QStringLiteral("first"));
    }

    void aTemporaryChatAndABadTitleKeepTheFirstWords() {
        f_->chats->setNextTemporary(true);
        f_->say(QStringLiteral("secret"), QStringLiteral("answer"));
        QTest::qWait(80);
        QCOMPARE(asked(), 1);
        const qint64 id = f_->say(QStringLiteral("first"), QStringLiteral("answer"));
        QTRY_COMPARE(asked(), 3);
        write(QStringLiteral("Half of a tit"), StopReason::MaximumTokens);
        QCOMPARE(titleOf(id), QStringLiteral("first"));
        QCOMPARE(ChatTitles::titleIn(QString(200, u'x')), QString());
        QCOMPARE(ChatTitles::titleIn(QStringLiteral("标题：《口哨入门》")),
                 QStringLiteral("口哨入门"));
        QCOMPARE(ChatTitles::titleIn(QStringLiteral("**Title: Whistling**")),
                 QStringLiteral("Whistling"));
    }

    void theSeedOfAReplyIsKnownAndKept() {
        const qint64 id = f_->say(QStringLiteral("first"), QStringLiteral("answer"));
        const auto seed = f_->generator.requests[0].choices.seed;
        QVERIFY(seed.has_value());
        titles_.reset();
        f_->open();
        QCOMPARE(f_->chats->messages(id)[1].seed, std::optional<quint64>(*seed));
        GenerationChoices choices = f_->chats->choices(id);
        choices.seed = 18'000'000'000'000'000'001ULL;
        f_->chats->setChoices(id, choices);
        f_->say(QStringLiteral("again"), QStringLiteral("answer"), id);
        QCOMPARE(f_->chats->messages(id)[3].seed, std::optional<quint64>(*choices.seed));
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatTitlesTest)
#include "chat_titles_test.moc"
