// A part on the disk, and what of it is believed after a kill or a power failure.
#include "app/services/downloads/file/ranged_file.h"

#include <unistd.h>

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <cerrno>
#include <optional>

#include "tests/support/system_stand_ins.h"

namespace dsm {

class RangedFileTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();
    void syncedBytesAreMarked();
    void killLosesNothingThatWasRecorded();
    void powerFailureLosesOnlyWhatWasNotFlushed();
    void failedFlushLosesWhatItWasFor();
    void fullBucketIsFlushedAtOnce();
    void writeThatFillsTheBucketIsRecordedOnce();
    void damageIsFoundByPart();

  private:
    static constexpr qint64 kSize = 16 << 20;

    void open();
    void sync();
    void write(qint64 offset, qint64 size);
    // Writes into the part behind its owner's back.
    void overwrite(qint64 offset, const QByteArray& bytes) const;
    QString recordPath() const { return RangedFile::recordPath(place_.partPath); }
    std::vector<RecordedPart> recorded() const {
        return RangeRecord::read(recordPath(), kSize, place_.identity).value();
    }

    test::StandIns system_;
    std::unique_ptr<QTemporaryDir> folder_;
    RangedFile::Place place_;
    std::unique_ptr<UnflushedBytes> unflushed_;
    std::unique_ptr<WorkThread> disk_;
    std::atomic<bool> canFlush_ = true;
    std::atomic<int> flushes_ = 0;
    std::unique_ptr<RangedFile> file_;
};

void RangedFileTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    place_ = {folder_->filePath(QStringLiteral("part")), folder_->filePath(QStringLiteral("lock")),
              QStringLiteral("hash")};
    unflushed_ = std::make_unique<UnflushedBytes>();
    disk_ = std::make_unique<WorkThread>();
    canFlush_ = true;
    flushes_ = 0;
    open();
}

void RangedFileTest::cleanup() {
    file_.reset();
    disk_.reset();
}

void RangedFileTest::open() {
    file_.reset();
    system_.fdatasync = [this](int fd) {
        const bool isPart = QString::fromStdString(test::pathOf(fd)) == place_.partPath;
        if (isPart) ++flushes_;
        if (canFlush_ || !isPart) return ::fdatasync(fd);
        errno = EIO;
        return -1;
    };
    auto file = RangedFile::open(place_, kSize, *unflushed_, *disk_);
    QVERIFY(file);
    file_ = std::move(*file);
}

void RangedFileTest::sync() {
    std::optional<bool> isDone;
    file_->sync([&](const DownloadResult<void>& result) { isDone = result.has_value(); });
    QTRY_VERIFY(isDone.has_value());
    QVERIFY(*isDone);
}

void RangedFileTest::write(qint64 offset, qint64 size) {
    QVERIFY(file_->write(offset, QByteArray(size, static_cast<char>('a' + offset % 23))));
}

void RangedFileTest::overwrite(qint64 offset, const QByteArray& bytes) const {
    QFile part(place_.partPath);
    QVERIFY(part.open(QIODevice::ReadWrite));
    QVERIFY(part.seek(offset));
    QCOMPARE(part.write(bytes), bytes.size());
}

void RangedFileTest::syncedBytesAreMarked() {
    write(100, 1000);
    write(5000, 10);
    QCOMPARE(unflushed_->bytes(), 1010);
    sync();
    QCOMPARE(unflushed_->bytes(), 0);
    QCOMPARE(recorded().size(), 2u);
    const auto record = RangeRecord::open(recordPath(), kSize, place_.identity);
    QVERIFY(record);
    QCOMPARE(record->flushedParts(), 2u);
}

