// Starts the desktop program itself, without a display, as a session does.

#include <signal.h>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

class DesktopTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void signalsEndItAsClosingTheWindowDoes_data() {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGINT") << SIGINT;
    }

    void signalsEndItAsClosingTheWindowDoes() {
        QFETCH(int, signal);
        QTemporaryDir folder;
        QProcess program;
        program.start(QStringLiteral(DSM_PROGRAM),
                      {QStringLiteral("--data-dir"), folder.path(), QStringLiteral("--model"),
                       QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny")});
        QVERIFY(program.waitForStarted(kWaitMs));
        // The window is there, and takes signals, once the store is.
        const QString database = folder.filePath(QStringLiteral("conversations.db"));
        QTRY_VERIFY_WITH_TIMEOUT(isReady(program, database), kWaitMs);
        QCOMPARE(::kill(static_cast<pid_t>(program.processId()), signal), 0);
        QVERIFY(program.waitForFinished(kWaitMs));
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), 0);
        // What the window writes when it is closed, and what the store does.
        QFile settings(folder.filePath(QStringLiteral("config/settings.ini")));
        QVERIFY(settings.open(QIODevice::ReadOnly));
        QVERIFY(settings.readAll().contains("geometry"));
        QVERIFY(!QFile::exists(database + QStringLiteral("-wal")));
    }

  private:
    static constexpr int kWaitMs = 60'000;

    // From SIGCGT of the process: a signal that comes before the program catches it kills.
    static bool isReady(const QProcess& program, const QString& database) {
        QFile status(QStringLiteral("/proc/%1/status").arg(program.processId()));
        if (!QFile::exists(database) || !status.open(QIODevice::ReadOnly)) return false;
        for (const QByteArray& line : status.readAll().split('\n')) {
            if (!line.startsWith("SigCgt:")) continue;
            const quint64 caught = line.mid(7).trimmed().toULongLong(nullptr, 16);
            return ((caught >> (SIGTERM - 1)) & 1U) != 0;
        }
        return false;
    }
};

QTEST_GUILESS_MAIN(DesktopTest)
#include "desktop_test.moc"
