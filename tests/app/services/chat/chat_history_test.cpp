// What becomes of chats whose file cannot be opened, cannot be written, is damaged, or is new
// beside backups.
#include <sqlite3.h>

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/services/chat/chat_service.h"
#include "app/services/program/settings.h"
#include "tests/app/services/chat/fake_generator.h"
#include "tests/support/faulty_vfs.h"

namespace dsm {

class ChatHistoryTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void withoutAFileEachChatIsAllowedByItself();
    void aFileOfANewerProgramIsReadBesideChatsThatAreNotKept();
    void damageMetAtTheOpeningIsRepairedBesideTheUse();
    void damageFoundByTheCheckIsRepairedWhileTheChatsAreRead();
    void closingDuringARepairLosesNothing();
    void aBackupThatIsOfferedComesBack();
    void backupsThatAreDeclinedAreNotOfferedAgain();
    void withoutAFileABackupCanBeRead();
    void whatTheFileRefusesInUseCanBeSaidWithoutBeingKept();
    void aRepairThatFailsLeavesInSightWhatCanBeRead();
    void damageThatCannotBeRepairedAtTheOpeningIsReadAround_data();
    void damageThatCannotBeRepairedAtTheOpeningIsReadAround();
    void whatTheBackupHoldsOfAnUnreadableFileIsShown();
    void chatsOfWhichNothingCanBeReadAreSaidToBeThere();
    void damageMetInAFileThatIsOnlyReadIsReadAround();
    void aNewerFileWithOtherTablesIsReadAround();
    void whatWasWrittenOnAFullDiskIsSavedOnceThereIsRoom();

  private:
    void open();
    QString file() const { return folder_->filePath(QStringLiteral("chats.db")); }
    qint64 ask(const QString& text, const QString& answer, qint64 conversation = 0);
    QStringList texts(qint64 conversation) const;
    void execute(const char* sql) const;
    void overwrite(qint64 at, qint64 size) const;
    qint64 pageOfMessages() const;
    // Two days of use, each with a backup; what was said on the second day is in none.
    void liveTwoDays();
    // A chat of 40 long questions; its file is closed.
    qint64 liveLong();
    bool isAnyNotice(const char* part) const;

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<FaultyVfs> disk_;  // longer than what has files on it
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<FakeGenerator> fake_;
    std::unique_ptr<ChatService> chats_;
    QDateTime now_;
};

void ChatHistoryTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    settings_ = std::make_unique<Settings>(folder_->filePath(QStringLiteral("settings.ini")));
    fake_ = std::make_unique<FakeGenerator>();
    now_ = QDateTime(QDate(2026, 3, 18), QTime(15, 0));
}

void ChatHistoryTest::cleanup() {
    chats_.reset();
    disk_.reset();
}

void ChatHistoryTest::open() {
    chats_.reset();
    chats_ =
        std::make_unique<ChatService>(file(), *fake_, *settings_, nullptr, [this] { return now_; });
}

qint64 ChatHistoryTest::ask(const QString& text, const QString& answer, qint64 conversation) {
    const qint64 id = chats_->send(conversation, text);
    if (id == 0) return 0;
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), answer, {1});
    fake_->end(fake_->lastId());
    return id;
}

QStringList ChatHistoryTest::texts(qint64 conversation) const {
    QStringList result;
    for (const MessageInfo& message : chats_->messages(conversation))
        result.append(message.text);
    return result;
}

void ChatHistoryTest::execute(const char* sql) const {
    sqlite3* database = nullptr;
    QCOMPARE(sqlite3_open(qPrintable(file()), &database), SQLITE_OK);
    QCOMPARE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
}

void ChatHistoryTest::overwrite(qint64 at, qint64 size) const {
    QFile bytes(file());
    QVERIFY(bytes.open(QIODevice::ReadWrite));
    QVERIFY(bytes.seek(at));
    bytes.write(QByteArray(size, 'z'));
}

// One page of the table of messages, neither the first nor the last.
qint64 ChatHistoryTest::pageOfMessages() const {
    sqlite3* database = nullptr;
    sqlite3_open(qPrintable(file()), &database);
    QList<qint64> pages;
    sqlite3_exec(
        database,
        "SELECT pageno FROM dbstat WHERE name = 'messages' AND pagetype = 'leaf' ORDER BY path",
        [](void* list, int, char** row, char**) {
            static_cast<QList<qint64>*>(list)->append(QByteArray(row[0]).toLongLong());
            return 0;
        },
        &pages, nullptr);
    sqlite3_close(database);
    return pages.isEmpty() ? 0 : (pages[pages.size() / 2] - 1) * 4096;
}

