// The download service as the windows use it.
#include <QSignalSpy>
#include <QTest>

#include "app/services/downloads/catalogue.h"
#include "tests/app/services/downloads/download_fixture.h"

namespace dsm {

using test::DownloadFixture;
using test::HubServer;
using test::Misdeed;
using test::ServedRequest;

namespace {

constexpr qint64 kWeights = 24 << 20;

}  // namespace

class DownloadServiceTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup() { it_.reset(); }

    void whatCannotBeStartedIsRefused_data();
    void whatCannotBeStartedIsRefused();
    void licenceIsAcceptedOnce();
    void sameModelIsOneDownload();
    void pausedDownloadGoesOnWhereItWas();
    void cancelledDownloadLeavesNothing();
    void cancelledDownloadLeavesOtherFilesAlone();
    void removedDownloadKeepsItsPart();
    void downloadsRunInTheirOrder();
    void restartGoesOnByItself();
    void restartWaitsWhereThatIsWanted();
    void speedLimitIsKept();
    void connectionsAreAsManyAsAllowed_data();
    void connectionsAreAsManyAsAllowed();
    void progressIsCountedAndRare();
    void lostNetworkIsTriedAgain();
    void filesOfTheSameContentsAreOneBlob();
    void changedFolderIsUsed();
    void downloadGoesToTheCacheThatWasAskedFor();
    void ownFilesAreKnownAfterARestart();
    void soundModelPassesItsCheck();
    void checksWaitForEachOther();

  private:
    DownloadFixture& it() { return *it_; }
    DownloadState stateOf(qint64 id) { return it().service->download(id).state; }

    std::unique_ptr<DownloadFixture> it_;
};

void DownloadServiceTest::init() {
    it_ = std::make_unique<DownloadFixture>();
    it().server->addModel(kWeights);
    it().open();
}

void DownloadServiceTest::whatCannotBeStartedIsRefused_data() {
    QTest::addColumn<QString>("repository");
    QTest::addColumn<QString>("endpoint");
    const QString good = QStringLiteral("org/name");
    QTest::newRow("no organisation") << QStringLiteral("name") << QString();
    QTest::newRow("a path") << QStringLiteral("../name") << QString();
    QTest::newRow("three parts") << QStringLiteral("a/b/c") << QString();
    QTest::newRow("a space") << QStringLiteral("a/b c") << QString();
    QTest::newRow("dashes that a folder could not tell") << QStringLiteral("a/b--c") << QString();
    QTest::newRow("no address") << good << QStringLiteral("huggingface");
    QTest::newRow("a file") << good << QStringLiteral("file:///etc");
    QTest::newRow("a password") << good << QStringLiteral("https://me:secret@example.org");
}

void DownloadServiceTest::whatCannotBeStartedIsRefused() {
    QFETCH(QString, repository);
    QFETCH(QString, endpoint);
    QSignalSpy failed(it().service.get(), &DownloadService::failed);
    QCOMPARE(it().service->start({{Source::Kind::HuggingFace, endpoint}, repository, {}}), 0);
    QCOMPARE(failed.count(), 1);
    QVERIFY(failed[0][1].toString().contains(QStringLiteral("It looks like")));
    QVERIFY(it().service->downloads().isEmpty());
}

void DownloadServiceTest::licenceIsAcceptedOnce() {
    const CatalogueEntry chat = catalogue().first();
    DownloadRequest request = it().request();
    request.repository = chat.repository;
    QCOMPARE(it().service->start(request), 0);
    it().service->acceptLicence(chat.licence.name);
    const qint64 id = it().service->start(request);
    QVERIFY(id > 0);
    QTRY_COMPARE(stateOf(id), DownloadState::Failed);  // this server does not have it
    it().close();
    it().open();
    QVERIFY(it().service->isLicenceAccepted(chat.licence.name));
}

