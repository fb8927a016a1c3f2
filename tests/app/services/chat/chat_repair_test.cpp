// What becomes of chats whose file is damaged, or holds what this program cannot read.
#include <sqlite3.h>

#include <QDir>
#include <QSignalSpy>
#include <QTest>

#include "tests/app/services/chat/chat_file_fixture.h"

namespace dsm {

class ChatRepairTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatFileFixture> f_;

  private Q_SLOTS:
    void init() { f_ = std::make_unique<ChatFileFixture>(); }
    void cleanup() { f_.reset(); }

    void damageMetAtTheOpeningIsRepairedBesideTheUse() {
        f_->open();
        const qint64 id = f_->say(QStringLiteral("still there"), QStringLiteral("yes"));
        f_->chats.reset();
        f_->overwrite(0, 100);
        f_->open();
        QVERIFY(f_->chats->isRepairing());
        QVERIFY(f_->isAnyNotice("being repaired"));
        f_->chats->setOpen(id);
        QSignalSpy failed(f_->chats.get(), &ChatService::failed);
        QSignalSpy branch(f_->chats.get(), &ChatService::branchChanged);
        QCOMPARE(f_->chats->send(0, QStringLiteral("too early")), 0);
        QVERIFY(failed.last()[0].toString().contains(QStringLiteral("being repaired")));
        QTRY_VERIFY(!f_->chats->isRepairing());
        QCOMPARE(branch.count(), 1);
        QCOMPARE(branch[0][0].toLongLong(), id);
        QVERIFY(!f_->isAnyNotice("being repaired"));
        QVERIFY(f_->isAnyNotice("was damaged"));
        QCOMPARE(f_->texts(id),
                 QStringList({QStringLiteral("still there"), QStringLiteral("yes")}));
        QVERIFY(f_->say(QStringLiteral("more"), QStringLiteral("yes"), id) == id);
        f_->open();
        QVERIFY(f_->chats->notices().isEmpty());
        QCOMPARE(f_->texts(id).size(), 4);
    }

    void damageFoundByTheCheckIsRepairedWhileTheChatsAreRead() {
        f_->open();
        qint64 id = 0;
        for (int i = 0; i < 40; ++i)
            id = f_->say(QStringLiteral("question %1").arg(i), QString(900, QLatin1Char('a')), id);
        f_->chats.reset();
        const qint64 page = f_->pageOfMessages();
        QVERIFY(page > 0);
        f_->execute("UPDATE clean_stop SET clean = 0");
        f_->overwrite(page, 4096);
        f_->open();
        QVERIFY2(!f_->chats->isRepairing(), "the list opens before the check");
        f_->chats->setOpen(id);
        QSignalSpy branch(f_->chats.get(), &ChatService::branchChanged);
        bool wasRepairing = false;
        connect(f_->chats.get(), &ChatService::noticesChanged, this, [&] {
            if (wasRepairing || !f_->isAnyNotice("being repaired")) return;
            wasRepairing = true;
            // The repair begins after this: nothing may be written that it would not carry over.
            QMetaObject::invokeMethod(
                this,
                [&] {
                    if (!f_->chats->isRepairing()) return;
                    QCOMPARE(f_->chats->send(0, QStringLiteral("too early")), 0);
                    QVERIFY(!f_->chats->rename(id, QStringLiteral("too early")));
                    QCOMPARE(f_->chats->conversations().size(), 1);
                },
                Qt::QueuedConnection);
        });
        QTRY_VERIFY(wasRepairing);
        QTRY_VERIFY(!f_->chats->isRepairing());
        QCOMPARE(branch.count(), 1);
        QVERIFY(f_->isAnyNotice("was damaged"));
        QCOMPARE(f_->chats->conversations().size(), 1);
        QCOMPARE(f_->chats->conversation(id).title, QStringLiteral("question 0"));
        QTRY_VERIFY(f_->chats->search(QStringLiteral("question")).size() > 30);
        QVERIFY(f_->say(QStringLiteral("after"), QStringLiteral("yes"), id) == id);
        f_->open();
        QVERIFY(f_->chats->notices().isEmpty());
        QVERIFY(f_->texts(id).contains(QStringLiteral("after")));
    }