void ChatHistoryTest::liveTwoDays() {
    open();
    ask(QStringLiteral("first day"), QStringLiteral("yes"));
    QTRY_COMPARE(chats_->backups().size(), 1);
    chats_.reset();
    now_ = now_.addDays(1);
    open();
    QTRY_COMPARE(chats_->backups().size(), 2);
    ask(QStringLiteral("second day"), QStringLiteral("yes"));
    chats_.reset();
}

qint64 ChatHistoryTest::liveLong() {
    open();
    qint64 id = 0;
    for (int i = 0; i < 40; ++i)
        id = ask(QStringLiteral("question %1").arg(i), QString(900, QLatin1Char('a')), id);
    chats_.reset();
    execute("PRAGMA wal_checkpoint(TRUNCATE)");  // all in one file
    return id;
}

bool ChatHistoryTest::isAnyNotice(const char* part) const {
    return chats_->notices().join(QLatin1Char('\n')).contains(QLatin1String(part));
}

void ChatHistoryTest::withoutAFileEachChatIsAllowedByItself() {
    QVERIFY(QDir(folder_->path()).mkdir(QStringLiteral("chats.db")));
    open();
    QCOMPARE(chats_->notices().size(), 1);
    QVERIFY(isAnyNotice("not be saved"));
    QVERIFY(!chats_->keepsChats());
    QSignalSpy failed(chats_.get(), &ChatService::failed);
    QSignalSpy refused(chats_.get(), &ChatService::keepingRefused);
    QCOMPARE(chats_->send(0, QStringLiteral("hello")), 0);
    QCOMPARE(failed.count(), 1);
    QCOMPARE(refused.count(), 1);
    chats_->allowUnkeptChat();
    const qint64 id = ask(QStringLiteral("hello"), QStringLiteral("hi"));
    QVERIFY(id > 0);
    QCOMPARE(ask(QStringLiteral("more"), QStringLiteral("yes"), id), id);
    QCOMPARE(chats_->send(0, QStringLiteral("another chat")), 0);
    QCOMPARE(refused.count(), 2);
    chats_->allowUnkeptChat();
    const qint64 other = ask(QStringLiteral("another chat"), QStringLiteral("fine"));
    QVERIFY(other > id);
    QCOMPARE(chats_->conversations().size(), 2);
    QCOMPARE(texts(id).size(), 4);
    QCOMPARE(chats_->search(QStringLiteral("another")).size(), 2);
    // Once there is a place to keep them, new ones are kept, and these are in sight still.
    QVERIFY(QDir(folder_->path()).rmdir(QStringLiteral("chats.db")));
    const qint64 kept = ask(QStringLiteral("kept"), QStringLiteral("yes"));
    QVERIFY(kept > 0 && kept < id);
    QVERIFY(chats_->notices().isEmpty());
    QCOMPARE(chats_->conversations().size(), 3);
    QCOMPARE(texts(id).size(), 4);
    QVERIFY(chats_->remove(other));
    open();
    QCOMPARE(chats_->conversations().size(), 1);
}

void ChatHistoryTest::aFileOfANewerProgramIsReadBesideChatsThatAreNotKept() {
    open();
    const qint64 old = ask(QStringLiteral("old"), QStringLiteral("yes"));
    chats_.reset();
    execute("PRAGMA user_version = 99");
    open();
    QVERIFY(isAnyNotice("newer version"));
    QCOMPARE(chats_->send(old, QStringLiteral("more")), 0);
    QCOMPARE(chats_->send(0, QStringLiteral("new")), 0);
    chats_->allowUnkeptChat();
    QVERIFY2(chats_->send(old, QStringLiteral("more")) == 0, "it was said of a new chat");
    const qint64 id = ask(QStringLiteral("new"), QStringLiteral("yes"));
    QVERIFY(id > 0);
    QCOMPARE(chats_->conversations().size(), 2);
    QCOMPARE(texts(old), QStringList({QStringLiteral("old"), QStringLiteral("yes")}));
    open();
    QCOMPARE(chats_->conversations().size(), 1);
}