void DownloadServiceTest::sameModelIsOneDownload() {
    it().server->setBytesPerSecond(1 << 20);
    const qint64 id = it().start();
    QCOMPARE(it().start(), id);
    DownloadRequest other = it().request();
    other.revision = QStringLiteral("v2");
    QVERIFY(it().service->start(other) != id);
    QCOMPARE(it().service->downloads().size(), 2);
}

void DownloadServiceTest::pausedDownloadGoesOnWhereItWas() {
    it().server->setBytesPerSecond(4 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 3);
    it().service->pause(id);
    QTRY_COMPARE(stateOf(id), DownloadState::Paused);
    const qint64 held = it().service->download(id).bytesDone;
    const qint64 sent = it().server->bytesSent();
    QTest::qWait(200);
    QVERIFY(it().server->bytesSent() - sent < (8 << 20));  // what was in flight
    QCOMPARE(it().service->download(id).bytesDone, held);
    it().server->setBytesPerSecond(0);
    const qint64 before = it().server->bytesSent();
    it().service->resume(id);
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
    QVERIFY(it().server->bytesSent() - before <= kWeights + 400'000 - held);
}

void DownloadServiceTest::cancelledDownloadLeavesNothing() {
    it().server->setBytesPerSecond(4 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 3);
    it().service->cancel(id);
    QVERIFY(it().service->downloads().isEmpty());
    QTRY_VERIFY(!QFile::exists(it().cache().repositoryFolder(it().server->repository())));
}

void DownloadServiceTest::cancelledDownloadLeavesOtherFilesAlone() {
    QVERIFY(it().start() > 0);
    QTRY_COMPARE(stateOf(1), DownloadState::Finished);
    // A newer version, of which all but the weights is the same.
    it().server->add({QStringLiteral("model.safetensors"), kWeights, 5, true});
    it().server->replaceCommit(QString(40, u'd'));
    it().server->setBytesPerSecond(4 << 20);
    it().start();
    it().waitFor(1, [](const DownloadInfo& i) { return i.state == DownloadState::Downloading; });
    QTest::qWait(300);
    QCOMPARE(it().parts().size(), 2);
    it().service->cancel(1);
    QTRY_VERIFY(it().parts().isEmpty());
    it().server->add({QStringLiteral("model.safetensors"), kWeights, 11, true});
    it().server->replaceCommit(QString(40, u'c'));
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
}

void DownloadServiceTest::removedDownloadKeepsItsPart() {
    it().server->setBytesPerSecond(4 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 3);
    it().service->remove(id);
    QVERIFY(it().service->downloads().isEmpty());
    QTest::qWait(300);
    QCOMPARE(it().parts().size(), 2);
    it().server->setBytesPerSecond(0);
    const qint64 before = it().server->bytesSent();
    const qint64 again = it().start();
    QTRY_COMPARE(stateOf(again), DownloadState::Finished);
    QVERIFY(it().server->bytesSent() - before < kWeights * 3 / 4);
}

void DownloadServiceTest::downloadsRunInTheirOrder() {
    HubServer other(QStringLiteral("other-org/other-model"));
    other.addModel(1 << 20);
    it().server->setBytesPerSecond(8 << 20);
    QList<qint64> order;
    QObject::connect(it().service.get(), &DownloadService::finished,
                     [&](qint64 id) { order.append(id); });
    const qint64 first = it().start();
    const qint64 second =
        it().service->start({{Source::Kind::HuggingFace, other.hub()}, other.repository(), {}});
    QTRY_COMPARE(stateOf(first), DownloadState::Downloading);
    QCOMPARE(stateOf(second), DownloadState::Waiting);
    QTRY_COMPARE_WITH_TIMEOUT(order.size(), 2, 20'000);
    QCOMPARE(order, (QList<qint64>{first, second}));
}

void DownloadServiceTest::restartGoesOnByItself() {
    it().server->setBytesPerSecond(4 << 20);
    const qint64 id = it().start();
    const qint64 held = it().waitForBytes(id, kWeights / 3).bytesDone;
    it().close();
    it().server->setBytesPerSecond(0);
    const qint64 before = it().server->bytesSent();
    it().open();
    QCOMPARE(it().service->downloads().size(), 1);
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
    QVERIFY(it().server->bytesSent() - before <= kWeights + 400'000 - held);
    it().close();
    it().open();
    QCOMPARE(stateOf(id), DownloadState::Finished);
}

void DownloadServiceTest::restartWaitsWhereThatIsWanted() {
    DownloadOptions options = it().service->options();
    options.resumesAtStart = false;
    it().service->setOptions(options);
    it().server->setBytesPerSecond(4 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 4);
    it().close();
    it().server->clearRequests();
    it().open();
    QTRY_COMPARE(stateOf(id), DownloadState::Paused);
    QTest::qWait(100);
    QCOMPARE(it().server->requests().size(), 0);
    it().server->setBytesPerSecond(0);
    it().service->resume(id);
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
}

void DownloadServiceTest::speedLimitIsKept() {
    DownloadOptions options = it().service->options();
    options.bytesPerSecond = 8 << 20;
    it().service->setOptions(options);
    QElapsedTimer timer;
    timer.start();
    const qint64 id = it().start();
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(id), DownloadState::Finished, 20'000);
    QVERIFY2(timer.elapsed() > 2'600 && timer.elapsed() < 5'000,
             qPrintable(QString::number(timer.elapsed())));
}

void DownloadServiceTest::connectionsAreAsManyAsAllowed_data() {
    QTest::addColumn<int>("connections");
    QTest::newRow("1") << 1;
    QTest::newRow("3") << 3;
    QTest::newRow("6") << 6;
}

void DownloadServiceTest::connectionsAreAsManyAsAllowed() {
    QFETCH(int, connections);
    it().server->add({QStringLiteral("model.safetensors"), qint64(64) << 20, 11, true});
    DownloadOptions options = it().service->options();
    options.connections = connections;
    it().service->setOptions(options);
    it().server->setBytesPerSecond(4 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, 2 << 20);
    // Pieces of 8 MB take two seconds each: those that run now are all that were begun.
    QCOMPARE(it().server->count([](const ServedRequest& r) { return r.isCdn; }), connections);
}

void DownloadServiceTest::progressIsCountedAndRare() {
    it().server->setBytesPerSecond(3 << 20);
    int signals_ = 0;
    bool hasSpeed = false;
    qint64 last = 0;
    QElapsedTimer timer;
    timer.start();
    const qint64 id = it().start();
    QObject::connect(it().service.get(), &DownloadService::progressed, [&](qint64 changed) {
        ++signals_;
        const DownloadInfo info = it().service->download(changed);
        QVERIFY(info.bytesDone >= last);
        last = info.bytesDone;
        hasSpeed |= info.bytesPerSecond > 1e6 && info.secondsLeft >= 0 && info.secondsLeft < 60;
    });
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(id), DownloadState::Finished, 20'000);
    QVERIFY(hasSpeed);
    QVERIFY(signals_ * 1000 <= timer.elapsed() * 11 + 3000);
    const DownloadInfo info = it().service->download(id);
    QCOMPARE(info.bytesDone, info.bytesTotal);
    QCOMPARE(info.filesDone, 4);
    QCOMPARE(info.filesTotal, 4);
}

void DownloadServiceTest::lostNetworkIsTriedAgain() {
    it().setup.times.tryAgain = std::chrono::milliseconds(300);
    it().open();
    Misdeed broken;
    broken.status = 503;
    it().server->setScript([broken](const ServedRequest&) { return broken; });
    const qint64 id = it().start();
    QTRY_COMPARE(stateOf(id), DownloadState::Failed);
    QVERIFY(it().service->download(id).triesAgain);
    it().server->setScript({});
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
}

void DownloadServiceTest::filesOfTheSameContentsAreOneBlob() {
    for (const char* name : {"a.json", "b.json", "c.json", "d.json"})
        it().server->add({QString::fromLatin1(name), 200'000, 55});
    it().server->add({QStringLiteral("again.safetensors"), kWeights, 11, true});
    const qint64 id = it().start();
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(id), DownloadState::Finished, 20'000);
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
    const auto isOneOfThem = [](const ServedRequest& request) {
        const QByteArray name = request.path.mid(request.path.lastIndexOf('/') + 1);
        return request.isBody() && name.size() == 6 && name.endsWith(".json");
    };
    QCOMPARE(it().server->count(isOneOfThem), 1);
    const DownloadInfo info = it().service->download(id);
    QCOMPARE(info.bytesDone, info.bytesTotal);
}

void DownloadServiceTest::changedFolderIsUsed() {
    it().server->setBytesPerSecond(4 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 4);
    DownloadOptions options = it().service->options();
    options.folder = it().folder.filePath(QStringLiteral("elsewhere"));
    it().service->setOptions(options);
    it().server->setBytesPerSecond(0);
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    QVERIFY(it().service->download(id).folder.startsWith(options.folder));
    QCOMPARE(it().service->cacheFolder(), options.folder);
}

void DownloadServiceTest::downloadGoesToTheCacheThatWasAskedFor() {
    const QString elsewhere = it().folder.filePath(QStringLiteral("elsewhere"));
    DownloadRequest request = it().request();
    request.cache = elsewhere;
    it().server->setBytesPerSecond(2'000'000);
    const qint64 id = it().service->start(request);
    it().waitForBytes(id, 100'000);
    it().close();  // it is remembered where it goes
    it().server->setBytesPerSecond(0);
    it().open();
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    QVERIFY(it().service->download(id).folder.startsWith(elsewhere + u'/'));
    QCOMPARE(HubCache(elsewhere).snapshots().size(), 1);
    QCOMPARE(it().cache().snapshots().size(), 0);
    // Of the same model elsewhere, it is another download.
    QVERIFY(it().start() != id);
}

void DownloadServiceTest::ownFilesAreKnownAfterARestart() {
    const qint64 id = it().start();
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    QSet<QString> written;
    const QList<CachedSnapshot> snapshots = it().cache().snapshots();
    for (const CachedFile& file : snapshots.first().files)
        written.insert(file.realPath);
    QTRY_COMPARE(it().service->ownFiles(), written);
    it().open();
    QCOMPARE(it().service->ownFiles(), written);
    QVERIFY(QDir(it().cacheRoot()).removeRecursively());
    it().open();
    QTRY_COMPARE(it().service->ownFiles(), QSet<QString>());
}

void DownloadServiceTest::soundModelPassesItsCheck() {
    const qint64 id = it().start();
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    QSignalSpy checked(it().service.get(), &DownloadService::integrityChecked);
    QSignalSpy progress(it().service.get(), &DownloadService::integrityProgressed);
    it().service->checkIntegrity(it().service->download(id).folder);
    QTRY_COMPARE(checked.count(), 1);
    QVERIFY(checked[0][1].toStringList().isEmpty());
    QVERIFY(checked[0][2].toStringList().isEmpty());
    QVERIFY(progress.count() > 0);
}

void DownloadServiceTest::checksWaitForEachOther() {
    const qint64 id = it().start();
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    const QString folder = it().service->download(id).folder;
    const QString plain = it().folder.filePath(QStringLiteral("plain"));
    QVERIFY(QDir().mkpath(plain));
    QVERIFY(QFile::copy(folder + QStringLiteral("/config.json"),
                        plain + QStringLiteral("/config.json")));
    QSignalSpy checked(it().service.get(), &DownloadService::integrityChecked);
    it().service->checkIntegrity(folder);
    it().service->checkIntegrity(plain);
    it().service->checkIntegrity(folder);  // under way already
    QTRY_COMPARE(checked.count(), 2);
    QCOMPARE(checked[0][0].toString(), folder);
    QCOMPARE(checked[0][2].toStringList(), QStringList());
    QCOMPARE(checked[1][0].toString(), plain);
    QCOMPARE(checked[1][2].toStringList(), QStringList{QStringLiteral("config.json")});
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::DownloadServiceTest)
#include "service_test.moc"
