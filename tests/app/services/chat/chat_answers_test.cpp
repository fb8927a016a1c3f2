// Several answers to one question, asked for together.
#include <QFile>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/services/chat/chat_service.h"
#include "app/services/program/settings.h"
#include "tests/app/services/chat/fake_generator.h"

namespace dsm {

class ChatAnswersTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void standBesideEachOtherAndGrowEachForItself();
    void areOnTheDiskAsTheyCome();
    void keepingOneStopsTheOthersAndLeavesThemAsVersions();
    void goOnWithTheFirstWhereNoneWasKept();
    void haveSeedsOfTheirOwn();
    void stopOneByOneOrAllTogether();
    void canBeAskedForAgain();
    void areOneWhereOneIsAskedFor();

  private:
    void open();
    qint64 ask(const QString& text, int answers);
    QStringList textsOf(const QList<qint64>& messages) const;

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<FakeGenerator> fake_;
    std::unique_ptr<ChatService> chats_;
    QList<quint64> asked_;  // the requests of the last ask()
};

void ChatAnswersTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    settings_ = std::make_unique<Settings>(folder_->path() + QStringLiteral("/settings.ini"));
    fake_ = std::make_unique<FakeGenerator>();
    open();
}

void ChatAnswersTest::cleanup() {
    chats_.reset();
    fake_.reset();
}

void ChatAnswersTest::open() {
    chats_.reset();
    chats_ = std::make_unique<ChatService>(folder_->path() + QStringLiteral("/chats.db"), *fake_,
                                           *settings_);
}

qint64 ChatAnswersTest::ask(const QString& text, int answers) {
    const qsizetype before = fake_->requests.size();
    const qint64 conversation = chats_->send(0, text, answers);
    asked_.clear();
    for (qsizetype i = before; i < fake_->requests.size(); ++i)
        asked_.append(fake_->requests[i].id);
    return conversation;
}

QStringList ChatAnswersTest::textsOf(const QList<qint64>& messages) const {
    QStringList texts;
    for (const qint64 message : messages)
        texts.append(chats_->message(message).text);
    return texts;
}

void ChatAnswersTest::standBesideEachOtherAndGrowEachForItself() {
    const qint64 conversation = ask(QStringLiteral("Why?"), 3);
    QVERIFY(conversation > 0);
    QCOMPARE(asked_.size(), 3);
    for (const GenerationRequest& request : fake_->requests) {
        QCOMPARE(request.conversationId, conversation);
        QCOMPARE(request.messages.size(), 1);
        QCOMPARE(request.messages.front().text, QStringLiteral("Why?"));
    }
    const QList<qint64> answers = chats_->answersToChooseFrom(conversation);
    QCOMPARE(answers.size(), 3);
    const QList<MessageInfo> path = chats_->messages(conversation);
    QCOMPARE(path.size(), 2);
    QCOMPARE(path.back().id, answers.front());
    QCOMPARE(path.back().siblings, answers);
    QCOMPARE(chats_->message(answers[2]).state, MessageState::Waiting);

    for (const quint64 id : asked_)
        fake_->begin(id);
    fake_->write(asked_[0], QStringLiteral("Be"), {1});
    fake_->write(asked_[2], QStringLiteral("Ask"), {7});
    fake_->write(asked_[1], QStringLiteral("Who"), {5});
    fake_->write(asked_[0], QStringLiteral("cause."), {2});
    QCOMPARE(textsOf(answers), QStringList({QStringLiteral("Because."), QStringLiteral("Who"),
                                            QStringLiteral("Ask")}));
    fake_->end(asked_[1]);
    QCOMPARE(chats_->message(answers[1]).state, MessageState::Complete);
    QCOMPARE(chats_->message(answers[0]).state, MessageState::Generating);
    QVERIFY(chats_->isGenerating(conversation));
    fake_->end(asked_[0]);
    fake_->end(asked_[2]);
    QVERIFY(!chats_->isGenerating(conversation));
    QCOMPARE(chats_->answersToChooseFrom(conversation), answers);  // still to be chosen
}

void ChatAnswersTest::areOnTheDiskAsTheyCome() {
    const qint64 conversation = ask(QStringLiteral("Why?"), 3);
    const QList<qint64> answers = chats_->answersToChooseFrom(conversation);
    for (const quint64 id : asked_)
        fake_->begin(id);
    fake_->write(asked_[0], QStringLiteral("one"), {1});
    fake_->write(asked_[1], QStringLiteral("two"), {2});
    QTest::qWait(600);  // longer than between two saves
    // What would be found now if the program ended without a word.
    const QString copy = folder_->path() + QStringLiteral("/copy.db");
    for (const QString& end : {QString(), QStringLiteral("-wal")})
        QFile::copy(folder_->path() + QStringLiteral("/chats.db") + end, copy + end);
    {
        const ChatService found(copy, *fake_, *settings_);
        const auto text = [&](qint64 answer) { return found.message(answer).text; };
        QCOMPARE(text(answers[0]), QStringLiteral("one"));
        QCOMPARE(text(answers[1]), QStringLiteral("two"));
        QCOMPARE(text(answers[2]), QString());
        QCOMPARE(found.message(answers[1]).state, MessageState::Stopped);
    }
    fake_->write(asked_[2], QStringLiteral("three"), {3});
    open();  // closed while all of them grow
    QCOMPARE(textsOf(answers),
             QStringList({QStringLiteral("one"), QStringLiteral("two"), QStringLiteral("three")}));
    for (const qint64 answer : answers)
        QCOMPARE(chats_->message(answer).state, MessageState::Stopped);
    QCOMPARE(chats_->messages(conversation).back().siblings, answers);
}