void ChatHistoryTest::damageMetAtTheOpeningIsRepairedBesideTheUse() {
    open();
    const qint64 id = ask(QStringLiteral("still there"), QStringLiteral("yes"));
    chats_.reset();
    overwrite(0, 100);
    open();
    QVERIFY(chats_->isRepairing());
    QVERIFY(isAnyNotice("being repaired"));
    chats_->setOpen(id);
    QSignalSpy failed(chats_.get(), &ChatService::failed);
    QSignalSpy branch(chats_.get(), &ChatService::branchChanged);
    QCOMPARE(chats_->send(0, QStringLiteral("too early")), 0);
    QVERIFY(failed.last()[0].toString().contains(QStringLiteral("being repaired")));
    QTRY_VERIFY(!chats_->isRepairing());
    QCOMPARE(branch.count(), 1);
    QCOMPARE(branch[0][0].toLongLong(), id);
    QVERIFY(!isAnyNotice("being repaired"));
    QVERIFY(isAnyNotice("was damaged"));
    QCOMPARE(texts(id), QStringList({QStringLiteral("still there"), QStringLiteral("yes")}));
    QVERIFY(ask(QStringLiteral("more"), QStringLiteral("yes"), id) == id);
    open();
    QVERIFY(chats_->notices().isEmpty());
    QCOMPARE(texts(id).size(), 4);
}

void ChatHistoryTest::damageFoundByTheCheckIsRepairedWhileTheChatsAreRead() {
    open();
    qint64 id = 0;
    for (int i = 0; i < 40; ++i)
        id = ask(QStringLiteral("question %1").arg(i), QString(900, QLatin1Char('a')), id);
    chats_.reset();
    const qint64 page = pageOfMessages();
    QVERIFY(page > 0);
    execute("UPDATE clean_stop SET clean = 0");
    overwrite(page, 4096);
    open();
    QVERIFY2(!chats_->isRepairing(), "the list opens before the check");
    chats_->setOpen(id);
    QSignalSpy branch(chats_.get(), &ChatService::branchChanged);
    bool wasRepairing = false;
    connect(chats_.get(), &ChatService::noticesChanged, this, [&] {
        if (wasRepairing || !isAnyNotice("being repaired")) return;
        wasRepairing = true;
        // The repair begins after this: nothing may be written that it would not carry over.
        QMetaObject::invokeMethod(
            this,
            [&] {
                if (!chats_->isRepairing()) return;
                QCOMPARE(chats_->send(0, QStringLiteral("too early")), 0);
                QVERIFY(!chats_->rename(id, QStringLiteral("too early")));
                QCOMPARE(chats_->conversations().size(), 1);
            },
            Qt::QueuedConnection);
    });
    QTRY_VERIFY(wasRepairing);
    QTRY_VERIFY(!chats_->isRepairing());
    QCOMPARE(branch.count(), 1);
    QVERIFY(isAnyNotice("was damaged"));
    QCOMPARE(chats_->conversations().size(), 1);
    QCOMPARE(chats_->conversation(id).title, QStringLiteral("question 0"));
    QTRY_VERIFY(chats_->search(QStringLiteral("question")).size() > 30);
    QVERIFY(ask(QStringLiteral("after"), QStringLiteral("yes"), id) == id);
    open();
    QVERIFY(chats_->notices().isEmpty());
    QVERIFY(texts(id).contains(QStringLiteral("after")));
}

void ChatHistoryTest::closingDuringARepairLosesNothing() {
    open();
    const qint64 id = ask(QStringLiteral("still there"), QStringLiteral("yes"));
    chats_.reset();
    overwrite(0, 100);
    open();
    QVERIFY(chats_->isRepairing());
    open();
    QTRY_VERIFY(!chats_->isRepairing());
    QCOMPARE(texts(id).size(), 2);
}

