// The list of connections knows of every request that leaves the program, and where none is allowed none
// leaves.
#include "app/services/program/connections.h"

#include <QTest>
#include <atomic>

#include "tests/app/services/downloads/download_fixture.h"

namespace dsm {

using test::DownloadFixture;
using test::Misdeed;
using test::ServedRequest;

namespace {

constexpr qint64 kWeights = 3 << 20;

}  // namespace

class ConnectionsTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<Connections> connections_;
    std::unique_ptr<DownloadFixture> it_;
    std::atomic<int> served_ = 0;

    QString file() const { return folder_.filePath(QStringLiteral("connections.json")); }

  private Q_SLOTS:
    void init() {
        QFile::remove(file());
        connections_ = std::make_unique<Connections>(file());
        it_ = std::make_unique<DownloadFixture>();
        it_->setup.connections = connections_.get();
        it_->server->addModel(kWeights);
        served_ = 0;
        it_->server->setScript([this](const ServedRequest&) {
            ++served_;
            return Misdeed{};
        });
    }
    void cleanup() {
        it_.reset();
        connections_.reset();
    }

    void everyRequestIsListedWithHostReasonAndBytes() {
        const qint64 id = it_->start();
        QCOMPARE(it_->waitForEnd(id).state, DownloadState::Finished);
        it_->close();
        const QList<Connection> all = connections_->all();
        QCOMPARE(all.size(), served_.load());
        qint64 bytes = 0;
        QSet<QString> hosts;
        for (const Connection& one : all) {
            hosts.insert(one.host);
            if (one.isFile) bytes += one.bytes;
            QVERIFY(one.when.secsTo(QDateTime::currentDateTime()) < 600);
            QVERIFY(!one.path.contains(u'?'));
            QVERIFY(one.outcome == Connection::Outcome::Answered);
        }
        QCOMPARE(hosts, (QSet<QString>{QStringLiteral("127.0.0.1"), QStringLiteral("127.0.0.2")}));
        QVERIFY(bytes >= kWeights);
        QVERIFY(all.front().when >= all.back().when);
    }

    void whereNoneIsAllowedNoneIsMadeAndItIsSaid() {
        connections_->setAllowed(false);
        const qint64 id = it_->start();
        const DownloadInfo info = it_->waitForEnd(id);
        QCOMPARE(info.state, DownloadState::Failed);
        QVERIFY2(info.error.contains(QStringLiteral("never to connect")), qPrintable(info.error));
        QCOMPARE(served_.load(), 0);
        QVERIFY(!connections_->all().isEmpty());
        for (const Connection& one : connections_->all())
            QVERIFY(one.outcome == Connection::Outcome::Refused);
        connections_->setAllowed(true);
        it_->seenEnds = it_->ends;
        it_->service->resume(id);
        QCOMPARE(it_->waitForEnd(id).state, DownloadState::Finished);
    }

    void theListAndTheSwitchOutliveTheProgram() {
        const qint64 id =
            connections_->begin(QStringLiteral("example.org"), QStringLiteral("/a/b.bin"), true);
        connections_->end(id, 77, Connection::Outcome::Answered);
        connections_->begin(QStringLiteral("example.org"), QStringLiteral("/c"), false);
        connections_->setAllowed(false);
        connections_.reset();
        connections_ = std::make_unique<Connections>(file());
        QVERIFY(!connections_->isAllowed());
        const QList<Connection> all = connections_->all();
        QCOMPARE(all.size(), 2);
        QCOMPARE(all[1].host, QStringLiteral("example.org"));
        QCOMPARE(all[1].bytes, 77);
        QVERIFY(all[1].isFile && all[1].when.isValid());
        QVERIFY2(all[0].outcome == Connection::Outcome::Failed, "nobody knows how it ended");
        connections_->clear();
        QVERIFY(connections_->all().isEmpty());
    }

    void onlyTheNewestAreKeptAndADamagedFileAllows() {
        for (int i = 0; i < Connections::kMost + 5; ++i)
            connections_->begin(QStringLiteral("h"), QString::number(i), false);
        QCOMPARE(connections_->all().size(), Connections::kMost);
        QCOMPARE(connections_->all().front().path, QString::number(Connections::kMost + 4));
        connections_.reset();
        QFile damaged(file());
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        damaged.write("{ half");
        damaged.close();
        connections_ = std::make_unique<Connections>(file());
        QVERIFY(connections_->isAllowed());
        QVERIFY(connections_->all().isEmpty());
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ConnectionsTest)
#include "connections_test.moc"
