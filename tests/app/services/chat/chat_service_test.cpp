#include "app/services/chat/chat_service.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/services/program/settings.h"
#include "tests/app/services/chat/fake_generator.h"
#include "tests/support/faulty_vfs.h"

namespace dsm {

class ChatServiceTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void firstMessageBeginsATitledConversation();
    void userMessageIsOnDiskBeforeTheReplyIsAskedFor();
    void textGrowsAndIsSavedWhileItGrows();
    void finishedReplySurvivesARestart();
    void leadingSpaceOfAReplyIsNotShown();
    void stoppedReplyKeepsItsTextAndCanBeContinued();
    void failedReplyKeepsItsTextAndSaysWhy();
    void replyCutByALimitCanBeContinued();
    void aFullContextIsContinuedOnlyWhereThereIsRoom();
    void messageThatDoesNotFitIsRefusedBeforeItIsStored();
    void secondMessageToABusyConversationIsRefused();
    void anotherConversationWaitsForItsTurn();
    void regeneratedReplyIsASibling();
    void editedQuestionIsANewBranch();
    void editedReplyIsASiblingWithoutTokenIds();
    void selectingASiblingShowsItsBranch();
    void emptyStoppedReplyIsNotShownToTheModel();
    void conversationOwnChoicesAndPromptReachTheModel();
    void droppedMessagesAreReported();
    void emptyTextIsNotSent();
    void crashWhileGrowingLeavesAStoppedReply();
    void closingWhileGrowingLeavesAStoppedReply();
    void aFullDiskRefusesTheQuestionAndKeepsTheReply();
    void generatorThatIsGoneIsSurvived();

  private:
    void open();
    QString file() const { return folder_->path() + QStringLiteral("/chats.db"); }
    qint64 sendAndAnswer(qint64 conversation, const QString& text, const QString& answer);
    QStringList texts(qint64 conversation) const;

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<FakeGenerator> fake_;
    std::unique_ptr<ChatService> chats_;
    QDateTime now_;
};

void ChatServiceTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    settings_ = std::make_unique<Settings>(folder_->path() + QStringLiteral("/settings.ini"));
    fake_ = std::make_unique<FakeGenerator>();
    now_ = QDateTime(QDate(2026, 3, 18), QTime(15, 0));
    open();
}

void ChatServiceTest::cleanup() {
    chats_.reset();
    fake_.reset();
}

void ChatServiceTest::open() {
    chats_.reset();
    chats_ =
        std::make_unique<ChatService>(file(), *fake_, *settings_, nullptr, [this] { return now_; });
}

qint64 ChatServiceTest::sendAndAnswer(qint64 conversation, const QString& text,
                                      const QString& answer) {
    const qint64 id = chats_->send(conversation, text);
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), answer, {1, 2, 3});
    fake_->end(fake_->lastId());
    return id;
}

QStringList ChatServiceTest::texts(qint64 conversation) const {
    QStringList result;
    const auto messages = chats_->messages(conversation);
    for (const MessageInfo& message : messages)
        result.append(message.text);
    return result;
}

void ChatServiceTest::firstMessageBeginsATitledConversation() {
    QSignalSpy added(chats_.get(), &ChatService::conversationAdded);
    QSignalSpy messages(chats_.get(), &ChatService::messageAdded);
    QVERIFY(chats_->conversations().isEmpty());
    const qint64 id = chats_->send(0, QStringLiteral("What is an expert?"));
    QVERIFY(id > 0);
    QCOMPARE(added.count(), 1);
    QCOMPARE(messages.count(), 2);
    const auto list = chats_->conversations();
    QCOMPARE(list.size(), 1);
    QCOMPARE(list[0].title, QStringLiteral("What is an expert?"));
    QVERIFY(list[0].isGenerating);
    const auto shown = chats_->messages(id);
    QCOMPARE(shown.size(), 2);
    QCOMPARE(shown[0].role, ChatRole::User);
    QCOMPARE(shown[1].role, ChatRole::Assistant);
    QCOMPARE(shown[1].state, MessageState::Waiting);
}

void ChatServiceTest::userMessageIsOnDiskBeforeTheReplyIsAskedFor() {
    // Reads the file through a service of its own at the moment the generator is asked.
    class Witness : public FakeGenerator {
      public:
        explicit Witness(QString file) : file_(std::move(file)) {}
        void generate(const GenerationRequest& request) override {
            FakeGenerator other;
            Settings settings(file_ + QStringLiteral(".ini"));
            ChatService reader(file_, other, settings);
            for (const auto& conversation : reader.conversations()) {
                seen = reader.messages(conversation.id).value(0).text;
            }
            FakeGenerator::generate(request);
        }
        QString seen;

      private:
        QString file_;
    };
    chats_.reset();
    Witness witness(file());
    ChatService chats(file(), witness, *settings_);
    QVERIFY(chats.send(0, QStringLiteral("committed first")) > 0);
    QCOMPARE(witness.seen, QStringLiteral("committed first"));
}