    void closingDuringARepairLosesNothing() {
        f_->open();
        const qint64 id = f_->say(QStringLiteral("still there"), QStringLiteral("yes"));
        f_->chats.reset();
        f_->overwrite(0, 100);
        f_->open();
        QVERIFY(f_->chats->isRepairing());
        f_->open();
        QTRY_VERIFY(!f_->chats->isRepairing());
        QCOMPARE(f_->texts(id).size(), 2);
    }

    void aRepairThatFailsLeavesInSightWhatCanBeRead() {
        f_->open();
        qint64 id = 0;
        for (int i = 0; i < 40; ++i)
            id = f_->say(QStringLiteral("question %1").arg(i), QString(900, QLatin1Char('a')), id);
        f_->chats.reset();
        const qint64 page = f_->pageOfMessages();
        f_->execute("UPDATE clean_stop SET clean = 0");
        f_->overwrite(page, 4096);
        const QString inTheWay = QStringLiteral("chats.db.restoring/x");
        QVERIFY(QDir(f_->folder.path()).mkpath(inTheWay));
        f_->open();
        QTRY_VERIFY(f_->isAnyNotice("could not be repaired"));
        QCOMPARE(f_->chats->conversations().size(), 1);
        // Now not even the list of a new opening can be read; what was open can.
        f_->overwrite(0, 100);
        QCOMPARE(f_->chats->send(id, QStringLiteral("more")), 0);
        QTRY_VERIFY(!f_->chats->isRepairing());
        QCOMPARE(f_->chats->conversations().size(), 1);
        QVERIFY(f_->isAnyNotice("could not be repaired"));
        QVERIFY(QDir(f_->folder.path()).rmpath(inTheWay));
        QCOMPARE(f_->chats->send(id, QStringLiteral("more")), 0);
        QTRY_VERIFY(!f_->chats->isRepairing());
        QVERIFY(f_->isAnyNotice("was damaged"));
        QCOMPARE(f_->say(QStringLiteral("more"), QStringLiteral("yes"), id), id);
    }

