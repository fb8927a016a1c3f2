// Whoever speaks to the socket of a program that runs, and whoever listens in its place.
#include "app/services/program/single_instance.h"

#include <sys/stat.h>
#include <unistd.h>

#include <QFile>
#include <QLocalServer>
#include <QLocalSocket>
#include <QLockFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace dsm {
namespace {

constexpr int kWaitMs = 15'000;
constexpr uid_t kNobody = 65'534;

// What this thread does is done as somebody else while it lives.
class AsAnotherUser {
  public:
    AsAnotherUser() : done_(::seteuid(kNobody) == 0) {}
    ~AsAnotherUser() {
        if (done_ && ::seteuid(0) != 0) qFatal("no way back");
    }
    AsAnotherUser(const AsAnotherUser&) = delete;
    AsAnotherUser& operator=(const AsAnotherUser&) = delete;

  private:
    bool done_;
};

}  // namespace

class SingleInstanceTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        QFile::setPermissions(folder_->path(), QFileDevice::Permissions(0x7777));
    }

    void whatIsNoCallIsTurnedAway_data();
    void whatIsNoCallIsTurnedAway();
    void aMessageWithoutAnEndIsTurnedAway();
    void whoSaysNothingHoldsNobodyUp();
    void aCallerOfAnotherUserIsNotHeard();
    void whoAnswersWronglyIsNotTheFirst();
    void aSocketOfAnotherUserIsNotBelieved();

  private:
    QString socket() const { return folder_->filePath(QStringLiteral("call")); }
    std::unique_ptr<QLocalSocket> connected() const {
        auto caller = std::make_unique<QLocalSocket>();
        caller->connectToServer(socket());
        if (!caller->waitForConnected(kWaitMs)) qWarning("not connected");
        return caller;
    }
    // Of a second start, while this thread has an event loop.
    bool isHeard() const {
        std::atomic<bool> isOver = false, isHeard = false;
        const std::jthread thread([&] {
            SingleInstance second(folder_->path());
            isHeard = !second.isFirst() && second.callFirst(QStringLiteral("/a model"));
            isOver = true;
        });
        return QTest::qWaitFor([&] { return isOver.load(); }, 4 * kWaitMs) && isHeard;
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

void SingleInstanceTest::whatIsNoCallIsTurnedAway_data() {
    QTest::addColumn<QByteArray>("call");
    QTest::newRow("no base64") << QByteArray("load this, please!\n");
    QTest::newRow("half of base64") << QByteArray("L3g=L3g=x\n");
    QTest::newRow("a relative path") << QByteArray("../x").toBase64() + '\n';
    QTest::newRow("no UTF-8") << QByteArray("/\xff\xfe").toBase64() + '\n';
    QTest::newRow("a NUL") << QByteArray("/a\0b", 4).toBase64() + '\n';
    QTest::newRow("a web browser") << QByteArray("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    QTest::newRow("bytes") << QByteArray(1000, '\x80') + '\n';
}

void SingleInstanceTest::whatIsNoCallIsTurnedAway() {
    QFETCH(QByteArray, call);
    const SingleInstance first(folder_->path());
    QSignalSpy called(&first, &SingleInstance::called);
    const auto caller = connected();
    caller->write(call);
    QTRY_COMPARE_WITH_TIMEOUT(caller->state(), QLocalSocket::UnconnectedState, kWaitMs);
    QVERIFY(caller->readAll().isEmpty());
    QCOMPARE(called.count(), 0);
    QVERIFY(isHeard());
    QCOMPARE(called.count(), 1);
}

void SingleInstanceTest::aMessageWithoutAnEndIsTurnedAway() {
    const SingleInstance first(folder_->path());
    QSignalSpy called(&first, &SingleInstance::called);
    const auto caller = connected();
    qint64 taken = 0;
    connect(caller.get(), &QLocalSocket::bytesWritten, this, [&](qint64 bytes) { taken += bytes; });
    caller->write(QByteArray(8 << 20, 'A'));
    QTRY_COMPARE_WITH_TIMEOUT(caller->state(), QLocalSocket::UnconnectedState, kWaitMs);
    QVERIFY2(taken < 2 << 20, qPrintable(QString::number(taken)));
    QCOMPARE(called.count(), 0);
    QVERIFY(isHeard());
}

void SingleInstanceTest::whoSaysNothingHoldsNobodyUp() {
    const SingleInstance first(folder_->path());
    std::vector<std::unique_ptr<QLocalSocket>> callers;
    for (int i = 0; i < 100; ++i) {
        callers.push_back(connected());
        QCoreApplication::processEvents();  // the first takes no more than some at once
    }
    QVERIFY(isHeard());
    for (const auto& caller : callers)
        QTRY_COMPARE_WITH_TIMEOUT(caller->state(), QLocalSocket::UnconnectedState, kWaitMs);
}

void SingleInstanceTest::aCallerOfAnotherUserIsNotHeard() {
    if (::geteuid() != 0) QSKIP("only root can be somebody else");
    const SingleInstance first(folder_->path());
    QSignalSpy called(&first, &SingleInstance::called);
    // The socket admits its user alone; a system may ignore that.
    QCOMPARE(::chmod(QFile::encodeName(socket()).constData(), 0777), 0);
    std::unique_ptr<QLocalSocket> caller;
    {
        const AsAnotherUser other;
        caller = connected();
    }
    caller->write(QByteArray("/a model").toBase64() + '\n');
    QTRY_COMPARE_WITH_TIMEOUT(caller->state(), QLocalSocket::UnconnectedState, kWaitMs);
    QCOMPARE(called.count(), 0);
}

void SingleInstanceTest::whoAnswersWronglyIsNotTheFirst() {
    QLockFile lock(folder_->filePath(QStringLiteral("lock")));
    QVERIFY(lock.tryLock());
    QLocalServer other;
    QVERIFY(other.listen(socket()));
    connect(&other, &QLocalServer::newConnection, this, [&other] {
        QLocalSocket* caller = other.nextPendingConnection();
        caller->write(QByteArray(1 << 20, '?'));
        caller->flush();
    });
    QVERIFY(!isHeard());
}

void SingleInstanceTest::aSocketOfAnotherUserIsNotBelieved() {
    if (::geteuid() != 0) QSKIP("only root can be somebody else");
    QLockFile lock(folder_->filePath(QStringLiteral("lock")));
    QVERIFY(lock.tryLock());
    QLocalServer other;
    other.setSocketOptions(QLocalServer::WorldAccessOption);
    {
        const AsAnotherUser somebody;
        QVERIFY(other.listen(socket()));
    }
    QByteArray heard;
    connect(&other, &QLocalServer::newConnection, this, [&] {
        QLocalSocket* caller = other.nextPendingConnection();
        caller->write("!");
        connect(caller, &QLocalSocket::readyRead, caller,
                [&heard, caller] { heard += caller->readAll(); });
    });
    QVERIFY(!isHeard());
    QVERIFY2(heard.isEmpty(), "which model is loaded is nobody else's business");
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::SingleInstanceTest)
#include "single_instance_test.moc"
