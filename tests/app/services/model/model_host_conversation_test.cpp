// Conversations that a loaded model writes: what it reads again, and with which adapter.
#include "app/services/model/model_host.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/services/chat/chat_service.h"
#include "app/services/program/settings.h"
#include "tests/app/services/model/model_host_fixture.h"

namespace dsm {

using test::kTiny;
using test::kWaitMs;

namespace {

const QString kDemo = QStringLiteral(DSM_SOURCE_DIR "/resources/demo_model");

// 300 tokens at least: fewer are not worth a file.
QString longQuestion(const QString& word) {
    return (word + QStringLiteral(" zqx ")).repeated(120);
}

QString adapterFolder(const char* name) {
    return QStringLiteral(DSM_SOURCE_DIR "/tests/golden/adapter/") + QLatin1String(name);
}

}  // namespace

class ModelHostConversationTest : public QObject, protected test::ModelHostFixture {
    Q_OBJECT

  private Q_SLOTS:
    void init() { open(); }
    void cleanup() { host_.reset(); }

    void conversationOfABaseModelGoesOnWithItsTexts();
    void tokenIdsOfAnotherModelAreNotTrusted();
    void modelsOwnSettingsHoldWhereNoneAreChosen();
    void chatRunsOnARealModelAndSurvivesARestart();
    void conversationThatWasLeftIsNotReadAgain();
    void removedConversationLeavesNoContext();
    void computesWithAnAdapterWithoutLoadingAgain();
    void anAdapterThatDoesNotFitLeavesTheModelAsItWas();
    void comparesTheAnswersWithoutAndWithAnAdapter();
};

void ModelHostConversationTest::conversationOfABaseModelGoesOnWithItsTexts() {
    const QString base = folder_->path() + QStringLiteral("/base");
    QVERIFY(QDir().mkpath(base));
    for (const QString& name : QDir(kTiny).entryList(QDir::Files)) {
        QVERIFY(QFile::copy(kTiny + u'/' + name, base + u'/' + name));
    }
    QFile config(base + QStringLiteral("/tokenizer_config.json"));
    QVERIFY(config.open(QIODevice::ReadOnly));
    QJsonObject object = QJsonDocument::fromJson(config.readAll()).object();
    config.close();
    object.remove(QStringLiteral("chat_template"));
    QVERIFY(config.open(QIODevice::WriteOnly | QIODevice::Truncate));
    config.write(QJsonDocument(object).toJson());
    config.close();
    QSignalSpy finished(host_.get(), &ModelHost::loadFinished);
    host_->load({.folder = base, .threads = 1});
    QVERIFY(finished.wait(kWaitMs));
    QVERIFY2(finished[0][0].toBool(), qPrintable(finished[0][1].toString()));
    QVERIFY(!host_->status().isChat);
    QCOMPARE(host_->status().templateProblem, QString());
    GenerationRequest chat = request({}, 5);
    chat.messages = {{ChatRole::System, QStringLiteral("be brief"), {}},
                     {ChatRole::User, QStringLiteral("hello"), {}},
                     {ChatRole::Assistant, QStringLiteral(" world"), {}},
                     {ChatRole::User, QStringLiteral("and"), {}}};
    chat.replySoFar = {ChatRole::Assistant, QStringLiteral(" so"), {}};
    const Written asConversation = outcomeOf(chat);
    QVERIFY2(asConversation.error.isEmpty(), qPrintable(asConversation.error));
    const Written asText = outcomeOf(request(QStringLiteral("hello world\nand so"), 5));
    QCOMPARE(asConversation.tokenIds, asText.tokenIds);
}

void ModelHostConversationTest::tokenIdsOfAnotherModelAreNotTrusted() {
    load();
    GenerationRequest asked = request({}, 5);
    asked.messages = {{ChatRole::User, QStringLiteral("q"), {}},
                      {ChatRole::Assistant, QStringLiteral("a"), {99999999, -5, 3}},
                      {ChatRole::User, QStringLiteral("q2"), {}}};
    const auto strange = outcomeOf(asked);
    QVERIFY2(strange.error.isEmpty(), qPrintable(strange.error));
    asked.id = host_->newRequestId();
    asked.messages[1].tokenIds.clear();
    QCOMPARE(outcomeOf(asked).statistics.promptTokens, strange.statistics.promptTokens);
    asked.id = host_->newRequestId();
    asked.replySoFar = {ChatRole::Assistant, QStringLiteral("begun"), {-1}};
    const auto continued = outcomeOf(asked);
    QVERIFY(continued.error.isEmpty());
    QVERIFY(continued.statistics.promptTokens > strange.statistics.promptTokens);
}

void ModelHostConversationTest::modelsOwnSettingsHoldWhereNoneAreChosen() {
    const QString folder = folder_->filePath(QStringLiteral("greedy"));
    QVERIFY(QDir().mkpath(folder));
    for (const QString& name : QDir(kTiny).entryList(QDir::Files)) {
        QVERIFY(QFile::copy(kTiny + QLatin1Char('/') + name, folder + QLatin1Char('/') + name));
    }
    QFile file(folder + QStringLiteral("/generation_config.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"do_sample": false, "max_new_tokens": 5})");
    file.close();
    load(folder);
    GenerationRequest open;
    open.rawText = QStringLiteral("Once upon a time");
    QStringList texts;
    for (const quint64 seed : {1U, 2U, 3U}) {  // greedy: no seed makes a difference
        open.id = host_->newRequestId();
        open.choices.seed = seed;
        const Written outcome = outcomeOf(open);
        QCOMPARE(outcome.statistics.generatedTokens, 5);
        texts << outcome.text;
    }
    texts.removeDuplicates();
    QCOMPARE(texts.size(), 1);
    open.id = host_->newRequestId();
    open.choices.maximumTokens = 2;
    QCOMPARE(outcomeOf(open).statistics.generatedTokens, 2);
}

void ModelHostConversationTest::chatRunsOnARealModelAndSurvivesARestart() {
    load();
    Settings settings(folder_->path() + QStringLiteral("/settings.ini"));
    GenerationChoices choices;
    choices.maximumTokens = 24;
    choices.seed = 5;
    settings.setGeneration(choices);
    const QString file = folder_->path() + QStringLiteral("/chats.db");
    qint64 id = 0;
    QList<MessageInfo> before;
    {
        ChatService chats(file, *host_, settings);
        QSignalSpy finished(&chats, &ChatService::replyFinished);
        id = chats.send(0, QStringLiteral("Hello, 你好"));
        QVERIFY(finished.wait(kWaitMs));
        chats.send(id, QStringLiteral("And then?"));
        QVERIFY(finished.wait(kWaitMs));
        before = chats.messages(id);
        QCOMPARE(before.size(), 4);
        for (const MessageInfo& message : std::as_const(before)) {
            QCOMPARE(message.state, MessageState::Complete);
            QVERIFY2(message.error.isEmpty(), qPrintable(message.error));
        }
        QVERIFY2(before[3].statistics.reusedTokens > before[1].statistics.promptTokens / 2,
                 "the second turn reads the first one again");
    }
    ChatService again(file, *host_, settings);
    const auto after = again.messages(id);
    QCOMPARE(after.size(), 4);
    for (int i = 0; i < 4; ++i)
        QCOMPARE(after[i].text, before[i].text);
}

void ModelHostConversationTest::conversationThatWasLeftIsNotReadAgain() {
    const QString contexts = folder_->filePath(QStringLiteral("contexts"));
    host_ = std::make_unique<ModelHost>(folder_->path(), contexts);
    load(kDemo);
    Settings settings(folder_->filePath(QStringLiteral("settings.ini")));
    GenerationChoices choices;
    choices.maximumTokens = 8;
    choices.temperature = 0;
    settings.setGeneration(choices);
    auto chats = std::make_unique<ChatService>(folder_->filePath(QStringLiteral("chats.db")),
                                               *host_, settings);
    const auto ask = [&](qint64 conversation, const QString& text) {
        chats->setOpen(conversation);
        QSignalSpy finished(chats.get(), &ChatService::replyFinished);
        const qint64 id = chats->send(conversation, text);
        chats->setOpen(id);
        [&] { QVERIFY(finished.wait(kWaitMs)); }();
        return id;
    };
    const auto isSaved = [&](qint64 id) {
        return !QDir(contexts).entryList({QStringLiteral("%1-*.context").arg(id)}).isEmpty();
    };
    const auto lastReply = [&](qint64 id) { return chats->messages(id).last(); };
    const qint64 one = ask(0, longQuestion(QStringLiteral("blue")));
    // All that was read of it: the reply's last token was not, since no further one was needed.
    const qint64 known =
        lastReply(one).statistics.promptTokens + lastReply(one).statistics.generatedTokens - 1;
    QVERIFY2(known > 300, qPrintable(QString::number(known)));
    QVERIFY(!isSaved(one));
    chats->setOpen(0);
    QTRY_VERIFY_WITH_TIMEOUT(isSaved(one), kWaitMs);
    const qint64 two = ask(0, longQuestion(QStringLiteral("red")));
    QVERIFY(lastReply(two).statistics.reusedTokens < 30);
    chats->setOpen(one);
    QTRY_VERIFY_WITH_TIMEOUT(isSaved(two), kWaitMs);
    ask(one, QStringLiteral("Why?"));
    QCOMPARE(lastReply(one).statistics.reusedTokens, known);
    const QString reply = lastReply(one).text;

    // The program ends, and begins anew: the conversation with its last turn is still known.
    const qint64 knownNow =
        lastReply(one).statistics.promptTokens + lastReply(one).statistics.generatedTokens - 1;
    chats.reset();
    host_ = std::make_unique<ModelHost>(folder_->path(), contexts);
    load(kDemo);
    chats = std::make_unique<ChatService>(folder_->filePath(QStringLiteral("chats.db")), *host_,
                                          settings);
    chats->regenerate(lastReply(one).id);
    QTRY_VERIFY_WITH_TIMEOUT(!chats->isGenerating(one), kWaitMs);
    QCOMPARE(lastReply(one).statistics.reusedTokens, lastReply(one).statistics.promptTokens - 1);
    QCOMPARE(lastReply(one).text, reply);  // greedy
    ask(one, QStringLiteral("And?"));
    QCOMPARE(lastReply(one).statistics.reusedTokens, knownNow);
    chats.reset();
}

void ModelHostConversationTest::removedConversationLeavesNoContext() {
    const QString contexts = folder_->filePath(QStringLiteral("contexts"));
    const auto saved = [&] { return QDir(contexts).entryList(QDir::Files).size(); };
    host_ = std::make_unique<ModelHost>(folder_->path(), contexts);
    load(kDemo);
    GenerationRequest asked = request(longQuestion(QStringLiteral("blue")), 4);
    asked.conversationId = 7;
    QVERIFY(outcomeOf(asked).error.isEmpty());
    host_->openConversation(8);
    QTRY_COMPARE_WITH_TIMEOUT(saved(), 1, kWaitMs);
    host_->forgetConversation(7);
    QTRY_COMPARE_WITH_TIMEOUT(saved(), 0, kWaitMs);
    asked.id = host_->newRequestId();
    QVERIFY(outcomeOf(asked).error.isEmpty());
    host_->forgetConversation(7);
    host_.reset();  // would save it
    QCOMPARE(saved(), 0);
}

void ModelHostConversationTest::computesWithAnAdapterWithoutLoadingAgain() {
    load();
    const QString plain = outcomeOf(request(QStringLiteral("hello"), 8)).text;
    QSignalSpy loads(host_.get(), &ModelHost::loadFinished);
    QSignalSpy changed(host_.get(), &ModelHost::adapterChanged);
    host_->useAdapter(adapterFolder("patterns"), 1);
    QTRY_COMPARE(changed.count(), 1);
    QCOMPARE(changed[0][0].toBool(), true);
    QCOMPARE(host_->status().adapterFolder, adapterFolder("patterns"));
    QVERIFY(outcomeOf(request(QStringLiteral("hello"), 8)).text != plain);
    host_->useAdapter({});
    QTRY_COMPARE(changed.count(), 2);
    QCOMPARE(host_->status().adapterFolder, QString());
    QCOMPARE(outcomeOf(request(QStringLiteral("hello"), 8)).text, plain);
    QCOMPARE(loads.count(), 0);
}

void ModelHostConversationTest::anAdapterThatDoesNotFitLeavesTheModelAsItWas() {
    load();
    QSignalSpy changed(host_.get(), &ModelHost::adapterChanged);
    host_->useAdapter(folder_->path());
    QTRY_COMPARE(changed.count(), 1);
    QCOMPARE(changed[0][0].toBool(), false);
    QVERIFY(changed[0][1].toString().contains(QStringLiteral("adapter_config.json")));
    QCOMPARE(host_->status().state, ModelState::Ready);
    QVERIFY(outcomeOf(request(QStringLiteral("hello"), 4)).error.isEmpty());
}

void ModelHostConversationTest::comparesTheAnswersWithoutAndWithAnAdapter() {
    load();
    const QString plain = outcomeOf(request(QStringLiteral("hello"), 8)).text;
    QSignalSpy compared(host_.get(), &ModelHost::compared);
    host_->compare(request(QStringLiteral("hello"), 8), adapterFolder("patterns"));
    QTRY_COMPARE(compared.count(), 1);
    QCOMPARE(compared[0][1].toString(), plain);
    QVERIFY(compared[0][2].toString() != plain);
    QCOMPARE(compared[0][3].toString(), QString());
    QCOMPARE(host_->status().adapterFolder, QString());
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ModelHostConversationTest)
#include "model_host_conversation_test.moc"