void ChatServiceTest::textGrowsAndIsSavedWhileItGrows() {
    QSignalSpy appended(chats_.get(), &ChatService::messageTextAppended);
    const qint64 id = chats_->send(0, QStringLiteral("q"));
    const quint64 request = fake_->lastId();
    fake_->begin(request);
    QCOMPARE(chats_->messages(id)[1].state, MessageState::Generating);
    fake_->write(request, QStringLiteral("one "), {1});
    fake_->write(request, QStringLiteral("two"), {2});
    QCOMPARE(appended.count(), 2);
    QCOMPARE(appended[1][2].toString(), QStringLiteral("two"));
    QCOMPARE(chats_->messages(id)[1].text, QStringLiteral("one two"));
    QTest::qWait(400);
    // What another program would find on disk now, were this one killed.
    QFile::copy(file(), file() + QStringLiteral("2"));
    QFile::copy(file() + QStringLiteral("-wal"), file() + QStringLiteral("2-wal"));
    FakeGenerator other;
    ChatService afterCrash(file() + QStringLiteral("2"), other, *settings_);
    QCOMPARE(afterCrash.messages(id).value(1).text, QStringLiteral("one two"));
    QCOMPARE(afterCrash.messages(id).value(1).state, MessageState::Stopped);
}

void ChatServiceTest::finishedReplySurvivesARestart() {
    const qint64 id = sendAndAnswer(0, QStringLiteral("q"), QStringLiteral("answer"));
    const MessageInfo before = chats_->messages(id)[1];
    QCOMPARE(before.state, MessageState::Complete);
    open();
    QCOMPARE(texts(id), QStringList({QStringLiteral("q"), QStringLiteral("answer")}));
    const MessageInfo after = chats_->messages(id)[1];
    QCOMPARE(after.modelName, QStringLiteral("fake"));
    QCOMPARE(after.statistics.generatedTokens, 3);
    QCOMPARE(after.statistics.tokensPerSecond, 12.5);
    QCOMPARE(after.statistics.timeToFirstToken, std::chrono::milliseconds(40));
    QCOMPARE(after.end, StopReason::EndOfText);
    QVERIFY(!after.canContinue);
    chats_->send(id, QStringLiteral("more"));
    QCOMPARE(fake_->requests.last().messages.size(), 3);
    QCOMPARE(fake_->requests.last().messages[1].tokenIds, QList<int>({1, 2, 3}));
}

void ChatServiceTest::leadingSpaceOfAReplyIsNotShown() {
    QSignalSpy appended(chats_.get(), &ChatService::messageTextAppended);
    const qint64 id = chats_->send(0, QStringLiteral("q"));
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), QStringLiteral(" "), {1});
    fake_->write(fake_->lastId(), QStringLiteral("\n Hello "), {2});
    fake_->write(fake_->lastId(), QStringLiteral(" you"), {3});
    fake_->end(fake_->lastId());
    QCOMPARE(appended.count(), 2);
    QCOMPARE(chats_->messages(id)[1].text, QStringLiteral("Hello  you"));
}

void ChatServiceTest::stoppedReplyKeepsItsTextAndCanBeContinued() {
    QSignalSpy finished(chats_.get(), &ChatService::replyFinished);
    const qint64 id = chats_->send(0, QStringLiteral("q"));
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), QStringLiteral("half"), {7});
    chats_->stop(id);
    QVERIFY(finished.wait());
    MessageInfo reply = chats_->messages(id)[1];
    QCOMPARE(reply.state, MessageState::Stopped);
    QCOMPARE(reply.text, QStringLiteral("half"));
    QVERIFY(reply.canContinue);
    QVERIFY(chats_->continueReply(reply.id));
    const GenerationRequest request = fake_->requests.last();
    QCOMPARE(request.messages.size(), 1);
    QCOMPARE(request.replySoFar.text, QStringLiteral("half"));
    QCOMPARE(request.replySoFar.tokenIds, QList<int>({7}));
    fake_->begin(request.id);
    fake_->write(request.id, QStringLiteral(" way"), {8});
    fake_->end(request.id);
    reply = chats_->messages(id)[1];
    QCOMPARE(reply.text, QStringLiteral("half way"));
    QCOMPARE(reply.state, MessageState::Complete);
    QCOMPARE(reply.siblings.size(), 1);
    chats_->send(id, QStringLiteral("on"));
    QCOMPARE(fake_->requests.last().messages[1].tokenIds, QList<int>({7, 8}));
}

