#include "app/services/chat/drafts.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

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
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::DraftsTest)
#include "drafts_test.moc"
