// ChatFileFixture: chats whose file the test changes while no program has it open.
#pragma once

#include <sqlite3.h>

#include <QFile>
#include <QTest>
#include <memory>

#include "tests/app/services/chat/chats_fixture.h"
#include "tests/support/faulty_vfs.h"

namespace dsm {

class ChatFileFixture : public ChatsFixture {
  public:
    ChatFileFixture() : ChatsFixture(Begins::Closed) {}
    ~ChatFileFixture() { chats.reset(); }

    void execute(const char* sql) const {
        sqlite3* database = nullptr;
        QCOMPARE(sqlite3_open(qPrintable(file()), &database), SQLITE_OK);
        QCOMPARE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(database);
    }

    void overwrite(qint64 at, qint64 size) const {
        QFile bytes(file());
        QVERIFY(bytes.open(QIODevice::ReadWrite));
        QVERIFY(bytes.seek(at));
        bytes.write(QByteArray(size, 'z'));
    }

    // One page of the table of messages, neither the first nor the last.
    qint64 pageOfMessages() const {
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

    // Two days of use, each with a backup; what was said on the second day is in none.
    void liveTwoDays() {
        open();
        say(QStringLiteral("first day"), QStringLiteral("yes"));
        QTRY_COMPARE(chats->backups().size(), 1);
        chats.reset();
        now = now.addDays(1);
        open();
        QTRY_COMPARE(chats->backups().size(), 2);
        say(QStringLiteral("second day"), QStringLiteral("yes"));
        chats.reset();
    }

    // A chat of 40 long questions; its file is closed.
    qint64 liveLong() {
        open();
        qint64 id = 0;
        for (int i = 0; i < 40; ++i)
            id = say(QStringLiteral("question %1").arg(i), QString(900, QLatin1Char('a')), id);
        chats.reset();
        execute("PRAGMA wal_checkpoint(TRUNCATE)");  // all in one file
        return id;
    }

    bool isAnyNotice(const char* part) const {
        return chats->notices().join(QLatin1Char('\n')).contains(QLatin1String(part));
    }

    std::unique_ptr<FaultyVfs> disk;  // longer than what has files on it
};

}  // namespace dsm
