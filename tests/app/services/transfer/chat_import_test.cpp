// Chats of each program come in whole, once, and as they were.
#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include "app/services/transfer/chat_export.h"
#include "app/services/transfer/chat_import.h"
#include "app/services/transfer/chat_tree.h"
#include "tests/app/services/chat/chats_fixture.h"
#include "tests/app/services/transfer/gpt4all_file.h"

namespace dsm {
namespace {

QString fixture(const char* name) {
    return QStringLiteral(DSM_SOURCE_DIR "/tests/app/services/transfer/files/") +
           QLatin1String(name);
}

MessageRecord said(const QString& text, ChatRole role = ChatRole::User) {
    MessageRecord message;
    message.role = role;
    message.text = text;
    return message;
}

}  // namespace

class ChatImportTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { f_ = std::make_unique<ChatsFixture>(); }
    void cleanup() { f_.reset(); }

    void ofChatGpt() {
        const ChatsBrought brought = bring({fixture("chatgpt.json")});
        QCOMPARE(brought.problems, QStringList());
        QCOMPARE(brought.added, 1);
        QCOMPARE(brought.empty, 1);
        QCOMPARE(brought.programs, QStringList{QStringLiteral("ChatGPT")});
        const ConversationInfo chat = only();
        QCOMPARE(chat.title, QStringLiteral("Bees & owls"));
        QVERIFY(chat.isArchived);
        QCOMPARE(chat.created.toMSecsSinceEpoch(), 1697000000250);
        QCOMPARE(chat.updated.toMSecsSinceEpoch(), 1697000900000);
        const auto messages = f_->chats->messages(chat.id);
        QCOMPARE(messages.size(), 2);
        QCOMPARE(messages[0].text, QStringLiteral("What is on this picture?"));
        QCOMPARE(messages[0].created.toSecsSinceEpoch(), 1697000001);
        QCOMPARE(messages[1].text, QStringLiteral("Let me look.\n\nAn owl: 猫头鹰."));
        QCOMPARE(messages[1].modelName, QStringLiteral("gpt-4"));
        QCOMPARE(messages[1].siblings.size(), 2);
        QCOMPARE(messages[1].siblingIndex, 0);
    }

    void ofClaude() {
        QCOMPARE(bring({fixture("claude.json")}).added, 1);
        const ConversationInfo chat = only();
        QCOMPARE(chat.title, QStringLiteral("Poems"));
        QCOMPARE(texts(chat.id),
                 (QStringList{QStringLiteral("Write a poem"), QStringLiteral("Roses\n\nare red."),
                              QStringLiteral("Shorter"), QStringLiteral("Red.")}));
        QCOMPARE(f_->chats->messages(chat.id)[3].created.toUTC(),
                 QDateTime(QDate(2024, 5, 1), QTime(10, 1, 5), Qt::UTC));
    }

    void ofOpenWebUi() {
        QCOMPARE(bring({fixture("open_webui.json")}).added, 1);
        const ConversationInfo chat = only();
        QVERIFY(chat.isPinned);
        QCOMPARE(chat.tags, (QStringList{QStringLiteral("animals"), QStringLiteral("fun")}));
        QCOMPARE(f_->chats->systemPrompt(chat.id), QStringLiteral("Be brief."));
        QCOMPARE(texts(chat.id),
                 (QStringList{QStringLiteral("Which animal?"), QStringLiteral("A dog.")}));
        QCOMPARE(f_->chats->messages(chat.id)[1].siblings.size(), 2);
    }

    void ofLmStudio() {
        QCOMPARE(bring({fixture("lm_studio.conversation.json")}).added, 1);
        const ConversationInfo chat = only();
        QCOMPARE(chat.title, QStringLiteral("Numbers"));
        QCOMPARE(f_->chats->systemPrompt(chat.id), QStringLiteral("Answer with numbers."));
        QCOMPARE(texts(chat.id), (QStringList{QStringLiteral("How many legs?"),
                                              QStringLiteral("Six."), QStringLiteral("Why?")}));
        const MessageInfo reply = f_->chats->messages(chat.id)[1];
        QCOMPARE(f_->chats->message(reply.siblings[0]).text, QStringLiteral("Four."));
        QCOMPARE(reply.modelName, QStringLiteral("qwen2-7b"));
    }