void ChatServiceTest::failedReplyKeepsItsTextAndSaysWhy() {
    const qint64 id = chats_->send(0, QStringLiteral("q"));
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), QStringLiteral("some"));
    fake_->end(fake_->lastId(), StopReason::EndOfText, QStringLiteral("Out of memory."));
    const MessageInfo reply = chats_->messages(id)[1];
    QCOMPARE(reply.state, MessageState::Failed);
    QCOMPARE(reply.text, QStringLiteral("some"));
    QCOMPARE(reply.error, QStringLiteral("Out of memory."));
    QVERIFY(reply.canContinue);
    QVERIFY(!chats_->isGenerating(id));
}

void ChatServiceTest::replyCutByALimitCanBeContinued() {
    const qint64 id = chats_->send(0, QStringLiteral("q"));
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), QStringLiteral("long"));
    fake_->end(fake_->lastId(), StopReason::MaximumTokens);
    QVERIFY(chats_->messages(id)[1].canContinue);
    sendAndAnswer(id, QStringLiteral("next"), QStringLiteral("done"));
    QVERIFY2(!chats_->messages(id)[1].canContinue, "only the last reply goes on");
}

void ChatServiceTest::aFullContextIsContinuedOnlyWhereThereIsRoom() {
    const qint64 id = chats_->send(0, QStringLiteral("Tell me"));
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), QStringLiteral("much"), {1, 2});
    fake_->end(fake_->lastId(), StopReason::ContextFull);
    fake_->measure = [](const GenerationRequest& request) {
        return PromptFit{request.replySoFar.text.size(), 3};
    };
    QVERIFY(!chats_->messages(id).back().canContinue);
    QVERIFY(!chats_->continueReply(chats_->messages(id).back().id));
    fake_->measure = [](const GenerationRequest& request) {
        return PromptFit{request.replySoFar.text.size(), 4};
    };
    QVERIFY(chats_->messages(id).back().canContinue);
}

void ChatServiceTest::messageThatDoesNotFitIsRefusedBeforeItIsStored() {
    const qint64 id = sendAndAnswer(0, QStringLiteral("Hi"), QStringLiteral("Hello"));
    fake_->measure = [](const GenerationRequest& request) {
        return PromptFit{request.messages.back().text.size(), 5};
    };
    QSignalSpy failed(chats_.get(), &ChatService::failed);
    const qsizetype asked = fake_->requests.size();
    QCOMPARE(chats_->send(id, QStringLiteral("123456")), 0);
    QCOMPARE(chats_->send(0, QStringLiteral("1234567")), 0);
    QVERIFY(!chats_->editMessage(chats_->messages(id).front().id, QStringLiteral("12345678")));
    QCOMPARE(failed.count(), 3);
    QVERIFY(failed[0][0].toString().contains(QStringLiteral("takes 6 tokens")));
    QVERIFY(failed[0][0].toString().contains(QStringLiteral("room for 5")));
    QCOMPARE(chats_->messages(id).size(), 2);
    QCOMPARE(chats_->conversations().size(), 1);
    QCOMPARE(fake_->requests.size(), asked);
    QCOMPARE(chats_->send(id, QStringLiteral("12345")), id);
}

void ChatServiceTest::secondMessageToABusyConversationIsRefused() {
    QSignalSpy failed(chats_.get(), &ChatService::failed);
    const qint64 id = chats_->send(0, QStringLiteral("q"));
    QCOMPARE(chats_->send(id, QStringLiteral("impatient")), 0);
    QVERIFY(!chats_->regenerate(chats_->messages(id)[1].id));
    QVERIFY(!chats_->editMessage(chats_->messages(id)[0].id, QStringLiteral("x")));
    QCOMPARE(failed.count(), 3);
    QCOMPARE(chats_->messages(id).size(), 2);
    QCOMPARE(fake_->requests.size(), 1);
}