void RangedFileTest::killLosesNothingThatWasRecorded() {
    // A megabyte is recorded when it is there, long before the disk is flushed.
    write(0, 1 << 20);
    QCOMPARE(flushes_, 0);
    QCOMPARE(recorded().size(), 1u);
    write(4 << 20, 1000);
    QVERIFY(file_->record());
    write(8 << 20, 1000);
    open();  // nothing was synced
    QVERIFY(file_->held().contains({0, 1 << 20}));
    QVERIFY(file_->held().contains({4 << 20, (4 << 20) + 1000}));
    QCOMPARE(file_->held().totalBytes(), (1 << 20) + 1000);
}

void RangedFileTest::powerFailureLosesOnlyWhatWasNotFlushed() {
    write(0, 1 << 20);
    sync();
    write(2 << 20, 1 << 20);
    write(4 << 20, 1 << 20);
    QCOMPARE(recorded().size(), 3u);
    file_.reset();
    overwrite((4 << 20) + 5000, QByteArray(4096, '\0'));  // this page did not get to the disk
    open();
    QVERIFY(file_->held().contains({0, 1 << 20}));
    QVERIFY(file_->held().contains({2 << 20, 3 << 20}));
    QCOMPARE(file_->held().totalBytes(), 2 << 20);
    QCOMPARE(recorded().size(), 2u);
}

void RangedFileTest::failedFlushLosesWhatItWasFor() {
    write(0, 1 << 20);
    sync();
    write(2 << 20, 1 << 20);
    canFlush_ = false;
    QSignalSpy failed(file_.get(), &RangedFile::failed);
    std::optional<DownloadError> error;
    file_->sync([&](const DownloadResult<void>& result) {
        if (!result) error = result.error();
    });
    QTRY_VERIFY(error.has_value());
    QCOMPARE(error->fault, DownloadFault::Disk);
    QCOMPARE(failed.count(), 0);  // who waits was told
    QCOMPARE(file_->held().totalBytes(), 1 << 20);
    QCOMPARE(recorded().size(), 1u);
    QCOMPARE(unflushed_->bytes(), 0);
    // Without anybody who waits.
    write(2 << 20, 100);
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(file_->held().totalBytes(), 1 << 20);
}

void RangedFileTest::fullBucketIsFlushedAtOnce() {
    write(0, 1000);
    QCOMPARE(recorded().size(), 0u);
    QSignalSpy freed(unflushed_.get(), &UnflushedBytes::freed);
    unflushed_->add(UnflushedBytes::kMost);  // another file's
    QVERIFY(unflushed_->isFull());
    QCOMPARE(recorded().size(), 1u);  // the beginning of a flush, before any timer
    QTRY_COMPARE(unflushed_->bytes(), UnflushedBytes::kMost);
    QCOMPARE(freed.count(), 0);
    unflushed_->remove(UnflushedBytes::kMost);
    QCOMPARE(freed.count(), 1);
}

void RangedFileTest::writeThatFillsTheBucketIsRecordedOnce() {
    unflushed_->add(UnflushedBytes::kMost - 500);  // another file's
    write(0, 1 << 20);
    QCOMPARE(recorded().size(), 1u);
    QCOMPARE(recorded().front().range.end, 1 << 20);
    QTRY_COMPARE(unflushed_->bytes(), UnflushedBytes::kMost - 500);
    unflushed_->remove(UnflushedBytes::kMost - 500);
}

void RangedFileTest::damageIsFoundByPart() {
    write(0, 1 << 20);
    write(2 << 20, 1 << 20);
    sync();
    overwrite(2 << 20, "x");
    std::optional<std::vector<ByteRange>> damaged;
    file_->findDamage([&](const DownloadResult<std::vector<ByteRange>>& result) {
        if (result) damaged = *result;
    });
    QTRY_VERIFY(damaged.has_value());
    QCOMPARE(damaged->size(), 1u);
    QVERIFY((damaged->front() == ByteRange{2 << 20, 3 << 20}));
    QVERIFY(file_->forget(*damaged));
    QCOMPARE(file_->held().totalBytes(), 1 << 20);
    QCOMPARE(recorded().size(), 1u);
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::RangedFileTest)
#include "ranged_file_test.moc"
