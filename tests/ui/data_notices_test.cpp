// What the window says of the file of the chats, and what it offers.
#include <QDir>
#include <QFile>
#include <QListView>
#include <QPushButton>
#include <QRegularExpression>
#include <QTest>

#include "tests/support/faulty_vfs.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/shell/data_notices.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/composer.h"

namespace dsm {
namespace {

QString kSave() {
    return QStringLiteral("Chat without saving");
}

QString kBring() {
    return QStringLiteral("Bring them back");
}

// The visible one with this text.
QPushButton* choice(WindowFixture& fixture, const QString& text) {
    for (auto* button : fixture.window().dataNotices()->findChildren<QPushButton*>()) {
        if (button->isVisible() && button->text() == text) return button;
    }
    return nullptr;
}

bool isSaid(WindowFixture& fixture, const char* part) {
    const DataNotices* notices = fixture.window().dataNotices();
    return notices->isVisible() && notices->text().contains(QLatin1String(part));
}

// The log gets every notice; here a warning that was not announced is a fault.
void expectWarning(const char* part) {
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QLatin1String(part)));
}

void writeByte(const QString& path, qint64 at, char byte) {
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite) || !file.seek(at)) qFatal("no file of the chats");
    file.putChar(byte);
}

qint64 talk(WindowFixture& fixture, const QString& text) {
    if (!fixture.waitForModel()) return 0;
    fixture.sendMessage(text);
    return fixture.waitForReply() ? fixture.window().page()->conversation() : 0;
}

}  // namespace

class DataNoticesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }

    void damageIsRepairedAndItsNoticeStaysWhileTheModelLoads() {
        WindowFixture fixture;
        QVERIFY(fixture.waitForModel());
        QVERIFY(!fixture.window().dataNotices()->isVisible());
        expectWarning("being repaired");
        expectWarning("was damaged");
        fixture.restartAfter([](const QString& path) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray(9000, 'z'));
        });
        QVERIFY(isSaid(fixture, "being repaired"));
        fixture.sendMessage(QStringLiteral("kept in the composer"));
        QTRY_VERIFY(isSaid(fixture, "was damaged"));
        QVERIFY(!isSaid(fixture, "being repaired"));
        QCOMPARE(fixture.window().page()->composer()->text(),
                 QStringLiteral("kept in the composer"));
        fixture.window().loadModel(testModelFolder());
        QVERIFY(fixture.waitForModel());
        QVERIFY(isSaid(fixture, "was damaged"));
    }

    void aNewerFileIsReadAndANewChatCanGoUnsaved() {
        WindowFixture fixture;
        const qint64 old = talk(fixture, QStringLiteral("old"));
        QVERIFY(old != 0);
        expectWarning("newer version");
        // The version of the header, section 1.3 of SQLite's file format.
        fixture.restartAfter([](const QString& path) { writeByte(path, 63, 99); });
        QVERIFY(isSaid(fixture, "newer version"));
        QVERIFY(fixture.chat().conversation(old).id != 0);
        QVERIFY(choice(fixture, kSave()) != nullptr);
        fixture.window().openConversation(old);
        choice(fixture, kSave())->click();
        QVERIFY(!fixture.window().dataNotices()->isVisible());
        QCOMPARE(fixture.window().page()->conversation(), 0);
        QVERIFY(talk(fixture, QStringLiteral("unsaved")) > old);
        QCOMPARE(fixture.chat().conversations().size(), 2);
        // The next chat asks again, and what was written stays.
        fixture.window().newChat();
        fixture.sendMessage(QStringLiteral("another"));
        QVERIFY(fixture.window().page()->banner()->isVisible());
        QVERIFY(choice(fixture, kSave()) != nullptr);
        QCOMPARE(fixture.window().page()->composer()->text(), QStringLiteral("another"));
    }

    void aFileThatCannotBeWrittenIsSaid_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("said");
        QTest::newRow("read-only") << SQLITE_READONLY << QStringLiteral("cannot be written");
        QTest::newRow("full disk") << SQLITE_FULL << QStringLiteral("The disk is full");
    }

    void aFileThatCannotBeWrittenIsSaid() {
        QFETCH(int, code);
        QFETCH(QString, said);
        FaultyVfs files;
        WindowFixture fixture;
        const qint64 old = talk(fixture, QStringLiteral("old"));
        QVERIFY(old != 0);
        expectWarning(qPrintable(said));
        fixture.restartAfter(
            [&](const QString&) { files.arm(1, code, FaultyVfs::Lasts::ForEver); });
        QVERIFY(isSaid(fixture, qPrintable(said)));
        QVERIFY(choice(fixture, kSave()) != nullptr);
        QVERIFY(fixture.waitForModel());
        QVERIFY2(isSaid(fixture, qPrintable(said)), "loading a model hides nothing");
        fixture.window().openConversation(old);
        QCOMPARE(fixture.chat().messages(old).size(), 2);
        fixture.sendMessage(QStringLiteral("more"));
        QVERIFY(fixture.window().page()->banner()->isVisible());
        QCOMPARE(fixture.window().page()->composer()->text(), QStringLiteral("more"));
        // With room again the same is sent, and the notice goes.
        files.disarm();
        fixture.sendMessage({});
        QVERIFY(fixture.waitForReply());
        QCOMPARE(fixture.chat().messages(old).size(), 4);
        QVERIFY(!fixture.window().dataNotices()->isVisible());
    }

    void chatsThatCannotBeOpenedAreNotAnEmptyList() {
        WindowFixture fixture;
        const QString inTheWay = fixture.folder() + QStringLiteral("/chats.db.restoring/x");
        expectWarning("being repaired");
        expectWarning("could not be opened");
        fixture.restartAfter([&](const QString& path) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray(9000, 'z'));
            QVERIFY(QDir().mkpath(inTheWay));
        });
        QTRY_VERIFY(isSaid(fixture, "Nothing was removed"));
        const QAbstractItemModel* list = fixture.window().sidebar()->list()->model();
        QCOMPARE(list->rowCount(), 1);
        QCOMPARE(list->index(0, 0).data().toString(),
                 QStringLiteral("Your chats could not be opened"));
        QVERIFY(choice(fixture, kSave()) != nullptr);
        const Banner* refusal = fixture.window().page()->banner();
        QVERIFY(fixture.waitForModel());
        fixture.sendMessage(QStringLiteral("not kept"));
        QVERIFY(refusal->isVisible());
        QTRY_VERIFY(!fixture.chat().isRepairing());
        QVERIFY(QDir().rmpath(inTheWay));
        expectWarning("was damaged");
        choice(fixture, QStringLiteral("Try again"))->click();
        QTRY_VERIFY(isSaid(fixture, "was damaged"));
        QVERIFY2(!refusal->isVisible(), "what was in the way is over");
        QCOMPARE(list->rowCount(), 0);
    }

    void whatCouldNotBeSavedIsSaidToBeSaved() {
        FaultyVfs files;
        WindowFixture fixture;
        QVERIFY(talk(fixture, QStringLiteral("old")) != 0);
        QTRY_VERIFY(!fixture.chat().backups().isEmpty());
        fixture.script().setReply(QStringLiteral("a reply of some words "));
        fixture.sendMessage(QStringLiteral("more"));
        files.arm(1, SQLITE_FULL, FaultyVfs::Lasts::ForEver);
        QVERIFY(fixture.waitForReply());
        const Banner* banner = fixture.window().page()->banner();
        QTRY_VERIFY(banner->isVisible() && banner->text().contains(QStringLiteral("full")));
        files.disarm();
        QTRY_VERIFY(banner->text().contains(QStringLiteral("is saved now")));
        fixture.sendMessage(QStringLiteral("again"));
        QVERIFY(fixture.waitForReply());
        QVERIFY(!banner->isVisible());
    }

    void anOfferedBackupAndAnUnsavedChatAreBothThere_data() {
        QTest::addColumn<bool>("isBackupFirst");
        QTest::newRow("the backup first") << true;
        QTest::newRow("the chat first") << false;
    }

    void anOfferedBackupAndAnUnsavedChatAreBothThere() {
        QFETCH(bool, isBackupFirst);
        WindowFixture fixture;
        QVERIFY(talk(fixture, QStringLiteral("old")) != 0);
        QTRY_VERIFY(!fixture.chat().backups().isEmpty());
        expectWarning("not be saved");
        expectWarning("brought back");
        fixture.restartAfter([](const QString& path) {
            QVERIFY(QFile::remove(path));
            QVERIFY(QDir().mkdir(path));  // cannot be opened, by whom ever
        });
        QVERIFY(fixture.waitForModel());
        QVERIFY(choice(fixture, kBring()) != nullptr);
        QVERIFY(choice(fixture, kSave()) != nullptr);
        choice(fixture, isBackupFirst ? kBring() : kSave())->click();
        QCOMPARE(choice(fixture, kBring()) == nullptr, isBackupFirst);
        QVERIFY(choice(fixture, kSave()) != nullptr);
        if (QPushButton* bring = choice(fixture, kBring())) bring->click();
        if (isBackupFirst) choice(fixture, kSave())->click();
        QCOMPARE(fixture.chat().conversations().size(), 1);
        QVERIFY(talk(fixture, QStringLiteral("unsaved")) != 0);
        QCOMPARE(fixture.chat().conversations().size(), 2);
    }
};

}  // namespace dsm

QTEST_MAIN(dsm::DataNoticesTest)
#include "data_notices_test.moc"