void ChatServiceTest::anotherConversationWaitsForItsTurn() {
    const qint64 a = chats_->send(0, QStringLiteral("a"));
    const quint64 first = fake_->lastId();
    fake_->begin(first);
    fake_->write(first, QStringLiteral("for a"));
    const qint64 b = chats_->send(0, QStringLiteral("b"));
    const quint64 second = fake_->lastId();
    QVERIFY(a != b);
    QCOMPARE(chats_->messages(b)[1].state, MessageState::Waiting);
    QCOMPARE(chats_->messages(a)[1].state, MessageState::Generating);
    fake_->write(first, QStringLiteral(" still"));
    fake_->end(first);
    fake_->begin(second);
    fake_->write(second, QStringLiteral("for b"));
    fake_->end(second);
    QCOMPARE(texts(a), QStringList({QStringLiteral("a"), QStringLiteral("for a still")}));
    QCOMPARE(texts(b), QStringList({QStringLiteral("b"), QStringLiteral("for b")}));
}

void ChatServiceTest::regeneratedReplyIsASibling() {
    const qint64 id = sendAndAnswer(0, QStringLiteral("q"), QStringLiteral("first"));
    const qint64 first = chats_->messages(id)[1].id;
    QSignalSpy branch(chats_.get(), &ChatService::branchChanged);
    QVERIFY(chats_->regenerate(first));
    QCOMPARE(branch.count(), 1);
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), QStringLiteral("second"));
    fake_->end(fake_->lastId());
    const MessageInfo shown = chats_->messages(id)[1];
    QCOMPARE(shown.text, QStringLiteral("second"));
    QCOMPARE(shown.siblings.size(), 2);
    QCOMPARE(shown.siblingIndex, 1);
    QCOMPARE(shown.siblings[0], first);
    QCOMPARE(chats_->message(first).text, QStringLiteral("first"));
    QCOMPARE(fake_->requests.last().messages.size(), 1);
}

void ChatServiceTest::editedQuestionIsANewBranch() {
    const qint64 id = sendAndAnswer(0, QStringLiteral("q"), QStringLiteral("a"));
    const qint64 question = chats_->messages(id)[0].id;
    QVERIFY(chats_->editMessage(question, QStringLiteral("better q")));
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), QStringLiteral("better a"));
    fake_->end(fake_->lastId());
    QCOMPARE(texts(id), QStringList({QStringLiteral("better q"), QStringLiteral("better a")}));
    QCOMPARE(chats_->messages(id)[0].siblings.size(), 2);
    QVERIFY(chats_->selectSibling(question));
    QCOMPARE(texts(id), QStringList({QStringLiteral("q"), QStringLiteral("a")}));
}

void ChatServiceTest::editedReplyIsASiblingWithoutTokenIds() {
    const qint64 id = sendAndAnswer(0, QStringLiteral("q"), QStringLiteral("a"));
    QVERIFY(chats_->editMessage(chats_->messages(id)[1].id, QStringLiteral("my words")));
    QCOMPARE(texts(id), QStringList({QStringLiteral("q"), QStringLiteral("my words")}));
    QVERIFY(!chats_->isGenerating(id));
    chats_->send(id, QStringLiteral("next"));
    QCOMPARE(fake_->requests.last().messages[1].text, QStringLiteral("my words"));
    QVERIFY(fake_->requests.last().messages[1].tokenIds.isEmpty());
}

void ChatServiceTest::selectingASiblingShowsItsBranch() {
    const qint64 id = sendAndAnswer(0, QStringLiteral("q"), QStringLiteral("a"));
    const qint64 first = chats_->messages(id)[1].id;
    sendAndAnswer(id, QStringLiteral("q2"), QStringLiteral("a2"));
    QVERIFY(chats_->regenerate(first));
    fake_->begin(fake_->lastId());
    fake_->end(fake_->lastId());
    QCOMPARE(chats_->messages(id).size(), 2);
    QSignalSpy branch(chats_.get(), &ChatService::branchChanged);
    QVERIFY(chats_->selectSibling(first));
    QCOMPARE(branch.count(), 1);
    QCOMPARE(chats_->messages(id).size(), 4);
}

void ChatServiceTest::emptyStoppedReplyIsNotShownToTheModel() {
    QSignalSpy finished(chats_.get(), &ChatService::replyFinished);
    const qint64 id = chats_->send(0, QStringLiteral("q"));
    chats_->stop(id);
    QVERIFY(finished.wait());
    chats_->send(id, QStringLiteral("again"));
    const auto sent = fake_->requests.last().messages;
    QCOMPARE(sent.size(), 2);
    QCOMPARE(sent[0].role, ChatRole::User);
    QCOMPARE(sent[1].role, ChatRole::User);
}