void ChatHistoryTest::aBackupThatIsOfferedComesBack() {
    liveTwoDays();
    QVERIFY(QFile::remove(file()));
    open();
    QVERIFY(isAnyNotice("missing or empty"));
    QVERIFY(chats_->keepsChats());
    const QString offered = chats_->offeredBackup();
    const QList<BackupInfo> backups = chats_->backups();
    QCOMPARE(backups.size(), 2);
    QCOMPARE(backups[0].file, offered);
    QVERIFY(backups[0].isReadable);
    QCOMPARE(backups[0].conversations, 1);
    QCOMPARE(backups[0].messages, 2);
    QCOMPARE(backups[0].made, now_);
    const qint64 taken = ask(QStringLiteral("meanwhile"), QStringLiteral("yes"));
    QVERIFY(chats_->conversation(taken).id != 0);
    chats_->setOpen(taken);
    QSignalSpy branch(chats_.get(), &ChatService::branchChanged);
    QSignalSpy list(chats_.get(), &ChatService::conversationsChanged);
    QVERIFY(chats_->restoreBackup(offered));
    QCOMPARE(branch.count(), 1);
    QVERIFY(list.count() > 0);
    QVERIFY(chats_->offeredBackup().isEmpty());
    QStringList titles;
    for (const ConversationInfo& conversation : chats_->conversations())
        titles.append(conversation.title);
    titles.sort();
    QCOMPARE(titles, QStringList({QStringLiteral("first day"), QStringLiteral("meanwhile")}));
    QVERIFY(chats_->restoreBackup(offered));
    QCOMPARE(chats_->conversations().size(), 2);
    QSignalSpy failed(chats_.get(), &ChatService::failed);
    QVERIFY(!chats_->restoreBackup(folder_->filePath(QStringLiteral("none"))));
    QCOMPARE(failed.count(), 1);
    open();
    QVERIFY(chats_->notices().isEmpty());
    QCOMPARE(chats_->conversations().size(), 2);
}

void ChatHistoryTest::backupsThatAreDeclinedAreNotOfferedAgain() {
    liveTwoDays();
    QVERIFY(QFile::remove(file()));
    open();
    QVERIFY(!chats_->offeredBackup().isEmpty());
    open();
    QVERIFY2(!chats_->offeredBackup().isEmpty(), "nothing was decided");
    QVERIFY(chats_->declineBackups());
    QVERIFY(chats_->offeredBackup().isEmpty());
    open();
    QVERIFY(chats_->offeredBackup().isEmpty());
    QVERIFY(chats_->notices().isEmpty());
    QVERIFY2(!chats_->backups().isEmpty(), "it can be brought back by hand");
}

void ChatHistoryTest::withoutAFileABackupCanBeRead() {
    liveTwoDays();
    QVERIFY(QFile::remove(file()));
    QVERIFY(QDir(folder_->path()).mkdir(QStringLiteral("chats.db")));
    open();
    QVERIFY(!chats_->keepsChats());
    const QString offered = chats_->offeredBackup();
    QVERIFY(!offered.isEmpty());
    QVERIFY(chats_->restoreBackup(offered));
    QCOMPARE(chats_->conversations().size(), 1);
    const qint64 old = chats_->conversations()[0].id;
    QCOMPARE(texts(old).size(), 2);
    QVERIFY2(!chats_->rename(old, QStringLiteral("x")), "it would be gone at the end");
    chats_->allowUnkeptChat();
    QVERIFY(ask(QStringLiteral("new"), QStringLiteral("yes")) > 0);
    QCOMPARE(chats_->conversations().size(), 2);
}

// As on a disk that fills up: the file is there, and takes nothing more.
void ChatHistoryTest::whatTheFileRefusesInUseCanBeSaidWithoutBeingKept() {
    open();
    const qint64 old = ask(QStringLiteral("old"), QStringLiteral("yes"));
    execute(
        "CREATE TRIGGER refusing BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'no'); END");
    QSignalSpy refused(chats_.get(), &ChatService::keepingRefused);
    QCOMPARE(chats_->send(old, QStringLiteral("more")), 0);
    QCOMPARE(refused.count(), 1);
    QVERIFY(!chats_->keepsChats());
    QVERIFY(isAnyNotice("not be saved"));
    QCOMPARE(chats_->send(0, QStringLiteral("new")), 0);
    QCOMPARE(refused.count(), 2);
    QCOMPARE(chats_->notices().size(), 1);
    chats_->allowUnkeptChat();
    const qint64 unkept = ask(QStringLiteral("new"), QStringLiteral("yes"));
    QVERIFY(unkept > old);
    QCOMPARE(chats_->conversations().size(), 2);
    execute("DROP TRIGGER refusing");
    QCOMPARE(ask(QStringLiteral("more"), QStringLiteral("yes"), old), old);
    QVERIFY(chats_->keepsChats());
    QVERIFY(chats_->notices().isEmpty());
    open();
    QCOMPARE(chats_->conversations().size(), 1);
    QCOMPARE(texts(old).size(), 4);
}

