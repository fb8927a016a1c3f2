// A checkpoint of the real size, nearly all zeros, through the whole downloader: memory stays flat
// and the main thread free.
//
// DSM_SOAK_GB sets the size (1). The real one is 33; it needs QTEST_FUNCTION_TIMEOUT=3600000, too.
#include <QElapsedTimer>
#include <QFile>
#include <QTest>
#include <QTimer>

#include "tests/app/services/downloads/download_fixture.h"

namespace dsm {

using test::DownloadFixture;

class SoakTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void memoryStaysFlatAndTheMainThreadFree();

  private:
    static qint64 residentBytes();
};

qint64 SoakTest::residentBytes() {
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    return file.readAll().split(' ').value(1).toLongLong() * 4096;
}

void SoakTest::memoryStaysFlatAndTheMainThreadFree() {
    const double gigabytes = qEnvironmentVariable("DSM_SOAK_GB", QStringLiteral("1")).toDouble();
    constexpr int kFiles = 7;
    const auto total = static_cast<qint64>(gigabytes * 1e9);
    DownloadFixture it;
    it.server->add({QStringLiteral("config.json"), 600, 3});
    for (int i = 1; i <= kFiles; ++i) {
        test::ServedFile file{QStringLiteral("model-0000%1-of-00007.safetensors").arg(i),
                              total / kFiles, static_cast<quint64>(i), true};
        file.isSparse = true;
        it.server->add(file);
    }
    QElapsedTimer sinceTick;
    qint64 longestGap = 0;
    QTimer ticks;
    QObject::connect(&ticks, &QTimer::timeout,
                     [&] { longestGap = std::max(longestGap, sinceTick.restart()); });
    QElapsedTimer took;
    took.start();
    const qint64 id = it.start();
    sinceTick.start();
    ticks.start(1);
    qint64 early = 0;
    qint64 most = 0;
    qint64 signals_ = 0;
    QObject::connect(it.service.get(), &DownloadService::progressed, [&](qint64) { ++signals_; });
    QTimer memory;
    QObject::connect(&memory, &QTimer::timeout, [&] {
        const qint64 now = residentBytes();
        if (it.service->download(id).bytesDone < total / 4) early = std::max(early, now);
        most = std::max(most, now);
    });
    memory.start(20);
    QEventLoop loop;
    QObject::connect(it.service.get(), &DownloadService::finished, &loop, &QEventLoop::quit);
    QObject::connect(it.service.get(), &DownloadService::failed, &loop, &QEventLoop::quit);
    loop.exec();
    ticks.stop();
    const double seconds = static_cast<double>(took.elapsed()) / 1000;
    const DownloadInfo info = it.service->download(id);
    QVERIFY2(info.state == DownloadState::Finished, qPrintable(info.error));
    qInfo(
        "%.1f GB in %.1f s (%.0f MB/s, hashed); resident %.0f MB after a quarter, %.0f MB at most; "
        "longest gap of the event loop %lld ms; %.1f progress signals per second",
        gigabytes, seconds, gigabytes * 1000 / seconds, static_cast<double>(early) / 1e6,
        static_cast<double>(most) / 1e6, static_cast<long long>(longestGap),
        static_cast<double>(signals_) / seconds);
    QVERIFY(most - early < (48 << 20));
    QVERIFY(longestGap < 500);  // on a machine that others keep busy
    QVERIFY(static_cast<double>(signals_) / seconds < 12);
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::SoakTest)
#include "soak_test.moc"