    void ofGpt4All_data() {
        QTest::addColumn<int>("version");
        for (const int version : {8, 9, 10, 11, 12})
            QTest::addRow("version %d", version) << version;
    }
    void ofGpt4All() {
        QFETCH(int, version);
        QCOMPARE(bring({write("a.chat", gpt4AllFile(version))}).problems, QStringList());
        const ConversationInfo chat = only();
        QCOMPARE(chat.title, QStringLiteral("Of whales"));
        QCOMPARE(chat.created.toSecsSinceEpoch(), 1'700'000'000);
        QCOMPARE(texts(chat.id),
                 (QStringList{QStringLiteral("How large?"), QStringLiteral("Thirty metres.")}));
        QCOMPARE(f_->chats->systemPrompt(chat.id), QStringLiteral("Speak of whales."));
        QCOMPARE(f_->chats->messages(chat.id)[1].rating, ReplyRating::Up);
    }

    void ofThisProgram() {
        QCOMPARE(bring({fixture("own.json")}).added, 1);
        const ConversationInfo chat = only();
        QCOMPARE(chat.folder, QStringLiteral("Work"));
        QCOMPARE(chat.tags, (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
        QCOMPARE(f_->chats->choices(chat.id).temperature, std::optional(0.5));
        QCOMPARE(f_->chats->choices(chat.id).seed, std::optional<quint64>(18446744073709551615U));
        const auto messages = f_->chats->messages(chat.id);
        QCOMPARE(messages[1].text, QStringLiteral("Hi!"));
        QCOMPARE(messages[1].rating, ReplyRating::Up);
        QCOMPARE(f_->chats->message(messages[1].siblings[1]).state, MessageState::Stopped);
    }

    void whatIsThereAlreadyComesNotAgain() {
        const QStringList files{fixture("chatgpt.json"), fixture("claude.json"),
                                fixture("own.json"), write("a.chat", gpt4AllFile(12))};
        QCOMPARE(bring(files).added, 4);
        const ChatsBrought again = bring(files);
        QCOMPARE(again.added, 0);
        QCOMPARE(again.already, 4);
    }

    void aChatThatWentOnThereComesBesideTheOld() {
        QCOMPARE(bring({fixture("claude.json")}).added, 1);
        QFile file(fixture("claude.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray longer = file.readAll().replace("\"Red.\"", "\"Much more red.\"");
        QCOMPARE(bring({write("longer.json", longer)}).added, 1);
    }

    void aChatInTheTrashIsNotThere() {
        QCOMPARE(bring({fixture("claude.json")}).added, 1);
        QVERIFY(f_->chats->remove(only().id));
        QCOMPARE(bring({fixture("claude.json")}).added, 1);
    }

    void whatWentOutComesBackTheSame() {
        const qint64 id = f_->say(QStringLiteral("Hello"), QStringLiteral("Hi **you** 🦉"));
        f_->generator.autoReply.clear();
        QVERIFY(f_->chats->regenerate(f_->chats->messages(id)[1].id));
        f_->generator.end(f_->generator.lastId());
        QVERIFY(f_->chats->setFolder(id, QStringLiteral("Work")));
        QVERIFY(f_->chats->setSystemPrompt(id, QStringLiteral("Be kind")));
        const QString file = f_->folder.filePath(QStringLiteral("out.json"));
        ChatExport out(*f_->chats, {});
        QSignalSpy written(&out, &ChatExport::written);
        out.writeFile({id}, ChatFormat::Json, file);
        QVERIFY(written.wait());
        const ChatRecord before = f_->chats->record(id);
        QCOMPARE(bring({file}).already, 1);
        QVERIFY(f_->chats->remove(id));
        QCOMPARE(bring({file}).added, 1);
        const ChatRecord after = f_->chats->record(only().id);
        QCOMPARE(after.created, before.created);
        QCOMPARE(after.folder, before.folder);
        QCOMPARE(after.systemPrompt, before.systemPrompt);
        // The empty second reply says nothing and stays behind.
        QCOMPARE(after.messages.size(), before.messages.size() - 1);
        QCOMPARE(after.messages[1].text, before.messages[1].text);
    }

    void aFileThatIsNoneIsRefusedWithAReason_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("reason");
        QTest::newRow("empty") << QByteArray() << QStringLiteral("no JSON");
        QTest::newRow("text") << QByteArray("{\n\"a\": x}") << QStringLiteral("line 2");
        QTest::newRow("zip") << QByteArray("PK\x03\x04zip") << QStringLiteral("damaged");
        QTest::newRow("other JSON") << QByteArray("[{\"a\":1}]") << QStringLiteral("no chats");
        QTest::newRow("deep") << QByteArray(100'000, '[') << QStringLiteral("no JSON");
        QTest::newRow("newer") << QByteArray(R"({"format":"deepseekmoe-chats","version":2})")
                               << QStringLiteral("newer");
        QTest::newRow("GPT4All of old")
            << QByteArray("\xF5\xD5\x53\xCC\x00\x00\x00\x03", 8) << QStringLiteral("GPT4All");
        QTest::newRow("GPT4All cut") << gpt4AllFile(12).chopped(9) << QStringLiteral("damaged");
    }
    void aFileThatIsNoneIsRefusedWithAReason() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, reason);
        const ChatsBrought brought = bring({write("bad", bytes), fixture("claude.json")});
        QCOMPARE(brought.problems.size(), 1);
        QVERIFY2(brought.problems[0].contains(reason), qPrintable(brought.problems[0]));
        QVERIFY(brought.problems[0].contains(QLatin1String("bad")));
        QVERIFY2(brought.added == 1, "the next file is read all the same");
    }

    void whatCannotBeReadIsNamed() {
        const ChatsBrought brought =
            bring({f_->folder.path(), f_->folder.filePath(QStringLiteral("none"))});
        QCOMPARE(brought.problems.size(), 2);
    }

    void aTreeIsMadeOfWhateverIsSaidOfParents() {
        ChatTree tree;
        tree.add(QStringLiteral("a"), QStringLiteral("b"), said(QStringLiteral("1")));
        tree.add(QStringLiteral("b"), QStringLiteral("a"), said(QStringLiteral("2")));
        tree.add(QStringLiteral("c"), QStringLiteral("c"), said(QStringLiteral("3")));
        tree.add(QStringLiteral("d"), QStringLiteral("gone"), said(QStringLiteral("4")));
        tree.add(QStringLiteral("d"), QStringLiteral("a"), said(QStringLiteral("twice")));
        tree.add(QStringLiteral("e"), QStringLiteral("f"), said({}));
        tree.add(QStringLiteral("f"), QStringLiteral("e"), said({}));
        tree.add(QStringLiteral("g"), QStringLiteral("f"), said(QStringLiteral("5")));
        ChatRecord chat;
        tree.build(QStringLiteral("e"), chat);
        QCOMPARE(chat.messages.size(), 5);
        for (qsizetype i = 0; i < chat.messages.size(); ++i)
            QVERIFY(chat.messages[i].parent < i);
        QCOMPARE(chat.current, -1);
    }

    void aVeryDeepTreeIsNoDanger() {
        ChatTree tree;
        constexpr int kDepth = 100'000;
        for (int i = 0; i < kDepth; ++i) {
            tree.add(QString::number(i), QString::number(i + 1),
                     said(i % 2 == 0 ? QString() : QStringLiteral("x")));
        }
        ChatRecord chat;
        tree.build(QStringLiteral("0"), chat);
        QCOMPARE(chat.messages.size(), kDepth / 2);
        QCOMPARE(shownBranch(chat).size(), kDepth / 2);
    }

  private:
    ChatsBrought bring(const QStringList& files) {
        ChatImport in(*f_->chats);
        QSignalSpy finished(&in, &ChatImport::finished);
        in.read(files);
        if (finished.isEmpty() && !finished.wait(60'000)) return {};
        return finished[0][0].value<ChatsBrought>();
    }

    QString write(const char* name, const QByteArray& bytes) {
        const QString path = f_->folder.filePath(QLatin1String(name));
        QFile file(path);
        if (file.open(QIODevice::WriteOnly)) file.write(bytes);
        return path;
    }

    ConversationInfo only() const {
        ConversationFilter everywhere;
        everywhere.archived.reset();
        const auto all = f_->chats->conversations(everywhere);
        return all.size() == 1 ? all[0] : ConversationInfo{};
    }

    QStringList texts(qint64 id) const {
        QStringList result;
        for (const MessageInfo& message : f_->chats->messages(id))
            result.append(message.text);
        return result;
    }

    std::unique_ptr<ChatsFixture> f_;
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatImportTest)
#include "chat_import_test.moc"