void ChatHistoryTest::aRepairThatFailsLeavesInSightWhatCanBeRead() {
    open();
    qint64 id = 0;
    for (int i = 0; i < 40; ++i)
        id = ask(QStringLiteral("question %1").arg(i), QString(900, QLatin1Char('a')), id);
    chats_.reset();
    const qint64 page = pageOfMessages();
    execute("UPDATE clean_stop SET clean = 0");
    overwrite(page, 4096);
    const QString inTheWay = QStringLiteral("chats.db.restoring/x");
    QVERIFY(QDir(folder_->path()).mkpath(inTheWay));
    open();
    QTRY_VERIFY(isAnyNotice("could not be repaired"));
    QCOMPARE(chats_->conversations().size(), 1);
    // Now not even the list of a new opening can be read; what was open can.
    overwrite(0, 100);
    QCOMPARE(chats_->send(id, QStringLiteral("more")), 0);
    QTRY_VERIFY(!chats_->isRepairing());
    QCOMPARE(chats_->conversations().size(), 1);
    QVERIFY(isAnyNotice("could not be repaired"));
    QVERIFY(QDir(folder_->path()).rmpath(inTheWay));
    QCOMPARE(chats_->send(id, QStringLiteral("more")), 0);
    QTRY_VERIFY(!chats_->isRepairing());
    QVERIFY(isAnyNotice("was damaged"));
    QCOMPARE(ask(QStringLiteral("more"), QStringLiteral("yes"), id), id);
}

