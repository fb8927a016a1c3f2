// Chats go out as files that others read: one file or many, whole or not at all.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTest>

#include "app/services/chat/document.h"
#include "app/services/transfer/chat_export.h"
#include "app/services/transfer/chat_reader.h"
#include "app/services/transfer/chat_text.h"
#include "tests/app/services/chat/chats_fixture.h"

namespace dsm {

class ChatExportTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ChatsFixture>();
        one_ = f_->say(QStringLiteral("Is a <b> & c?"),
                       QStringLiteral("**Yes**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
                                      "<script>alert(1)</script> [x](javascript:alert(2))"));
        two_ = f_->say(QStringLiteral("a/b: c"), QStringLiteral("No."));
        out_ = std::make_unique<ChatExport>(*f_->chats,
                                            [](const QByteArray& html) { return "PDF" + html; });
    }

    void cleanup() {
        out_.reset();
        f_.reset();
    }

    void manyChatsInTheOwnFormatAreOneFile() {
        const QString file = path("all.json");
        QCOMPARE(write({one_, two_}, ChatFormat::Json, file), 2);
        const QJsonObject root = QJsonDocument::fromJson(bytes(file)).object();
        QCOMPARE(root[QStringLiteral("version")].toInt(), 1);
        QCOMPARE(root[QStringLiteral("conversations")].toArray().size(), 2);
        QCOMPARE(QFile::permissions(file) & (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
    }

    void filesAndSummariesGoOutAndComeIn() {
        const QString text = QStringLiteral("The heron is grey. ").repeated(50);
        const qint64 id = f_->chats->send(
            0, QStringLiteral("What colour?"), 1,
            {std::make_shared<const Document>(QStringLiteral("heron.txt"), text, 3)});
        f_->generator.write(f_->generator.lastId(), QStringLiteral("Grey."));
        f_->generator.end(f_->generator.lastId());
        const QString prompt = f_->generator.requests.last().messages[0].text;
        f_->chats->setSummary(f_->chats->messages(id)[1].id, QStringLiteral("It was grey."));
        const QString file = path("files.json");
        QCOMPARE(write({id}, ChatFormat::Json, file), 1);
        ChatsFixture other;
        const ReadChats read = readChats(bytes(file));
        QCOMPARE(read.chats.size(), 1);
        QCOMPARE(other.chats->adopt(read.chats[0]), ChatService::Adopted::Yes);
        const qint64 there = other.chats->conversations().front().id;
        const QList<MessageInfo> messages = other.chats->messages(there);
        QCOMPARE(messages[0].attachments, f_->chats->messages(id)[0].attachments);
        QCOMPARE(other.chats->documents(messages[0].id)[0]->text(), text);
        QCOMPARE(other.chats->documents(messages[0].id)[0]->pages(), 3);
        QCOMPARE(messages[1].summary, QStringLiteral("It was grey."));
        QVERIFY(other.chats->setSummary(messages[1].id, {}));
        other.chats->send(there, QStringLiteral("And?"));
        QCOMPARE(other.generator.requests.last().messages[0].text, prompt);
    }

    void filesOfAForeignHandAreTakenAsFarAsTheyMakeSense() {
        const ReadChats read = readChats(
            R"({"format":"deepseekmoe-chats","version":1,"conversations":[{"messages":[)"
            R"({"id":1,"role":"user","text":"q","files":[{"name":7,"pages":-4,"text":"abc",)"
            R"("read":[[0,2],[2,99],[-1,1],["a"],5]},"x"],"prompt":"p"}]}]})");
        QCOMPARE(read.chats.size(), 1);
        const MessageRecord& message = read.chats[0].messages[0];
        QCOMPARE(message.attachments.size(), 2);
        QCOMPARE(message.attachments[0].pages, 0);
        QCOMPARE(message.attachments[0].read, (QList<TextRange>{{0, 2}}));
        ChatsFixture other;
        QCOMPARE(other.chats->adopt(read.chats[0]), ChatService::Adopted::Yes);
    }

    void markdownSaysWhoAndWhat() {
        const QString text = QString::fromUtf8(toMarkdown(f_->chats->record(one_)));
        QVERIFY2(text.startsWith(QLatin1String("# Is a \\<b\\> \\& c?\n")), qPrintable(text));
        QVERIFY(text.contains(QLatin1String("\n## You")));
        QVERIFY(text.contains(QLatin1String("\n## fake")));
        QVERIFY(text.contains(QLatin1String("| 1 | 2 |")));
    }

    void htmlRunsNothingAndLoadsNothing() {
        const QString html = QString::fromUtf8(toHtml(f_->chats->record(one_)));
        QVERIFY(html.contains(QLatin1String("<strong>Yes</strong>")));
        QVERIFY(html.contains(QLatin1String("<td>1</td>")));
        QVERIFY(html.contains(QLatin1String("Is a &lt;b&gt; &amp; c?")));
        QVERIFY(!html.contains(QLatin1String("<script")));
        QVERIFY(!html.contains(QLatin1String("javascript:")));
        QVERIFY(html.contains(QLatin1String("default-src 'none'")));
    }

    void manyChatsInAFolderHaveNamesOfTheirOwn() {
        QVERIFY(f_->chats->rename(one_, QStringLiteral("../a/b: c")));
        const QString folder = path("out");
        QVERIFY(QDir().mkpath(folder));
        QSignalSpy written(out_.get(), &ChatExport::written);
        out_->writeFolder({one_, two_}, ChatFormat::Markdown, folder);
        QVERIFY(written.wait());
        QCOMPARE(QDir(folder).entryList(QDir::Files, QDir::Name),
                 (QStringList{QStringLiteral("-a-b- c.md"), QStringLiteral("a-b- c.md")}));
        out_->writeFolder({two_}, ChatFormat::Markdown, folder);
        QVERIFY(written.wait());
        QVERIFY(QFile::exists(folder + QStringLiteral("/a-b- c (2).md")));
    }

    void namesOfFilesAreHarmless_data() {
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("name");
        QTest::newRow("plain") << QStringLiteral("Bees") << QStringLiteral("Bees.pdf");
        QTest::newRow("hidden") << QStringLiteral("..x") << QStringLiteral("x.pdf");
        QTest::newRow("nothing") << QStringLiteral(" . ") << QStringLiteral("Chat.pdf");
        QTest::newRow("Chinese") << QStringLiteral("专家/模型") << QStringLiteral("专家-模型.pdf");
        QTest::newRow("long") << QString(500, u'x') << QString(80, u'x') + QStringLiteral(".pdf");
    }
    void namesOfFilesAreHarmless() {
        QFETCH(QString, title);
        QFETCH(QString, name);
        QCOMPARE(ChatExport::fileNameOf(title, ChatFormat::Pdf), name);
    }

    void aPdfIsMadeOfThePrintedPage() {
        QCOMPARE(write({two_}, ChatFormat::Pdf, path("a.pdf")), 1);
        QVERIFY(bytes(path("a.pdf")).startsWith("PDF<!DOCTYPE html>"));
    }

    void whatCannotBeWrittenIsNamedAndLeavesNothing() {
        QSignalSpy failed(out_.get(), &ChatExport::failed);
        for (const ChatFormat format : {ChatFormat::Json, ChatFormat::Html}) {
            out_->writeFile({one_}, format, path("none/a.out"));
            if (failed.isEmpty()) QVERIFY(failed.wait());
            QVERIFY(failed.takeFirst()[0].toString().contains(QLatin1String("a.out")));
            QVERIFY(!out_->isRunning());
        }
        QCOMPARE(write({one_}, ChatFormat::Html, path("b.html")), 1);
    }

    void aChatThatIsGoneIsPassedOver() {
        QVERIFY(f_->chats->remove(one_));
        QCOMPARE(write({one_, two_}, ChatFormat::Json, path("rest.json")), 1);
        QVERIFY(!QJsonDocument::fromJson(bytes(path("rest.json"))).isNull());
    }

  private:
    QString path(const char* name) const { return f_->folder.filePath(QLatin1String(name)); }

    static QByteArray bytes(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    qint64 write(const QList<qint64>& chats, ChatFormat format, const QString& file) {
        QSignalSpy written(out_.get(), &ChatExport::written);
        out_->writeFile(chats, format, file);
        return written.wait() ? written[0][0].value<ChatsWritten>().chats : -1;
    }

    std::unique_ptr<ChatsFixture> f_;
    std::unique_ptr<ChatExport> out_;
    qint64 one_ = 0;
    qint64 two_ = 0;
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatExportTest)
#include "chat_export_test.moc"
