// Files that are too long: the model looks at the parts that the words found, and at others, and chooses.
#include <QSignalSpy>
#include <QTest>

#include "app/services/chat/part_choice.h"
#include "tests/app/services/chat/chats_fixture.h"
#include "tests/app/services/chat/words_as_tokens.h"

namespace dsm {
namespace {

const QString kQuestion = QStringLiteral("What do herons eat?");

// Forty paragraphs that are a part each; three have words of the question, and number 22 has the answer
// in other words.
QString longText() {
    QStringList paragraphs;
    for (int i = 0; i < 40; ++i) {
        QString paragraph = QStringLiteral("Paragraph%1 ").arg(i);
        if (i == 3 || i == 5 || i == 7) paragraph += QStringLiteral("herons herons ");
        if (i == 22) paragraph += QStringLiteral("frogs feed the grey bird ");
        while (paragraph.size() < 600)
            paragraph += QStringLiteral("filler ");
        paragraphs.append(paragraph);
    }
    return paragraphs.join(QStringLiteral("\n\n"));
}

DocumentPointer made() {
    return std::make_shared<const Document>(QStringLiteral("birds.txt"), longText());
}

QList<TextToken> likely(const QString& text, double logProbability) {
    return {{.begin = text.size() - 1, .end = text.size(), .logProbability = logProbability}};
}

double worth(const QString& text) {
    return text.contains(QStringLiteral("grey bird")) ? -1.0 : -5.0;
}

bool hasParagraph(const QString& text, int number) {
    return text.contains(QStringLiteral("Paragraph%1 ").arg(number));
}

}  // namespace

class PartChoiceTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatsFixture> f_;

    FakeGenerator& model() { return f_->generator; }
    qint64 send() { return f_->chats->send(0, kQuestion, 1, {made()}); }
    MessageInfo reply(qint64 chat) { return f_->chats->messages(chat).back(); }
    Attachment file(qint64 chat) { return f_->chats->messages(chat).front().attachments[0]; }

    // Until nothing more is asked.
    void answerStudies() {
        for (qsizetype at = 0; at < model().studies.size(); ++at) {
            const TextStudyRequest study = model().studies[at];
            model().answer(study.id, {.tokens = likely(study.text, worth(study.text))});
        }
    }

