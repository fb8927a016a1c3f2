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

    void aSecondStartHandsItsModelToTheFirst() {
        QTemporaryDir folder;
        const QString data = folder.filePath(QStringLiteral("data"));
        const QString tiny = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny");
        const QString name = QStringLiteral("an other 模型");
        QVERIFY(QDir(folder.path()).mkdir(name));
        for (const QString& file : QDir(tiny).entryList(QDir::Files))
            QVERIFY(QFile::copy(tiny + u'/' + file, folder.filePath(name + u'/' + file)));
        QProcess first;
        first.start(QStringLiteral(DSM_PROGRAM),
                    {QStringLiteral("--data-dir"), data, QStringLiteral("--model"), tiny});
        QVERIFY(first.waitForStarted(kWaitMs));
        QTRY_VERIFY_WITH_TIMEOUT(isReady(first, data + QStringLiteral("/conversations.db")),
                                 kWaitMs);
        QProcess second;
        second.setWorkingDirectory(folder.path());
        second.start(QStringLiteral(DSM_PROGRAM),
                     {QStringLiteral("--data-dir"), data, QStringLiteral("--model"), name});
        QVERIFY(second.waitForFinished(kWaitMs));
        QCOMPARE(second.exitStatus(), QProcess::NormalExit);
        QCOMPARE(second.exitCode(), 0);
        // A model that was loaded by its folder is listed from then on.
        const auto isListed = [&] {
            QFile list(data + QStringLiteral("/models.json"));
            return list.open(QIODevice::ReadOnly) &&
                   QString::fromUtf8(list.readAll()).contains(folder.filePath(name));
        };
        QTRY_VERIFY_WITH_TIMEOUT(isListed(), kWaitMs);
        QCOMPARE(first.state(), QProcess::Running);
        QCOMPARE(::kill(static_cast<pid_t>(first.processId()), SIGTERM), 0);
        QVERIFY(first.waitForFinished(kWaitMs));
        QCOMPARE(first.exitCode(), 0);
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