void ChatAnswersTest::keepingOneStopsTheOthersAndLeavesThemAsVersions() {
    const qint64 conversation = ask(QStringLiteral("Why?"), 3);
    const QList<qint64> answers = chats_->answersToChooseFrom(conversation);
    for (int i = 0; i < 3; ++i) {
        fake_->begin(asked_[i]);
        fake_->write(asked_[i], QString::number(i), {i});
    }
    fake_->end(asked_[0]);
    QSignalSpy branch(chats_.get(), &ChatService::branchChanged);
    QVERIFY(chats_->keepAnswer(answers[1]));
    QCOMPARE(branch.count(), 1);
    QCOMPARE(fake_->stopped, QList<quint64>{asked_[2]});  // the kept one goes on, one had ended
    QVERIFY(chats_->answersToChooseFrom(conversation).isEmpty());
    QTRY_COMPARE(chats_->message(answers[2]).state, MessageState::Stopped);
    fake_->write(asked_[1], QStringLiteral(" and more"), {9});
    fake_->end(asked_[1]);
    const MessageInfo kept = chats_->messages(conversation).back();
    QCOMPARE(kept.id, answers[1]);
    QCOMPARE(kept.text, QStringLiteral("1 and more"));
    QCOMPARE(kept.siblings, answers);
    QCOMPARE(kept.siblingIndex, 1);
    QCOMPARE(chats_->message(answers[2]).text, QStringLiteral("2"));
    open();
    QCOMPARE(chats_->messages(conversation).back().id, answers[1]);
}

void ChatAnswersTest::goOnWithTheFirstWhereNoneWasKept() {
    const qint64 conversation = ask(QStringLiteral("Why?"), 2);
    for (const quint64 id : asked_) {
        fake_->begin(id);
        fake_->write(id, QStringLiteral("answer %1").arg(id));
        fake_->end(id);
    }
    const quint64 first = asked_[0];
    QCOMPARE(chats_->send(conversation, QStringLiteral("And?")), conversation);
    QVERIFY(chats_->answersToChooseFrom(conversation).isEmpty());
    QCOMPARE(fake_->requests.back().messages.size(), 3);
    QCOMPARE(fake_->requests.back().messages[1].text, QStringLiteral("answer %1").arg(first));
}

void ChatAnswersTest::haveSeedsOfTheirOwn() {
    ask(QStringLiteral("Why?"), 2);
    QSet<quint64> seeds;
    for (const GenerationRequest& request : fake_->requests)
        seeds.insert(request.choices.seed.value());
    QCOMPARE(seeds.size(), 2);
    for (const quint64 id : asked_)
        fake_->end(id);
    const qint64 conversation = ask(QStringLiteral("How?"), 1);
    fake_->end(asked_[0]);
    GenerationChoices choices;
    choices.seed = 40;
    QVERIFY(chats_->setChoices(conversation, choices));
    const qsizetype before = fake_->requests.size();
    QVERIFY(chats_->send(conversation, QStringLiteral("And?"), 3) > 0);
    for (qsizetype i = 0; i < 3; ++i)
        QCOMPARE(*fake_->requests[before + i].choices.seed, 40 + static_cast<quint64>(i));
}

void ChatAnswersTest::stopOneByOneOrAllTogether() {
    const qint64 conversation = ask(QStringLiteral("Why?"), 3);
    const QList<qint64> answers = chats_->answersToChooseFrom(conversation);
    for (const quint64 id : asked_)
        fake_->begin(id);
    chats_->stopReply(answers[1]);
    QCOMPARE(fake_->stopped, QList<quint64>{asked_[1]});
    QTRY_COMPARE(chats_->message(answers[1]).state, MessageState::Stopped);
    QCOMPARE(chats_->message(answers[0]).state, MessageState::Generating);
    chats_->stop(conversation);
    QTRY_VERIFY(!chats_->isGenerating(conversation));
    for (const qint64 answer : answers)
        QCOMPARE(chats_->message(answer).state, MessageState::Stopped);
}

void ChatAnswersTest::canBeAskedForAgain() {
    const qint64 conversation = ask(QStringLiteral("Why?"), 1);
    fake_->begin(asked_[0]);
    fake_->write(asked_[0], QStringLiteral("old"));
    fake_->end(asked_[0]);
    const qint64 old = chats_->messages(conversation).back().id;
    QVERIFY(chats_->regenerate(old, 2));
    const QList<qint64> answers = chats_->answersToChooseFrom(conversation);
    QCOMPARE(answers.size(), 2);
    const MessageInfo shown = chats_->messages(conversation).back();
    QCOMPARE(shown.id, answers.front());
    QCOMPARE(shown.siblings, QList<qint64>({old, answers[0], answers[1]}));
}

void ChatAnswersTest::areOneWhereOneIsAskedFor() {
    const qint64 conversation = ask(QStringLiteral("Why?"), 1);
    QCOMPARE(asked_.size(), 1);
    QVERIFY(chats_->answersToChooseFrom(conversation).isEmpty());
    QCOMPARE(chats_->messages(conversation).back().siblings.size(), 1);
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatAnswersTest)
#include "chat_answers_test.moc"
