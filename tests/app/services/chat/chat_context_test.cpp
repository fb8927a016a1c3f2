// A chat that has grown longer than the context: nothing more is sent, the oldest messages are left out,
// or a summary stands for them.
#include <QSignalSpy>
#include <QTest>

#include "tests/app/services/chat/chats_fixture.h"
#include "tests/app/services/chat/words_as_tokens.h"

namespace dsm {
namespace {

QString words(int count, const QString& word = QStringLiteral("word")) {
    return QStringList(count, word).join(u' ');
}

bool asksForSummary(const GenerationRequest& request) {
    return request.messages.back().text.startsWith(QStringLiteral("Summarize our conversation"));
}

}  // namespace

class ChatContextTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatsFixture> f_;
    qint64 room_ = 100;

    // Exchanges of ten words.
    qint64 talk(int exchanges) {
        qint64 id = 0;
        for (int i = 0; i < exchanges; ++i)
            id = f_->say(QStringLiteral("question %1 ").arg(i) + words(3), words(5), id);
        return id;
    }

    const GenerationRequest& last() { return f_->generator.requests.last(); }

    void writeSummary(const QString& text) {
        f_->generator.begin(last().id);
        f_->generator.write(last().id, text);
        f_->generator.end(last().id);
    }

  private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ChatsFixture>();
        room_ = 100;
        f_->generator.measure = [this](const GenerationRequest& request) {
            return fitOfWords(request, room_);
        };
    }
    void cleanup() { f_.reset(); }

    void theMeasureCountsTheWholeChatAndWhatIsWritten() {
        const qint64 id = talk(3);
        QCOMPARE(f_->chats->fit(id, {}).read, 30);
        QCOMPARE(f_->chats->fit(id, words(4)).read, 34);
        QCOMPARE(f_->chats->fit(id, words(90)).leftOut, 4);
        QVERIFY(!f_->chats->fit(id, words(90)).fitsWhole());
        QCOMPARE(f_->chats->fit(0, {}).taken(), 0);
    }

    void aChatThatIsToStopSendsNothingThatDoesNotFitWhole() {
        const qint64 id = talk(3);
        QVERIFY(f_->chats->setWhenFull(id, WhenFull::Stop));
        QSignalSpy failed(f_->chats.get(), &ChatService::failed);
        const qsizetype asked = f_->generator.requests.size();
        QCOMPARE(f_->chats->send(id, words(80)), 0);
        QCOMPARE(failed.count(), 1);
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("longer than the context")));
        QVERIFY(!f_->chats->editMessage(f_->chats->messages(id)[4].id, words(90)));
        QCOMPARE(f_->chats->messages(id).size(), 6);
        room_ = 20;
        QVERIFY(!f_->chats->regenerate(f_->chats->messages(id).back().id));
        QCOMPARE(f_->generator.requests.size(), asked);
        room_ = 200;
        QCOMPARE(f_->chats->send(id, words(80)), id);
    }

    void aChatOfUsualRulesLeavesTheOldestOut() {
        const qint64 id = talk(3);
        QCOMPARE(f_->chats->whenFull(id), WhenFull::DropOldest);
        QCOMPARE(f_->chats->send(id, words(80)), id);
        QVERIFY(!asksForSummary(last()));
        QCOMPARE(last().messages.size(), 7);
    }

    void theOlderMessagesAreSummarizedAndTheReplyReadsTheSummaryInstead() {
        const qint64 id = talk(8);
        QVERIFY(f_->chats->setWhenFull(id, WhenFull::Summarize));
        const qsizetype asked = f_->generator.requests.size();
        QCOMPARE(f_->chats->send(id, QStringLiteral("And now? ") + words(28)), id);
        QCOMPARE(f_->generator.requests.size(), asked + 1);
        QVERIFY(asksForSummary(last()));
        // The newest two exchanges and the question fill half of the room: they stay.
        QCOMPARE(last().messages.size(), 6 * 2 + 1);
        QCOMPARE(last().conversationId, 0);
        const MessageInfo waiting = f_->chats->messages(id).back();
        QVERIFY(waiting.isSummarizing);
        QCOMPARE(waiting.state, MessageState::Waiting);

        QSignalSpy changed(f_->chats.get(), &ChatService::branchChanged);
        writeSummary(QStringLiteral(" They spoke of six questions. "));
        QCOMPARE(changed.count(), 1);
        const QList<MessageInfo> messages = f_->chats->messages(id);
        QCOMPARE(messages[11].summary, QStringLiteral("They spoke of six questions."));
        QVERIFY(!messages.back().isSummarizing);
        QCOMPARE(f_->generator.requests.size(), asked + 2);
        QCOMPARE(last().messages.size(), 2 + 4 + 1);
        QCOMPARE(last().messages[1].text, QStringLiteral("They spoke of six questions."));
        QCOMPARE(last().messages[2].text, messages[12].text);
        f_->generator.begin(last().id);
        f_->generator.write(last().id, QStringLiteral("An answer."));
        f_->generator.end(last().id);
        QCOMPARE(f_->chats->messages(id).back().text, QStringLiteral("An answer."));

        // The next question has room: no second summary.
        f_->say(QStringLiteral("more"), QStringLiteral("yes"), id);
        QVERIFY(!asksForSummary(last()));
        QCOMPARE(last().messages[1].text, QStringLiteral("They spoke of six questions."));
    }

    void aChatOfManyContextsIsSummarizedInSteps() {
        f_->generator.measure = {};
        const qint64 id = talk(30);
        f_->generator.measure = [this](const GenerationRequest& request) {
            return fitOfWords(request, room_);
        };
        QVERIFY(f_->chats->setWhenFull(id, WhenFull::Summarize));
        QCOMPARE(f_->chats->send(id, QStringLiteral("And now?")), id);
        int steps = 0;
        for (; asksForSummary(last()); ++steps) {
            QVERIFY(fitOfWords(last(), room_).fitsWhole());
            writeSummary(QStringLiteral("summary %1").arg(steps));
            QVERIFY(steps < 10);
        }
        QVERIFY(steps > 2);
        QVERIFY(fitOfWords(last(), room_).fitsWhole());
        QCOMPARE(last().messages[1].text, QStringLiteral("summary %1").arg(steps - 1));
    }

    void anExchangeLongerThanTheContextIsCutForItsSummary() {
        f_->generator.measure = {};
        qint64 id = f_->say(words(300), words(300));
        id = f_->say(words(10), words(10), id);
        f_->generator.measure = [](const GenerationRequest& request) {
            return fitOfWords(request, 400);
        };
        QVERIFY(f_->chats->setWhenFull(id, WhenFull::Summarize));
        QCOMPARE(f_->chats->send(id, QStringLiteral("And now?")), id);
        QVERIFY(asksForSummary(last()));
        QVERIFY(fitOfWords(last(), 400).fitsWhole());
        QVERIFY(last().messages[0].text.endsWith(QStringLiteral("[…]")));
    }

    void stoppingTheSummaryStopsTheReplyAndKeepsTheQuestion() {
        const qint64 id = talk(8);
        f_->chats->setWhenFull(id, WhenFull::Summarize);
        f_->chats->send(id, words(30));
        QVERIFY(asksForSummary(last()));
        f_->generator.begin(last().id);
        f_->generator.write(last().id, QStringLiteral("half a"));
        f_->chats->stop(id);
        QTRY_VERIFY(!f_->chats->isGenerating(id));
        const MessageInfo reply = f_->chats->messages(id).back();
        QCOMPARE(reply.state, MessageState::Stopped);
        QCOMPARE(reply.text, QString());
        QVERIFY(reply.canContinue);
        for (const MessageInfo& message : f_->chats->messages(id))
            QCOMPARE(message.summary, QString());
    }

    void aSummaryThatFailsOrIsEmptyIsSaid() {
        const qint64 id = talk(8);
        f_->chats->setWhenFull(id, WhenFull::Summarize);
        f_->chats->send(id, words(30));
        f_->generator.begin(last().id);
        f_->generator.end(last().id, StopReason::EndOfText, QStringLiteral("no memory"));
        MessageInfo reply = f_->chats->messages(id).back();
        QCOMPARE(reply.state, MessageState::Failed);
        QVERIFY(reply.error.contains(QStringLiteral("no memory")));
        QVERIFY(f_->chats->regenerate(reply.id));
        writeSummary(QStringLiteral("  "));
        reply = f_->chats->messages(id).back();
        QCOMPARE(reply.state, MessageState::Failed);
        QVERIFY(reply.error.contains(QStringLiteral("could not be summarized")));
    }

    void theSummaryCanBeChangedAndTakenAwayAndOutlivesTheProgram() {
        const qint64 id = talk(8);
        f_->chats->setWhenFull(id, WhenFull::Summarize);
        f_->chats->send(id, words(30));
        const qint64 upTo = f_->chats->messages(id)[11].id;
        QVERIFY2(!f_->chats->setSummary(upTo, QStringLiteral("early")), "a reply is under way");
        writeSummary(QStringLiteral("The model's words."));
        f_->generator.end(last().id);
        QVERIFY(f_->chats->setSummary(upTo, QStringLiteral("My own words.\n")));
        f_->open();
        QCOMPARE(f_->chats->messages(id)[11].summary, QStringLiteral("My own words."));
        QCOMPARE(f_->chats->whenFull(id), WhenFull::Summarize);
        f_->say(QStringLiteral("q"), QStringLiteral("a"), id);
        QCOMPARE(last().messages[1].text, QStringLiteral("My own words."));
        const qint64 fork = f_->chats->fork(f_->chats->messages(id).back().id);
        QCOMPARE(f_->chats->messages(fork)[11].summary, QStringLiteral("My own words."));
        QVERIFY(f_->chats->setSummary(upTo, {}));
        room_ = 1000;
        f_->say(QStringLiteral("q"), QStringLiteral("a"), id);
        // A reply of which nothing was written says nothing.
        QCOMPARE(last().messages.size(), 8 * 2 + 1 + 2 + 1);
    }

    void severalAnswersWaitForOneSummary() {
        const qint64 id = talk(8);
        f_->chats->setWhenFull(id, WhenFull::Summarize);
        const qsizetype asked = f_->generator.requests.size();
        f_->chats->send(id, words(30), 3);
        QCOMPARE(f_->generator.requests.size(), asked + 1);
        QCOMPARE(f_->chats->answersToChooseFrom(id).size(), 3);
        writeSummary(QStringLiteral("A summary."));
        QCOMPARE(f_->generator.requests.size(), asked + 4);
        QCOMPARE(f_->chats->answersToChooseFrom(id).size(), 3);
    }

    void whatHoldsForTheChatStaysBesideItsChoices() {
        const qint64 id = talk(1);
        f_->chats->setWhenFull(id, WhenFull::Stop);
        f_->chats->setReplyStart(id, QStringLiteral("Well,"));
        QVERIFY(!f_->chats->hasOwnChoices(id));
        GenerationChoices choices;
        choices.temperature = 0.5;
        f_->chats->setChoices(id, choices);
        QVERIFY(f_->chats->hasOwnChoices(id));
        f_->chats->resetChoices(id);
        QVERIFY(!f_->chats->hasOwnChoices(id));
        QCOMPARE(f_->chats->whenFull(id), WhenFull::Stop);
        QCOMPARE(f_->chats->replyStart(id), QStringLiteral("Well,"));
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatContextTest)
#include "chat_context_test.moc"
