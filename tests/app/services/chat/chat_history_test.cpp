// What becomes of chats whose file cannot be opened or written, or is new beside backups.
#include <QDir>
#include <QSignalSpy>
#include <QTest>

#include "tests/app/services/chat/chat_file_fixture.h"

namespace dsm {

class ChatHistoryTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatFileFixture> f_;

  private Q_SLOTS:
    void init() { f_ = std::make_unique<ChatFileFixture>(); }
    void cleanup() { f_.reset(); }

    void withoutAFileEachChatIsAllowedByItself() {
        QVERIFY(QDir(f_->folder.path()).mkdir(QStringLiteral("chats.db")));
        f_->open();
        QCOMPARE(f_->chats->notices().size(), 1);
        QVERIFY(f_->isAnyNotice("not be saved"));
        QVERIFY(!f_->chats->keepsChats());
        QSignalSpy failed(f_->chats.get(), &ChatService::failed);
        QSignalSpy refused(f_->chats.get(), &ChatService::keepingRefused);
        QCOMPARE(f_->chats->send(0, QStringLiteral("hello")), 0);
        QCOMPARE(failed.count(), 1);
        QCOMPARE(refused.count(), 1);
        f_->chats->allowUnkeptChat();
        const qint64 id = f_->say(QStringLiteral("hello"), QStringLiteral("hi"));
        QVERIFY(id > 0);
        QCOMPARE(f_->say(QStringLiteral("more"), QStringLiteral("yes"), id), id);
        QCOMPARE(f_->chats->send(0, QStringLiteral("another chat")), 0);
        QCOMPARE(refused.count(), 2);
        f_->chats->allowUnkeptChat();
        const qint64 other = f_->say(QStringLiteral("another chat"), QStringLiteral("fine"));
        QVERIFY(other > id);
        QCOMPARE(f_->chats->conversations().size(), 2);
        QCOMPARE(f_->texts(id).size(), 4);
        QCOMPARE(f_->chats->search(QStringLiteral("another")).size(), 2);
        // Once there is a place to keep them, new ones are kept, and these are in sight still.
        QVERIFY(QDir(f_->folder.path()).rmdir(QStringLiteral("chats.db")));
        const qint64 kept = f_->say(QStringLiteral("kept"), QStringLiteral("yes"));
        QVERIFY(kept > 0 && kept < id);
        QVERIFY(f_->chats->notices().isEmpty());
        QCOMPARE(f_->chats->conversations().size(), 3);
        QCOMPARE(f_->texts(id).size(), 4);
        QVERIFY(f_->chats->remove(other));
        f_->open();
        QCOMPARE(f_->chats->conversations().size(), 1);
    }

    void aFileOfANewerProgramIsReadBesideChatsThatAreNotKept() {
        f_->open();
        const qint64 old = f_->say(QStringLiteral("old"), QStringLiteral("yes"));
        f_->chats.reset();
        f_->execute("PRAGMA user_version = 99");
        f_->open();
        QVERIFY(f_->isAnyNotice("newer version"));
        QCOMPARE(f_->chats->send(old, QStringLiteral("more")), 0);
        QCOMPARE(f_->chats->send(0, QStringLiteral("new")), 0);
        f_->chats->allowUnkeptChat();
        QVERIFY2(f_->chats->send(old, QStringLiteral("more")) == 0, "it was said of a new chat");
        const qint64 id = f_->say(QStringLiteral("new"), QStringLiteral("yes"));
        QVERIFY(id > 0);
        QCOMPARE(f_->chats->conversations().size(), 2);
        QCOMPARE(f_->texts(old), QStringList({QStringLiteral("old"), QStringLiteral("yes")}));
        f_->open();
        QCOMPARE(f_->chats->conversations().size(), 1);
    }

    void aBackupThatIsOfferedComesBack() {
        f_->liveTwoDays();
        QVERIFY(QFile::remove(f_->file()));
        f_->open();
        QVERIFY(f_->isAnyNotice("missing or empty"));
        QVERIFY(f_->chats->keepsChats());
        const QString offered = f_->chats->offeredBackup();
        const QList<BackupInfo> backups = f_->chats->backups();
        QCOMPARE(backups.size(), 2);
        QCOMPARE(backups[0].file, offered);
        QVERIFY(backups[0].isReadable);
        QCOMPARE(backups[0].conversations, 1);
        QCOMPARE(backups[0].messages, 2);
        QCOMPARE(backups[0].made, f_->now);
        const qint64 taken = f_->say(QStringLiteral("meanwhile"), QStringLiteral("yes"));
        QVERIFY(f_->chats->conversation(taken).id != 0);
        f_->chats->setOpen(taken);
        QSignalSpy branch(f_->chats.get(), &ChatService::branchChanged);
        QSignalSpy list(f_->chats.get(), &ChatService::conversationsChanged);
        QVERIFY(f_->chats->restoreBackup(offered));
        QCOMPARE(branch.count(), 1);
        QVERIFY(list.count() > 0);
        QVERIFY(f_->chats->offeredBackup().isEmpty());
        QStringList titles;
        for (const ConversationInfo& conversation : f_->chats->conversations())
            titles.append(conversation.title);
        titles.sort();
        QCOMPARE(titles, QStringList({QStringLiteral("first day"), QStringLiteral("meanwhile")}));
        QVERIFY(f_->chats->restoreBackup(offered));
        QCOMPARE(f_->chats->conversations().size(), 2);
        QSignalSpy failed(f_->chats.get(), &ChatService::failed);
        QVERIFY(!f_->chats->restoreBackup(f_->folder.filePath(QStringLiteral("none"))));
        QCOMPARE(failed.count(), 1);
        f_->open();
        QVERIFY(f_->chats->notices().isEmpty());
        QCOMPARE(f_->chats->conversations().size(), 2);
    }