    void damageThatCannotBeRepairedAtTheOpeningIsReadAround_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<bool>("isHeader");
        for (const bool isHeader : {true, false}) {
            const char* part = isHeader ? "header" : "page of the list";
            QTest::addRow("no room, %s", part) << SQLITE_FULL << isHeader;
            QTest::addRow("no right to write, %s", part) << SQLITE_READONLY << isHeader;
            QTest::addRow("sectors that cannot be read, %s", part) << SQLITE_IOERR << isHeader;
            QTest::addRow("something in the way, %s", part) << SQLITE_OK << isHeader;
        }
    }

    void damageThatCannotBeRepairedAtTheOpeningIsReadAround() {
        QFETCH(int, code);
        QFETCH(bool, isHeader);
        const qint64 id = f_->liveLong();
        f_->overwrite(isHeader ? 0 : 4096, isHeader ? 100 : 4096);
        const QString inTheWay = QStringLiteral("chats.db.restoring/x");
        f_->disk = std::make_unique<FaultyVfs>();
        if (code == SQLITE_OK) {
            QVERIFY(QDir(f_->folder.path()).mkpath(inTheWay));
        } else {
            f_->disk->arm(1, code, FaultyVfs::Lasts::ForEver);
        }
        f_->open();
        QTRY_VERIFY(!f_->chats->isRepairing());
        QVERIFY(!f_->chats->hidesChats());
        QCOMPARE(f_->chats->conversations().size(), 1);
        QVERIFY(f_->texts(id).contains(QStringLiteral("question 30")));
        QVERIFY(f_->chats->search(QStringLiteral("question")).size() > 30);
        QVERIFY2(f_->isAnyNotice(qPrintable(f_->file())), "where the file lies");
        QVERIFY(f_->isAnyNotice("could not be repaired or opened"));
        QVERIFY(!f_->chats->rename(id, QStringLiteral("not kept")));
        QCOMPARE(f_->chats->send(id, QStringLiteral("not kept")), 0);
        QTRY_VERIFY(!f_->chats->isRepairing());
        QVERIFY(f_->texts(id).contains(QStringLiteral("question 30")));
        f_->chats->allowUnkeptChat();
        QVERIFY(f_->say(QStringLiteral("said to be unkept"), QStringLiteral("yes")) > id);
        QTRY_VERIFY(!f_->chats->isRepairing());  // sending had tried the file once more
        f_->disk->disarm();
        QDir(f_->folder.path()).rmpath(inTheWay);
        f_->chats->tryAgain();
        QTRY_VERIFY(!f_->chats->isRepairing());
        QVERIFY(f_->isAnyNotice("was damaged"));
        QVERIFY(f_->texts(id).contains(QStringLiteral("question 30")));
        QCOMPARE(f_->say(QStringLiteral("more"), QStringLiteral("yes"), id), id);
    }

    void whatTheBackupHoldsOfAnUnreadableFileIsShown() {
        f_->liveTwoDays();
        QFile bytes(f_->file());
        QVERIFY(bytes.open(QIODevice::WriteOnly));
        bytes.write(QByteArray(40000, 'z'));
        bytes.close();
        QVERIFY(QDir(f_->folder.path()).mkpath(QStringLiteral("chats.db.restoring/x")));
        f_->open();
        QTRY_VERIFY(!f_->chats->isRepairing());
        QCOMPARE(f_->chats->conversations().size(), 1);
        QVERIFY(f_->isAnyNotice("come from the backup"));
    }

    void chatsOfWhichNothingCanBeReadAreSaidToBeThere() {
        QFile bytes(f_->file());
        QVERIFY(bytes.open(QIODevice::WriteOnly));
        bytes.write(QByteArray(40000, 'z'));
        bytes.close();
        const QString inTheWay = QStringLiteral("chats.db.restoring/x");
        QVERIFY(QDir(f_->folder.path()).mkpath(inTheWay));
        f_->open();
        QTRY_VERIFY(!f_->chats->isRepairing());
        QVERIFY(f_->chats->hidesChats());
        QVERIFY(!f_->chats->keepsChats());
        QVERIFY(f_->chats->canTryAgain());
        QVERIFY(f_->isAnyNotice("Nothing was removed"));
        QVERIFY(f_->isAnyNotice(qPrintable(f_->file())));
        QCOMPARE(f_->chats->send(0, QStringLiteral("not kept")), 0);
        QTRY_VERIFY(!f_->chats->isRepairing());
        QVERIFY(bytes.open(QIODevice::ReadOnly));
        QCOMPARE(bytes.readAll(), QByteArray(40000, 'z'));
        QVERIFY(QDir(f_->folder.path()).rmpath(inTheWay));
        f_->chats->tryAgain();
        QTRY_VERIFY(!f_->chats->isRepairing());
        QVERIFY(!f_->chats->hidesChats());
        QVERIFY(f_->isAnyNotice("is kept as"));
    }

    void damageMetInAFileThatIsOnlyReadIsReadAround() {
        const qint64 id = f_->liveLong();
        f_->overwrite(f_->pageOfMessages(), 4096);
        f_->disk = std::make_unique<FaultyVfs>();
        f_->disk->arm(1, SQLITE_READONLY, FaultyVfs::Lasts::ForEver);
        f_->open();
        QVERIFY(f_->isAnyNotice("cannot be written"));
        QCOMPARE(f_->chats->conversations().size(), 1);
        f_->texts(id);  // meets the page
        QTRY_VERIFY(f_->chats->isRepairing());
        QTRY_VERIFY(!f_->chats->isRepairing());
        QVERIFY(f_->texts(id).size() > 30);
        QVERIFY(f_->isAnyNotice("could not be repaired or opened"));
    }

    void aNewerFileWithOtherTablesIsReadAround() {
        f_->open();
        f_->say(QStringLiteral("still there"), QStringLiteral("yes"));
        f_->chats.reset();
        f_->execute(
            "ALTER TABLE conversations RENAME COLUMN title TO name; PRAGMA "
            "user_version = 99");
        f_->open();
        QTRY_VERIFY(!f_->chats->isRepairing());
        QVERIFY(f_->isAnyNotice("newer version"));
        QCOMPARE(f_->chats->conversations().size(), 1);
        QCOMPARE(f_->chats->conversations()[0].title, QStringLiteral("still there"));
        QCOMPARE(f_->texts(f_->chats->conversations()[0].id).size(), 2);
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatRepairTest)
#include "chat_repair_test.moc"