void ChatServiceTest::conversationOwnChoicesAndPromptReachTheModel() {
    GenerationChoices general;
    general.temperature = 0.3;
    settings_->setGeneration(general);
    const qint64 id = sendAndAnswer(0, QStringLiteral("q"), QStringLiteral("a"));
    QVERIFY(fake_->requests.last().choices.temperature == 0.3);
    GenerationChoices own;
    own.temperature = 1.5;
    own.seed = 18446744073709551615ULL;
    QVERIFY(chats_->setChoices(id, own));
    QVERIFY(chats_->setSystemPrompt(id, QStringLiteral("Be brief.")));
    open();
    chats_->send(id, QStringLiteral("q2"));
    QVERIFY(fake_->requests.last().choices == own);
    QCOMPARE(fake_->requests.last().messages[0].role, ChatRole::System);
    QCOMPARE(fake_->requests.last().messages[0].text, QStringLiteral("Be brief."));
    QVERIFY(settings_->generation().temperature == 0.3);
}

void ChatServiceTest::droppedMessagesAreReported() {
    fake_->droppedMessages = 4;
    const qint64 id = sendAndAnswer(0, QStringLiteral("q"), QStringLiteral("a"));
    QCOMPARE(chats_->messages(id)[1].droppedMessages, 4);
}

void ChatServiceTest::emptyTextIsNotSent() {
    QCOMPARE(chats_->send(0, QStringLiteral(" \n")), 0);
    QVERIFY(chats_->conversations().isEmpty());
}

void ChatServiceTest::crashWhileGrowingLeavesAStoppedReply() {
    const qint64 id = chats_->send(0, QStringLiteral("q"));
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), QStringLiteral("gone on disk"));
    // Copies of the files as they are now stand for the disk after a crash, before any save.
    QFile::copy(file(), file() + QStringLiteral("2"));
    QFile::copy(file() + QStringLiteral("-wal"), file() + QStringLiteral("2-wal"));
    FakeGenerator other;
    ChatService afterCrash(file() + QStringLiteral("2"), other, *settings_);
    QCOMPARE(afterCrash.messages(id).value(0).text, QStringLiteral("q"));
    QCOMPARE(afterCrash.messages(id).value(1).state, MessageState::Stopped);
    QVERIFY(afterCrash.notices().isEmpty());
}

void ChatServiceTest::closingWhileGrowingLeavesAStoppedReply() {
    const qint64 id = chats_->send(0, QStringLiteral("q"));
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), QStringLiteral("just said"));
    open();
    QCOMPARE(fake_->stopped.size(), 1);
    QCOMPARE(chats_->messages(id)[1].text, QStringLiteral("just said"));
    QCOMPARE(chats_->messages(id)[1].state, MessageState::Stopped);
    QVERIFY(chats_->messages(id)[1].canContinue);
}

void ChatServiceTest::aFullDiskRefusesTheQuestionAndKeepsTheReply() {
    chats_.reset();
    FaultyVfs files;
    open();
    const qint64 id = chats_->send(0, QStringLiteral("q"));
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), QStringLiteral("cut short"));
    QSignalSpy failed(chats_.get(), &ChatService::failed);
    files.arm(1, SQLITE_FULL, FaultyVfs::Lasts::ForEver);
    fake_->end(fake_->lastId());
    QCOMPARE(failed.count(), 1);
    QCOMPARE(chats_->messages(id)[1].text, QStringLiteral("cut short"));
    QCOMPARE(chats_->send(0, QStringLiteral("would be lost")), 0);
    QVERIFY(failed.last()[0].toString().contains(QStringLiteral("disk is full")));
    files.disarm();
    const auto onDisk = [&] {
        FakeGenerator other;
        QFile::remove(file() + QStringLiteral("2"));
        QFile::remove(file() + QStringLiteral("2-wal"));
        QFile::copy(file(), file() + QStringLiteral("2"));
        QFile::copy(file() + QStringLiteral("-wal"), file() + QStringLiteral("2-wal"));
        ChatService reader(file() + QStringLiteral("2"), other, *settings_);
        return reader.messages(id).value(1).text;
    };
    QTRY_COMPARE(onDisk(), QStringLiteral("cut short"));
    chats_.reset();
}

void ChatServiceTest::generatorThatIsGoneIsSurvived() {
    const qint64 id = chats_->send(0, QStringLiteral("q"));
    fake_->begin(fake_->lastId());
    fake_.reset();
    chats_->stop(id);
    chats_.reset();
    fake_ = std::make_unique<FakeGenerator>();
    open();
    QCOMPARE(chats_->messages(id)[1].state, MessageState::Stopped);
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatServiceTest)
#include "chat_service_test.moc"