    void backupsThatAreDeclinedAreNotOfferedAgain() {
        f_->liveTwoDays();
        QVERIFY(QFile::remove(f_->file()));
        f_->open();
        QVERIFY(!f_->chats->offeredBackup().isEmpty());
        f_->open();
        QVERIFY2(!f_->chats->offeredBackup().isEmpty(), "nothing was decided");
        QVERIFY(f_->chats->declineBackups());
        QVERIFY(f_->chats->offeredBackup().isEmpty());
        f_->open();
        QVERIFY(f_->chats->offeredBackup().isEmpty());
        QVERIFY(f_->chats->notices().isEmpty());
        QVERIFY2(!f_->chats->backups().isEmpty(), "it can be brought back by hand");
    }

    void withoutAFileABackupCanBeRead() {
        f_->liveTwoDays();
        QVERIFY(QFile::remove(f_->file()));
        QVERIFY(QDir(f_->folder.path()).mkdir(QStringLiteral("chats.db")));
        f_->open();
        QVERIFY(!f_->chats->keepsChats());
        const QString offered = f_->chats->offeredBackup();
        QVERIFY(!offered.isEmpty());
        QVERIFY(f_->chats->restoreBackup(offered));
        QCOMPARE(f_->chats->conversations().size(), 1);
        const qint64 old = f_->chats->conversations()[0].id;
        QCOMPARE(f_->texts(old).size(), 2);
        QVERIFY2(!f_->chats->rename(old, QStringLiteral("x")), "it would be gone at the end");
        f_->chats->allowUnkeptChat();
        QVERIFY(f_->say(QStringLiteral("new"), QStringLiteral("yes")) > 0);
        QCOMPARE(f_->chats->conversations().size(), 2);
    }

    // As on a disk that fills up: the file is there, and takes nothing more.
    void whatTheFileRefusesInUseCanBeSaidWithoutBeingKept() {
        f_->open();
        const qint64 old = f_->say(QStringLiteral("old"), QStringLiteral("yes"));
        f_->execute(
            "CREATE TRIGGER refusing BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'no'); "
            "END");
        QSignalSpy refused(f_->chats.get(), &ChatService::keepingRefused);
        QCOMPARE(f_->chats->send(old, QStringLiteral("more")), 0);
        QCOMPARE(refused.count(), 1);
        QVERIFY(!f_->chats->keepsChats());
        QVERIFY(f_->isAnyNotice("not be saved"));
        QCOMPARE(f_->chats->send(0, QStringLiteral("new")), 0);
        QCOMPARE(refused.count(), 2);
        QCOMPARE(f_->chats->notices().size(), 1);
        f_->chats->allowUnkeptChat();
        const qint64 unkept = f_->say(QStringLiteral("new"), QStringLiteral("yes"));
        QVERIFY(unkept > old);
        QCOMPARE(f_->chats->conversations().size(), 2);
        f_->execute("DROP TRIGGER refusing");
        QCOMPARE(f_->say(QStringLiteral("more"), QStringLiteral("yes"), old), old);
        QVERIFY(f_->chats->keepsChats());
        QVERIFY(f_->chats->notices().isEmpty());
        f_->open();
        QCOMPARE(f_->chats->conversations().size(), 1);
        QCOMPARE(f_->texts(old).size(), 4);
    }

    void whatWasWrittenOnAFullDiskIsSavedOnceThereIsRoom() {
        f_->open();
        const qint64 id = f_->chats->send(0, QStringLiteral("asked"));
        QVERIFY(id != 0);
        f_->execute(
            "CREATE TRIGGER refusing BEFORE UPDATE ON messages BEGIN SELECT RAISE(ABORT, 'no'); "
            "END");
        QSignalSpy failed(f_->chats.get(), &ChatService::failed);
        QSignalSpy saved(f_->chats.get(), &ChatService::savedAgain);
        f_->generator.begin(f_->generator.lastId());
        f_->generator.write(f_->generator.lastId(), QStringLiteral("the answer"), {1});
        f_->generator.end(f_->generator.lastId());
        QCOMPARE(failed.count(), 1);
        QCOMPARE(saved.count(), 0);
        f_->execute("DROP TRIGGER refusing");
        QTRY_COMPARE(saved.count(), 1);
        QCOMPARE(failed.count(), 1);
        f_->open();
        QCOMPARE(f_->texts(id),
                 QStringList({QStringLiteral("asked"), QStringLiteral("the answer")}));
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatHistoryTest)
#include "chat_history_test.moc"
