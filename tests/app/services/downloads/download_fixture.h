// DownloadFixture: a server, a folder, and a download service in a hurry.
#pragma once

#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/services/downloads/download_queue.h"
#include "app/services/downloads/download_service.h"
#include "app/services/downloads/hub_cache.h"
#include "app/services/downloads/token_store.h"
#include "tests/app/services/downloads/hub_server.h"
#include "tests/support/system_stand_ins.h"

namespace dsm::test {

class DownloadFixture {
  public:
    DownloadFixture() {
        setup.listFile = folder.filePath(QStringLiteral("state/downloads.json"));
        setup.times.retry.first = std::chrono::milliseconds(10);
        setup.times.retry.most = std::chrono::milliseconds(80);
        setup.times.stall = std::chrono::milliseconds(400);
        setup.times.answer = std::chrono::milliseconds(2'000);
        setup.times.spaceCheck = std::chrono::milliseconds(30);
        setup.times.tryAgain = std::chrono::milliseconds(0);
        server = std::make_unique<HubServer>();
    }

    QString cacheRoot() const { return folder.filePath(QStringLiteral("hub")); }
    HubCache cache() const { return HubCache(cacheRoot()); }

    void open() {
        service.reset();
        service = std::make_unique<DownloadService>(setup, tokens);
        DownloadOptions options = service->options();
        options.folder = cacheRoot();
        options.proxy.kind = ProxyChoice::Kind::None;
        service->setOptions(options);
        ends = seenEnds = 0;
        QObject::connect(service.get(), &DownloadService::finished, [this] { ++ends; });
        QObject::connect(service.get(), &DownloadService::failed, [this] { ++ends; });
    }
    void close() { service.reset(); }

    DownloadRequest request() const {
        return {{Source::Kind::HuggingFace, server->hub()}, server->repository(), {}};
    }
    qint64 start() {
        if (!service) open();
        seenEnds = ends;
        return service->start(request());
    }

    DownloadInfo waitFor(qint64 id, const std::function<bool(const DownloadInfo&)>& condition,
                         int seconds = 60) const {
        QElapsedTimer timer;
        timer.start();
        while (!condition(service->download(id)) && timer.elapsed() < seconds * 1000)
            QTest::qWait(5);
        return service->download(id);
    }
    // Until the download that was started last, or resumed by open(), has finished or failed.
    DownloadInfo waitForEnd(qint64 id, int seconds = 60) const {
        return waitFor(
            id, [this](const DownloadInfo&) { return ends > seenEnds; }, seconds);
    }
    DownloadInfo waitForBytes(qint64 id, qint64 bytes) const {
        return waitFor(id, [bytes](const DownloadInfo& info) { return info.bytesDone >= bytes; });
    }

    // "" when every file that is wanted is in the snapshot with the server's bytes, nothing else
    // is, and no part is left.
    QString whatIsWrongOnDisk() const {
        const QList<CachedSnapshot> snapshots = cache().snapshots();
        for (const CachedSnapshot& snapshot : snapshots) {
            if (snapshot.commit != server->commit()) continue;
            QStringList present;
            for (const CachedFile& file : snapshot.files) {
                present.append(file.path);
                const ServedFile served = server->file(file.path);
                if (file.sizeBytes != served.sizeBytes)
                    return file.path + QStringLiteral(" has another size");
                QFile bytes(file.realPath);
                if (!bytes.open(QIODevice::ReadOnly))
                    return file.path + QStringLiteral(" unreadable");
                for (qint64 at = 0; at < served.sizeBytes;) {
                    const QByteArrayView expected = served.content(at, 1 << 20);
                    if (QByteArrayView(bytes.read(expected.size())) != expected)
                        return file.path + QStringLiteral(" differs near %1").arg(at);
                    at += expected.size();
                }
            }
            for (const ServedFile& served : server->files()) {
                const bool isWanted = !served.path.endsWith(QLatin1String(".py"));
                if (isWanted != present.contains(served.path))
                    return served.path + QStringLiteral(" is missing or not wanted");
            }
            if (!parts().isEmpty()) return QStringLiteral("a part is left");
            return {};
        }
        return QStringLiteral("no snapshot");
    }

    QStringList parts() const {
        const QDir blobs(cache().repositoryFolder(server->repository()) + QStringLiteral("/blobs"));
        return blobs.entryList({QStringLiteral("*incomplete*")}, QDir::Files);
    }

    StandIns system;  // outlives the service
    QTemporaryDir folder;
    std::unique_ptr<HubServer> server;
    MemoryTokenStore tokens;
    DownloadSetup setup;
    std::unique_ptr<DownloadService> service;
    int ends = 0;
    int seenEnds = 0;
};

}  // namespace dsm::test
