#include "app/services/chat/drafts.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <cstdio>

namespace dsm {

class DraftsTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString file() const { return folder_.filePath(QStringLiteral("drafts.json")); }

    static QByteArray read(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    void write(const QByteArray& bytes) const {
        QFile out(file());
        QVERIFY(out.open(QIODevice::WriteOnly | QIODevice::Truncate));
        QCOMPARE(out.write(bytes), bytes.size());
    }

  private Q_SLOTS:
    void init() {
        QFile::remove(file());
        QFile::remove(file() + QStringLiteral(".damaged"));
    }

    void eachChatKeepsItsOwnOverTheEnd() {
        {
            Drafts drafts(file());
            drafts.set(0, QStringLiteral("for a new one"));
            drafts.set(7, QStringLiteral("半句话\n\"and\" more"));
            drafts.set(8, QStringLiteral("sent"));
            drafts.set(8, {});
        }
        const Drafts drafts(file());
        QCOMPARE(drafts.of(0), QStringLiteral("for a new one"));
        QCOMPARE(drafts.of(7), QStringLiteral("半句话\n\"and\" more"));
        QCOMPARE(drafts.of(8), QString());
        QCOMPARE(QFile::permissions(file()) & (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
    }

    // As a crash finds it: nobody has said goodbye.
    void whatIsTypedIsOnTheDiskWhileTypingGoesOn() {
        Drafts drafts(file());
        QString text;
        QTRY_VERIFY_WITH_TIMEOUT((drafts.set(3, text += u'x'), read(file()).contains("xx")),
                                 30'000);
        const QString sent = text;
        drafts.set(3, sent + QStringLiteral(" end"));
        QTRY_VERIFY_WITH_TIMEOUT(read(file()).contains(" end"), 30'000);
    }

    void aDamagedFileIsSetAside_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("cut") << QByteArray("{\"0\": {\"text\": \"important");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("other") << QByteArray("[1, 2]");
    }

    void aDamagedFileIsSetAside() {
        QFETCH(QByteArray, bytes);
        write(bytes);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("cannot be read")));
        {
            Drafts drafts(file());
            QCOMPARE(drafts.of(0), QString());
            drafts.set(0, QStringLiteral("another"));
        }
        QCOMPARE(read(file() + QStringLiteral(".damaged")), bytes);
        QCOMPARE(Drafts(file()).of(0), QStringLiteral("another"));
    }

    void whatCannotBeWrittenIsSaidOnce() {
        Drafts drafts(folder_.filePath(QStringLiteral("no/such/folder/drafts.json")));
        QSignalSpy failed(&drafts, &Drafts::failed);
        drafts.set(0, QStringLiteral("a"));
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("drafts.json")));
        QCOMPARE(drafts.of(0), QStringLiteral("a"));
    }

    void draftsOfChatsThatAreGoneGoAMonthLater() {
        const QByteArray old =
            QDateTime::currentDateTimeUtc().addDays(-40).toString(Qt::ISODate).toLatin1();
        const QByteArray fresh =
            QDateTime::currentDateTimeUtc().addDays(-4).toString(Qt::ISODate).toLatin1();
        write("{\"0\":{\"text\":\"new\",\"written\":\"" + old +
              "\"},\"1\":{\"text\":\"gone\",\"written\":\"" + old +
              "\"},\"2\":{\"text\":\"in the trash\",\"written\":\"" + fresh +
              "\"},\"3\":{\"text\":\"there\",\"written\":\"" + old + "\"}}");
        Drafts drafts(file());
        drafts.prune([](qint64 id) { return id == 3; });
        QCOMPARE(drafts.of(0), QStringLiteral("new"));
        QCOMPARE(drafts.of(1), QString());
        QCOMPARE(drafts.of(2), QStringLiteral("in the trash"));
        QCOMPARE(drafts.of(3), QStringLiteral("there"));
    }

    void whatAKilledProcessHadOnTheDiskIsThere() {
        QFile::remove(file());
        int kept = -1;
        for (int round = 0; round < 2; ++round) {
            QProcess writer;
            writer.start(QCoreApplication::applicationFilePath(),
                         {kWriteForEver, file(), QString::number(kept + 1)});
            QVERIFY(writer.waitForStarted());
            const int before = kept;
            while (kept < before + 2) {
                QVERIFY2(writer.waitForReadyRead(), "it writes nothing any more");
                for (const QByteArray& line : writer.readAll().split('\n')) {
                    if (!line.isEmpty()) kept = line.toInt();
                }
            }
            writer.kill();  // SIGKILL
            QVERIFY(writer.waitForFinished());
            QCOMPARE(writer.exitStatus(), QProcess::CrashExit);
            const Drafts drafts(file());
            const QString left = drafts.of(7);
            QVERIFY2(left.startsWith(textOf(0).chopped(1)), qPrintable(left));
            QVERIFY(left.mid(textOf(0).size() - 1).toInt() >= kept);
            QCOMPARE(drafts.of(0), QStringLiteral("new"));
        }
    }

  public:
    // The other process: says the number of each draft once a reader of the file would find it.
    static int writeForEver(const QString& path, int number) {
        Drafts drafts(path);
        drafts.set(0, QStringLiteral("new"));
        for (;; ++number) {
            drafts.set(7, textOf(number));
            while (!read(path).contains(textOf(number).toUtf8()))
                QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
            std::printf("%d\n", number);
            std::fflush(stdout);
        }
    }

    static inline const QString kWriteForEver = QStringLiteral("--write-for-ever");

  private:
    static QString textOf(int number) { return QStringLiteral("message #%1").arg(number); }
};

}  // namespace dsm

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments[1] == dsm::DraftsTest::kWriteForEver)
        return dsm::DraftsTest::writeForEver(arguments[2], arguments[3].toInt());
    dsm::DraftsTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "drafts_test.moc"
