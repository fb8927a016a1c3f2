// A real download at full speed is killed at random moments, again and again.
//
// DSM_KILLS sets how often (20), DSM_SEED the moments (1).
#include <signal.h>

#include <QProcess>
#include <QRandomGenerator>
#include <QTest>

#include "app/services/downloads/model_download.h"
#include "tests/app/services/downloads/download_fixture.h"

namespace dsm {

using test::DownloadFixture;
using test::ServedFile;

class KillTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void killAtAnyMomentLosesEightMegabytesAtMost();

  private:
    // Of all files, what a start would find.
    static qint64 recordedBytes(const DownloadFixture& it);
};

qint64 KillTest::recordedBytes(const DownloadFixture& it) {
    const HubCache cache = it.cache();
    qint64 bytes = 0;
    for (const ServedFile& served : it.server->files()) {
        const RepoFile file{served.path, served.sizeBytes, ContentHash::fromHex(served.listedHash)};
        const RangedFile::Place place = cache.partPlace(it.server->repository(), file);
        RangeSet held;
        if (QFile::exists(place.partPath)) {
            const auto parts = RangeRecord::read(RangedFile::recordPath(place.partPath),
                                                 served.sizeBytes, place.identity);
            for (const RecordedPart& part : parts.value())
                held.add(part.range);
        }
        const bool isWhole = QFile::exists(cache.blobPath(it.server->repository(), file));
        bytes += isWhole ? served.sizeBytes : held.totalBytes();
    }
    return bytes;
}

void KillTest::killAtAnyMomentLosesEightMegabytesAtMost() {
    const int rounds = std::max(1, qEnvironmentVariable("DSM_KILLS", QStringLiteral("20")).toInt());
    const quint32 seed = qEnvironmentVariable("DSM_SEED", QStringLiteral("1")).toUInt();
    qInfo("DSM_SEED=%u", seed);
    QRandomGenerator random(seed);
    DownloadFixture it;
    it.server->add({QStringLiteral("config.json"), 600, 3});
    for (int i = 1; i <= 3; ++i) {
        it.server->add({QStringLiteral("model-%1.safetensors").arg(i), qint64(250) << 20,
                        static_cast<quint64>(i), true});
    }
    // The small file's blob is named by its git hash.
    ServedFile config = it.server->file(QStringLiteral("config.json"));
    config.listedHash = config.hash().hex;
    it.server->add(config);
    const QString counterFile = it.folder.filePath(QStringLiteral("counter"));
    const QStringList arguments = {it.setup.listFile, it.cacheRoot(), it.server->hub(),
                                   it.server->repository(), counterFile};
    const auto written = [&] {
        QFile file(counterFile);
        qint64 bytes = 0;
        if (file.open(QIODevice::ReadOnly)) file.read(reinterpret_cast<char*>(&bytes), 8);
        return bytes;
    };
    qint64 mostLost = 0;
    int kills = 0;
    int completions = 0;
    while (kills < rounds) {
        const qint64 before = recordedBytes(it);
        QFile::remove(counterFile);
        QProcess child;
        child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        child.start(QStringLiteral(DSM_CHILD), arguments);
        QVERIFY(child.waitForStarted());
        if (child.waitForFinished(20 + static_cast<int>(random.bounded(380)))) {
            QCOMPARE(child.exitCode(), 0);
            QCOMPARE(it.whatIsWrongOnDisk(), QString());
            ++completions;
            QDir(it.cacheRoot()).removeRecursively();
            QFile::remove(it.setup.listFile);
            continue;
        }
        ::kill(static_cast<pid_t>(child.processId()), SIGKILL);
        child.waitForFinished();
        ++kills;
        const qint64 lost = before + written() - recordedBytes(it);
        mostLost = std::max(mostLost, lost);
        QVERIFY2(lost <= (8 << 20), qPrintable(QStringLiteral("%1 bytes lost").arg(lost)));
    }
    QProcess child;
    child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    child.start(QStringLiteral(DSM_CHILD), arguments);
    QVERIFY(child.waitForFinished(120'000));
    QCOMPARE(child.exitCode(), 0);
    QCOMPARE(it.whatIsWrongOnDisk(), QString());
    qInfo("%d kills, %d complete downloads, at most %.2f MB lost to a kill", kills, completions + 1,
          static_cast<double>(mostLost) / 1e6);
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::KillTest)
#include "kill_test.moc"