void ChatHistoryTest::damageThatCannotBeRepairedAtTheOpeningIsReadAround_data() {
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

void ChatHistoryTest::damageThatCannotBeRepairedAtTheOpeningIsReadAround() {
    QFETCH(int, code);
    QFETCH(bool, isHeader);
    const qint64 id = liveLong();
    overwrite(isHeader ? 0 : 4096, isHeader ? 100 : 4096);
    const QString inTheWay = QStringLiteral("chats.db.restoring/x");
    disk_ = std::make_unique<FaultyVfs>();
    if (code == SQLITE_OK) {
        QVERIFY(QDir(folder_->path()).mkpath(inTheWay));
    } else {
        disk_->arm(1, code, FaultyVfs::Lasts::ForEver);
    }
    open();
    QTRY_VERIFY(!chats_->isRepairing());
    QVERIFY(!chats_->hidesChats());
    QCOMPARE(chats_->conversations().size(), 1);
    QVERIFY(texts(id).contains(QStringLiteral("question 30")));
    QVERIFY(chats_->search(QStringLiteral("question")).size() > 30);
    QVERIFY2(isAnyNotice(qPrintable(file())), "where the file lies");
    QVERIFY(isAnyNotice("could not be repaired or opened"));
    QVERIFY(!chats_->rename(id, QStringLiteral("not kept")));
    QCOMPARE(chats_->send(id, QStringLiteral("not kept")), 0);
    QTRY_VERIFY(!chats_->isRepairing());
    QVERIFY(texts(id).contains(QStringLiteral("question 30")));
    chats_->allowUnkeptChat();
    QVERIFY(ask(QStringLiteral("said to be unkept"), QStringLiteral("yes")) > id);
    QTRY_VERIFY(!chats_->isRepairing());  // sending had tried the file once more
    disk_->disarm();
    QDir(folder_->path()).rmpath(inTheWay);
    chats_->tryAgain();
    QTRY_VERIFY(!chats_->isRepairing());
    QVERIFY(isAnyNotice("was damaged"));
    QVERIFY(texts(id).contains(QStringLiteral("question 30")));
    QCOMPARE(ask(QStringLiteral("more"), QStringLiteral("yes"), id), id);
}

void ChatHistoryTest::whatTheBackupHoldsOfAnUnreadableFileIsShown() {
    liveTwoDays();
    QFile bytes(file());
    QVERIFY(bytes.open(QIODevice::WriteOnly));
    bytes.write(QByteArray(40000, 'z'));
    bytes.close();
    QVERIFY(QDir(folder_->path()).mkpath(QStringLiteral("chats.db.restoring/x")));
    open();
    QTRY_VERIFY(!chats_->isRepairing());
    QCOMPARE(chats_->conversations().size(), 1);
    QVERIFY(isAnyNotice("come from the backup"));
}

void ChatHistoryTest::chatsOfWhichNothingCanBeReadAreSaidToBeThere() {
    QFile bytes(file());
    QVERIFY(bytes.open(QIODevice::WriteOnly));
    bytes.write(QByteArray(40000, 'z'));
    bytes.close();
    const QString inTheWay = QStringLiteral("chats.db.restoring/x");
    QVERIFY(QDir(folder_->path()).mkpath(inTheWay));
    open();
    QTRY_VERIFY(!chats_->isRepairing());
    QVERIFY(chats_->hidesChats());
    QVERIFY(!chats_->keepsChats());
    QVERIFY(chats_->canTryAgain());
    QVERIFY(isAnyNotice("Nothing was removed"));
    QVERIFY(isAnyNotice(qPrintable(file())));
    QCOMPARE(chats_->send(0, QStringLiteral("not kept")), 0);
    QTRY_VERIFY(!chats_->isRepairing());
    QVERIFY(bytes.open(QIODevice::ReadOnly));
    QCOMPARE(bytes.readAll(), QByteArray(40000, 'z'));
    QVERIFY(QDir(folder_->path()).rmpath(inTheWay));
    chats_->tryAgain();
    QTRY_VERIFY(!chats_->isRepairing());
    QVERIFY(!chats_->hidesChats());
    QVERIFY(isAnyNotice("is kept as"));
}

void ChatHistoryTest::damageMetInAFileThatIsOnlyReadIsReadAround() {
    const qint64 id = liveLong();
    overwrite(pageOfMessages(), 4096);
    disk_ = std::make_unique<FaultyVfs>();
    disk_->arm(1, SQLITE_READONLY, FaultyVfs::Lasts::ForEver);
    open();
    QVERIFY(isAnyNotice("cannot be written"));
    QCOMPARE(chats_->conversations().size(), 1);
    texts(id);  // meets the page
    QTRY_VERIFY(chats_->isRepairing());
    QTRY_VERIFY(!chats_->isRepairing());
    QVERIFY(texts(id).size() > 30);
    QVERIFY(isAnyNotice("could not be repaired or opened"));
}

void ChatHistoryTest::aNewerFileWithOtherTablesIsReadAround() {
    open();
    ask(QStringLiteral("still there"), QStringLiteral("yes"));
    chats_.reset();
    execute("ALTER TABLE conversations RENAME COLUMN title TO name; PRAGMA user_version = 99");
    open();
    QTRY_VERIFY(!chats_->isRepairing());
    QVERIFY(isAnyNotice("newer version"));
    QCOMPARE(chats_->conversations().size(), 1);
    QCOMPARE(chats_->conversations()[0].title, QStringLiteral("still there"));
    QCOMPARE(texts(chats_->conversations()[0].id).size(), 2);
}

void ChatHistoryTest::whatWasWrittenOnAFullDiskIsSavedOnceThereIsRoom() {
    open();
    const qint64 id = chats_->send(0, QStringLiteral("asked"));
    QVERIFY(id != 0);
    execute(
        "CREATE TRIGGER refusing BEFORE UPDATE ON messages BEGIN SELECT RAISE(ABORT, 'no'); END");
    QSignalSpy failed(chats_.get(), &ChatService::failed);
    QSignalSpy saved(chats_.get(), &ChatService::savedAgain);
    fake_->begin(fake_->lastId());
    fake_->write(fake_->lastId(), QStringLiteral("the answer"), {1});
    fake_->end(fake_->lastId());
    QCOMPARE(failed.count(), 1);
    QCOMPARE(saved.count(), 0);
    execute("DROP TRIGGER refusing");
    QTRY_COMPARE(saved.count(), 1);
    QCOMPARE(failed.count(), 1);
    open();
    QCOMPARE(texts(id), QStringList({QStringLiteral("asked"), QStringLiteral("the answer")}));
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ChatHistoryTest)
#include "chat_history_test.moc"
