// Chats come out of ZIP files; hostile ones are refused with a reason.
#include "app/services/transfer/chat_archive.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include "app/services/transfer/chat_import.h"
#include "tests/app/services/chat/chats_fixture.h"
#include "tests/app/services/transfer/zip_file.h"

namespace dsm {

using test::zipFile;

class ChatArchiveTest : public QObject {
    Q_OBJECT

    static QByteArray fixture(const char* name) {
        QFile file(QStringLiteral(DSM_SOURCE_DIR "/tests/app/services/transfer/files/") +
                   QLatin1String(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

  private Q_SLOTS:
    void anExportOfChatGptIsReadAsItWasDelivered() {
        const QByteArray zip = zipFile({{"user.json", "{\"id\":\"u\"}"},
                                        {"chat.html", "<html></html>"},
                                        {"conversations.json", fixture("chatgpt.json")},
                                        {"message_feedback.json", "[]"},
                                        {"dalle/picture.webp", QByteArray(90'000, 'x')}});
        QVERIFY(isArchive(zip));
        const ReadChats read = readArchive(zip);
        QCOMPARE(read.problem, QString());
        QCOMPARE(read.program, QStringLiteral("ChatGPT"));
        QCOMPARE(read.chats.size(), 1);
        QCOMPARE(read.empty, 1);
        QCOMPARE(read.chats[0].title, QStringLiteral("Bees & owls"));
    }

    void theImportTakesItAndPassesItOverTheSecondTime() {
        ChatsFixture f;
        const QString path = f.folder.filePath(QStringLiteral("claude.zip"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(zipFile({{"users.json", "[]"},
                            {"data-2026/conversations.json", fixture("claude.json")},
                            {"projects.json", "[]"}}));
        file.close();
        ChatImport in(*f.chats);
        QSignalSpy finished(&in, &ChatImport::finished);
        in.read({path, path});
        QVERIFY(finished.wait(60'000));
        const auto brought = finished[0][0].value<ChatsBrought>();
        QCOMPARE(brought.problems, QStringList());
        QCOMPARE(brought.programs, QStringList{QStringLiteral("Claude")});
        QCOMPARE(brought.added, 1);
        QCOMPARE(brought.already, 1);
    }

    void aDividedExportIsReadWhole() {
        const ReadChats read =
            readArchive(zipFile({{"conversations-000.json", fixture("chatgpt.json")},
                                 {"conversations-001.json", fixture("claude.json")}}));
        QCOMPARE(read.problem, QString());
        QCOMPARE(read.chats.size(), 2);
    }

    void withoutThatNameEveryFileWithChatsIsRead() {
        const ReadChats read =
            readArchive(zipFile({{"a/lm.conversation.json", fixture("lm_studio.conversation.json")},
                                 {"b/own.json", fixture("own.json")},
                                 {"b/settings.json", "{\"theme\":1}"},
                                 {"b/note.txt", "conversations"}}));
        QCOMPARE(read.problem, QString());
        QCOMPARE(read.chats.size(), 2);
    }

    void namesThatLeadElsewhereAreOnlyNames() {
        const ReadChats read =
            readArchive(zipFile({{"../../../etc/conversations.json", fixture("claude.json")}}));
        QCOMPARE(read.problem, QString());
        QCOMPARE(read.chats.size(), 1);
        QVERIFY(!QFile::exists(QStringLiteral("../../../etc/conversations.json")));
    }

    void whatIsNoneIsRefusedWithAReason_data() {
        QTest::addColumn<QByteArray>("zip");
        QTest::addColumn<QString>("reason");
        const QByteArray good = zipFile({{"conversations.json", fixture("claude.json")}});
        QTest::newRow("empty") << zipFile({}) << QStringLiteral("no chats");
        QTest::newRow("without chats")
            << zipFile({{"a.json", "{}"}, {"b.txt", "b"}}) << QStringLiteral("no chats");
        QTest::newRow("cut") << good.left(good.size() / 2) << QStringLiteral("damaged");
        QTest::newRow("only its mark") << QByteArray("PK\x03\x04zip") << QStringLiteral("damaged");
        QByteArray spoilt = good;
        for (qsizetype i = 120; i < 160; ++i)
            spoilt[i] = static_cast<char>(~spoilt[i]);
        QTest::newRow("spoilt") << spoilt << QStringLiteral("damaged");
        QTest::newRow("other chats") << zipFile({{"conversations.json", "[{\"a\":1}]"}})
                                     << QStringLiteral("conversations.json in the ZIP file");
        QTest::newRow("a ZIP in it")
            << zipFile({{"conversations.json", good}}) << QStringLiteral("no JSON");
        QTest::newRow("password") << zipFile({{"conversations.json", fixture("claude.json")}},
                                             "secret")
                                  << QStringLiteral("password");
    }
    void whatIsNoneIsRefusedWithAReason() {
        QFETCH(QByteArray, zip);
        QFETCH(QString, reason);
        QVERIFY(isArchive(zip));
        const ReadChats read = readArchive(zip);
        QVERIFY(read.chats.isEmpty());
        QVERIFY2(read.problem.contains(reason), qPrintable(read.problem));
    }

    void whatGrowsBeyondAllMeasureIsNotUnpacked() {
        // 200 MB of one letter in 200 KB.
        const QByteArray bomb =
            zipFile({{"conversations.json", "[" + QByteArray(200'000'000, ' ') + "]"}});
        QVERIFY(bomb.size() < 1'000'000);
        const ReadChats read = readArchive(bomb, {.bytesInside = 50'000'000});
        QVERIFY2(read.problem.contains(QStringLiteral("larger")), qPrintable(read.problem));
    }

    void whatIsReadCountsTogether() {
        const QByteArray half = fixture("claude.json") + QByteArray(60'000, ' ');
        const QByteArray zip =
            zipFile({{"conversations-1.json", half}, {"conversations-2.json", half}});
        QCOMPARE(readArchive(zip).problem, QString());
        QVERIFY(
            readArchive(zip, {.bytesInside = 100'000}).problem.contains(QStringLiteral("larger")));
    }

    void tooManyFilesAreNotLookedAt() {
        QList<std::pair<QByteArray, QByteArray>> files;
        for (int i = 0; i < 50; ++i)
            files.append({"f" + QByteArray::number(i), "x"});
        QVERIFY(readArchive(zipFile(files), {.entries = 20})
                    .problem.contains(QStringLiteral("too many")));
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatArchiveTest)
#include "chat_archive_test.moc"