  private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ChatsFixture>();
        model().measure = [](const GenerationRequest& request) { return fitOfWords(request, 500); };
    }
    void cleanup() { f_.reset(); }

    void aPartWithoutTheWordsIsFoundByTheModel() {
        PartChoice choice(kQuestion, {made()});
        int asked = 0;
        while (const auto text = choice.nextText()) {
            QVERIFY(text->endsWith(kQuestion));
            choice.take(likely(*text, worth(*text)));
            QVERIFY(++asked <= choice.toSee());
        }
        QCOMPARE(asked, choice.seen());
        QCOMPARE(choice.toSee(), choice.seen());
        QCOMPARE(choice.order().size(), made()->parts().size());
        QCOMPARE(choice.order().front().part, 22);
    }

    // The words of the question itself count, not those of the part.
    void onlyTheTokensOfTheQuestionAreMeasured() {
        PartChoice choice(kQuestion, {made()});
        const int first = choice.order().front().part;
        const QString one = *choice.nextText();
        QList<TextToken> tokens = likely(one, -3);
        tokens.prepend({.begin = 0, .end = 4, .logProbability = -900.0});
        choice.take(tokens);
        choice.take(likely(*choice.nextText(), -4));
        QCOMPARE(choice.order().front().part, first);
    }

    void theNeighboursOfTheBestAreLookedAt() {
        PartChoice choice(kQuestion, {made()});
        QList<int> asked;
        const auto best = [](const QString& text) { return hasParagraph(text, 7) ? -1.0 : -5.0; };
        while (const auto text = choice.nextText()) {
            for (int i = 0; i < 40; ++i)
                if (hasParagraph(*text, i)) asked.append(i);
            choice.take(likely(*text, best(*text)));
        }
        QVERIFY(asked.contains(6) && asked.contains(8));
        QCOMPARE(QSet<int>(asked.begin(), asked.end()).size(), asked.size());  // none twice
    }

    void theModelChoosesWhatItReadsAndTheMessageSaysSo() {
        QSignalSpy changed(f_->chats.get(), &ChatService::messageChanged);
        const qint64 chat = send();
        QVERIFY(chat != 0);
        QVERIFY(model().requests.isEmpty());
        QCOMPARE(reply(chat).state, MessageState::Waiting);
        QCOMPARE(reply(chat).partsSeen, 0);
        QVERIFY(reply(chat).partsToSee > 20);
        QCOMPARE(file(chat).partsSeen, 0);
        answerStudies();
        QCOMPARE(reply(chat).partsToSee, 0);
        QCOMPARE(model().requests.size(), 1);
        QVERIFY(hasParagraph(model().requests[0].messages[0].text, 22));
        QCOMPARE(file(chat).partsSeen, static_cast<int>(model().studies.size()));
        QVERIFY(file(chat).places.contains(PlaceRange{45, 45}));
        QVERIFY(changed.size() > model().studies.size());
        f_->open();
        QVERIFY(file(chat).places.contains(PlaceRange{45, 45}));
        QVERIFY(file(chat).partsSeen > 0);
    }

    // Before the model looks at anything.
    void theMessageIsOnTheDiskWithWhatTheWordsChose() {
        const qint64 chat = send();
        QCOMPARE(model().studies.size(), 1);
        f_->open();
        QCOMPARE(f_->texts(chat), (QStringList{kQuestion, QString()}));
        QCOMPARE(reply(chat).state, MessageState::Stopped);
        QVERIFY(!file(chat).read.isEmpty());
        QVERIFY(f_->chats->continueReply(reply(chat).id));  // and chooses anew
        QCOMPARE(model().studies.size(), 2);
    }

    void stoppingEndsTheChoiceAndTheReply() {
        const qint64 chat = send();
        f_->chats->stop(chat);
        QVERIFY(model().stopped.contains(model().studies[0].id));
        model().answer(model().studies[0].id, {.isStopped = true});
        QCOMPARE(reply(chat).state, MessageState::Stopped);
        QVERIFY(!f_->chats->isGenerating(chat));
        QVERIFY(model().requests.isEmpty());
        QCOMPARE(model().studies.size(), 1);
    }

    // Another chat's reply goes first.
    void aPartThatWasInterruptedIsLookedAtAgain() {
        const qint64 chat = send();
        model().answer(model().studies[0].id, {.isStopped = true});
        QCOMPARE(model().studies.size(), 2);
        QCOMPARE(model().studies[1].text, model().studies[0].text);
        QVERIFY(f_->chats->isGenerating(chat));
    }

    void whereTheModelFailsTheWordsChoose() {
        const qint64 chat = send();
        const Attachment byWords = file(chat);
        model().answer(model().studies[0].id, {.error = QStringLiteral("no engine")});
        QCOMPARE(model().requests.size(), 1);
        QCOMPARE(file(chat), byWords);
        QVERIFY(hasParagraph(model().requests[0].messages[0].text, 3));
    }

    void withoutAModelTheWordsChooseAtOnce() {
        model().name.clear();
        QVERIFY(send() != 0);
        QVERIFY(model().studies.isEmpty());
        QCOMPARE(model().requests.size(), 1);
    }

    void anotherReplyReadsTheSameParts() {
        const qint64 chat = send();
        answerStudies();
        model().end(model().lastId());
        const qsizetype studies = model().studies.size();
        QVERIFY(f_->chats->regenerate(reply(chat).id));
        QCOMPARE(model().studies.size(), studies);
        QCOMPARE(model().requests[1].messages[0].text, model().requests[0].messages[0].text);
    }

    void aFileThatFitsIsNotChosenFrom() {
        const auto document = std::make_shared<const Document>(QStringLiteral("a.txt"), kQuestion);
        QVERIFY(f_->chats->send(0, kQuestion, 1, {document}) != 0);
        QVERIFY(model().studies.isEmpty());
    }

    void severalAnswersWaitForOneChoice() {
        const qint64 chat = f_->chats->send(0, kQuestion, 2, {made()});
        answerStudies();
        QCOMPARE(model().requests.size(), 2);
        for (const GenerationRequest& request : model().requests) {
            QVERIFY(hasParagraph(request.messages[0].text, 22));
            model().end(request.id);
        }
        QVERIFY(!f_->chats->isGenerating(chat));
    }

    void aChatThatIsRemovedMeanwhileIsLeftAlone() {
        const qint64 chat = send();
        QVERIFY(f_->chats->remove(chat));
        model().answer(model().studies[0].id, {.isStopped = true});
        QVERIFY(model().requests.isEmpty());
        QCOMPARE(model().studies.size(), 1);
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::PartChoiceTest)
#include "part_choice_test.moc"
