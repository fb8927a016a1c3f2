// Broken variants of the chats of every program: read as chats that hold together, or refused with a
// reason; what is read can be written, and comes back the same.
// tests/support/attack.h says how the long run is asked for; the kinds' seeds take turns.
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "app/services/transfer/chat_archive.h"
#include "app/services/transfer/chat_reader.h"
#include "app/services/transfer/chat_text.h"
#include "app/services/transfer/own_chats.h"
#include "tests/app/services/transfer/gpt4all_file.h"
#include "tests/app/services/transfer/zip_file.h"
#include "tests/support/attack.h"
#include "tests/support/mutation.h"

namespace dsm {
namespace {

std::string bytesOf(const char* name) {
    QFile file(QStringLiteral(DSM_SOURCE_DIR "/tests/app/services/transfer/files/") +
               QLatin1String(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

// "" where the record can be shown, kept and written.
QString whatIsWrong(const ChatRecord& chat) {
    if (chat.messages.isEmpty()) return QStringLiteral("a chat of nothing");
    const auto count = static_cast<int>(chat.messages.size());
    if (chat.current < -1 || chat.current >= count)
        return QStringLiteral("no such current message");
    for (int i = 0; i < count; ++i) {
        const MessageRecord& message = chat.messages[i];
        if (message.parent < -1 || message.parent >= i) return QStringLiteral("a parent behind");
        if (message.role == ChatRole::System) return QStringLiteral("a system text as a message");
        if (message.text.trimmed().isEmpty()) return QStringLiteral("an empty message");
        const bool isTime = !message.created.isValid() || message.created.date().year() < 10000;
        if (!isTime) return QStringLiteral("a time of no calendar");
    }
    const ChatRecord& shown = chat;
    if (toMarkdown(shown).isEmpty() || toHtml(shown).isEmpty()) return QStringLiteral("no text");
    return {};
}

QString whatIsWrong(const std::string& variant) {
    const QByteArray bytes = QByteArray::fromStdString(variant);
    const ReadChats read = isArchive(bytes) ? readArchive(bytes) : readChats(bytes);
    if (!read.problem.isEmpty())
        return read.chats.isEmpty() ? QString() : QStringLiteral("refused, and read");
    for (const ChatRecord& chat : read.chats) {
        const QString wrong = whatIsWrong(chat);
        if (!wrong.isEmpty()) return wrong;
        const QByteArray file = beginningOfOwnChats({}) + toOwnChat(chat) + endOfOwnChats();
        const ReadChats again = readChats(file);
        if (again.chats.size() != 1) return QStringLiteral("what was written is not read");
        if (shownBranch(again.chats[0]).size() > shownBranch(chat).size())
            return QStringLiteral("a branch that grew");
    }
    return {};
}

}  // namespace

class TransferMutationTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void brokenChatsAreRefusedOrHoldTogether_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<std::string>("good");
        QTest::addColumn<std::string>("other");
        const std::string chatGpt = bytesOf("chatgpt.json");
        QTest::newRow("ChatGPT") << QStringLiteral("chatgpt") << chatGpt << bytesOf("claude.json");
        QTest::newRow("Claude") << QStringLiteral("claude") << bytesOf("claude.json") << chatGpt;
        QTest::newRow("Open WebUI")
            << QStringLiteral("openwebui") << bytesOf("open_webui.json") << chatGpt;
        QTest::newRow("LM Studio")
            << QStringLiteral("lmstudio") << bytesOf("lm_studio.conversation.json") << chatGpt;
        QTest::newRow("this program") << QStringLiteral("own") << bytesOf("own.json") << chatGpt;
        const auto zipped = [](const std::string& chats) {
            return test::zipFile({{"user.json", "{}"},
                                  {"conversations.json", QByteArray::fromStdString(chats)}})
                .toStdString();
        };
        QTest::newRow("ZIP") << QStringLiteral("zip") << zipped(chatGpt)
                             << zipped(bytesOf("claude.json"));
        for (const int version : {8, 10, 12}) {
            QTest::addRow("GPT4All %d", version)
                << QStringLiteral("gpt4all%1").arg(version) << gpt4AllFile(version).toStdString()
                << gpt4AllFile(12).toStdString();
        }
    }
    void brokenChatsAreRefusedOrHoldTogether() {
        QFETCH(QString, kind);
        QFETCH(std::string, good);
        QFETCH(std::string, other);
        QVERIFY(!good.empty());
        QCOMPARE(whatIsWrong(good), QString());
        const QByteArray bytes = QByteArray::fromStdString(good);
        QCOMPARE((isArchive(bytes) ? readArchive(bytes) : readChats(bytes)).problem, QString());
        const bool isSurvived =
            Attack("transfer-" + kind.toStdString(), 300)
                .walk([&](std::uint64_t seed) { return Mutation(seed)(good, other); },
                      [](const std::string& variant) {
                          const QString wrong = whatIsWrong(variant);
                          if (!wrong.isEmpty()) qWarning("%s", qPrintable(wrong));
                          return wrong.isEmpty();
                      });
        QVERIFY(isSurvived);
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::TransferMutationTest)
#include "transfer_mutation_test.moc"
