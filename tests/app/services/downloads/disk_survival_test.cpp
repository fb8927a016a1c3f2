// What a downloader must survive at home: disks that fail or are full, and a second program.
#include <unistd.h>

#include <QProcess>
#include <QSignalSpy>
#include <QTest>
#include <atomic>
#include <cerrno>

#include "tests/app/services/downloads/survival_fixture.h"

namespace dsm {

using namespace test;

class DiskSurvivalTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { it_ = std::make_unique<SurvivalFixture>(); }
    void cleanup() { it_.reset(); }

    void fullDiskStopsAtOnceAndKeepsThePart();
    void realFullDiskStopsAtOnce();
    void failedSyncIsNotRecorded();
    void readOnlyFolderStopsAtOnce();
    void missingSpaceIsSaidBeforeTheStart();
    void spaceThatDisappearsIsNoticedMidway();
    void secondInstanceIsKeptOut();

  private:
    SurvivalFixture& it() { return *it_; }

    std::unique_ptr<SurvivalFixture> it_;
};

void DiskSurvivalTest::fullDiskStopsAtOnceAndKeepsThePart() {
    auto written = std::make_shared<std::atomic<qint64>>(0);
    auto isFull = std::make_shared<std::atomic<bool>>(true);
    it().system.pwrite = [=](int fd, const void* bytes, size_t size, off_t at) -> ssize_t {
        // The records of a few blocks find room in what they have.
        if (size < 4096) return ::pwrite(fd, bytes, size, at);
        if (*isFull && *written > kWeights / 2) {
            errno = ENOSPC;
            return -1;
        }
        *written += static_cast<qint64>(size);
        return ::pwrite(fd, bytes, size, at);
    };
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("Free some space")), qPrintable(error));
    QVERIFY(it().parts().size() >= 2);
    QVERIFY(it().server->count(isWeights) <= 8);  // no hammering on
    *isFull = false;
    const qint64 before = *written;
    QVERIFY(it().arrives());
    QVERIFY(*written - before <= kWeights * 6 / 10);  // the part was kept
}

// On a file system of eight megabytes, where the system allows to make one.
void DiskSurvivalTest::realFullDiskStopsAtOnce() {
    const QString mount = it().folder.filePath(QStringLiteral("hub"));
    QDir().mkpath(mount);
    const QStringList arguments = {QStringLiteral("-t"),   QStringLiteral("tmpfs"),
                                   QStringLiteral("-o"),   QStringLiteral("size=8m"),
                                   QStringLiteral("none"), mount};
    if (QProcess::execute(QStringLiteral("mount"), arguments) != 0)
        QSKIP("This user cannot mount a small file system.");
    it().system.freeBytes = [](const char*) { return std::int64_t{-1}; };  // not foreseen
    const QString error = it().failure();
    it().close();
    QProcess::execute(QStringLiteral("umount"), {mount});
    QVERIFY2(error.contains(QStringLiteral("The disk is full")), qPrintable(error));
}

void DiskSurvivalTest::failedSyncIsNotRecorded() {
    auto syncs = std::make_shared<std::atomic<int>>(0);
    it().system.fdatasync = [=](int fd) {
        if (syncs->fetch_add(1) == 3) {
            errno = EIO;
            return -1;
        }
        return ::fdatasync(fd);
    };
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("Check the disk")), qPrintable(error));
    QVERIFY(it().arrives());
}

void DiskSurvivalTest::readOnlyFolderStopsAtOnce() {
    it().open();
    DownloadOptions options = it().service->options();
    options.folder = QStringLiteral("/sys/not-here");  // where nobody may make a folder
    it().service->setOptions(options);
    QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("Choose another folder")) ||
                 error.contains(QStringLiteral("choose another folder")),
             qPrintable(error));
    it_.reset();
    it_ = std::make_unique<SurvivalFixture>();
    it().system.pwrite = [](int, const void*, size_t, off_t) -> ssize_t {
        errno = EROFS;
        return -1;
    };
    error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("cannot be written")), qPrintable(error));
}

void DiskSurvivalTest::missingSpaceIsSaidBeforeTheStart() {
    it().system.freeBytes = [](const char*) { return std::int64_t{10'000'000}; };
    const QString error = it().failure();
    QVERIFY2(error.contains(QStringLiteral("10 MB are free")), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("still needed")), qPrintable(error));
    QCOMPARE(it().server->count(isWeights), 0);
}

void DiskSurvivalTest::spaceThatDisappearsIsNoticedMidway() {
    auto space = std::make_shared<std::atomic<qint64>>(qint64(1) << 40);
    it().system.freeBytes = [space](const char*) -> std::int64_t { return space->load(); };
    it().server->setBytesPerSecond(5 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 4);
    *space = 1'000'000;
    const DownloadInfo info = it().waitForEnd(id, 5);
    QCOMPARE(info.state, DownloadState::Failed);
    QVERIFY2(info.error.contains(QStringLiteral("1.0 MB are free")), qPrintable(info.error));
    *space = qint64(1) << 40;
    it().server->setBytesPerSecond(0);
    QVERIFY(it().arrives());
}

void DiskSurvivalTest::secondInstanceIsKeptOut() {
    it().server->setBytesPerSecond(4 << 20);
    const qint64 id = it().start();
    it().waitForBytes(id, kWeights / 8);
    DownloadSetup setup = it().setup;
    setup.listFile = it().folder.filePath(QStringLiteral("other.json"));
    DownloadService second(setup, it().tokens);
    second.setOptions(it().service->options());
    QSignalSpy failed(&second, &DownloadService::failed);
    second.start(it().request());
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(failed[0][1].toString().contains(QStringLiteral("Another program")));
    it().server->setBytesPerSecond(0);
    QCOMPARE(it().waitForEnd(id).state, DownloadState::Finished);
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::DiskSurvivalTest)
#include "disk_survival_test.moc"
