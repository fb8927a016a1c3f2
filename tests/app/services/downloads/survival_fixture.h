// What a downloader must survive: a model that arrives while the server, or the disk, misbehaves.
#pragma once

#include <atomic>
#include <memory>

#include "tests/app/services/downloads/download_fixture.h"

namespace dsm::test {

inline constexpr qint64 kWeights = 40 << 20;

// Misbehaves the first `times` that `when` is true.
inline HubServer::Script once(std::function<bool(const ServedRequest&)> when,
                              const Misdeed& misdeed, int times = 1) {
    auto left = std::make_shared<std::atomic<int>>(times);
    return [=](const ServedRequest& request) {
        return when(request) && left->fetch_sub(1) > 0 ? misdeed : Misdeed{};
    };
}

inline HubServer::Script always(std::function<bool(const ServedRequest&)> when,
                                const Misdeed& misdeed) {
    return once(std::move(when), misdeed, 1 << 30);
}

inline bool isWeights(const ServedRequest& request) {
    return request.isCdn && request.method == "GET";
}

inline bool hasRange(const ServedRequest& request) {
    return isWeights(request) && request.headers.contains("range");
}

// A model on the server, and its way to the disk.
class SurvivalFixture : public DownloadFixture {
  public:
    SurvivalFixture() { server->addModel(kWeights); }

    // Whether the whole model is there; says what is wrong with it.
    bool arrives() {
        const DownloadInfo info = waitForEnd(start());
        if (info.state != DownloadState::Finished) qWarning() << info.error << int(info.state);
        const QString wrong = whatIsWrongOnDisk();
        if (!wrong.isEmpty()) qWarning() << wrong;
        return info.state == DownloadState::Finished && wrong.isEmpty();
    }
    // The beginning of a file as the Hub's own client leaves it; its path.
    QString writeOthersPart(const ServedFile& file, qint64 bytes) const {
        const HubCache cache = this->cache();
        const auto made = cache.makeFolders(server->repository());
        const QString path = cache.repositoryFolder(server->repository()) +
                             QStringLiteral("/blobs/") + server->file(file.path).listedHash +
                             QStringLiteral(".incomplete");
        QFile part(path);
        if (!made || !part.open(QIODevice::WriteOnly)) qFatal("no part");
        for (qint64 at = 0; at < bytes;) {
            const QByteArrayView piece = file.content(at, bytes - at);
            part.write(piece.data(), piece.size());
            at += piece.size();
        }
        return path;
    }
    // Of a download that must fail: why.
    QString failure() {
        const DownloadInfo info = waitForEnd(start());
        return info.state == DownloadState::Failed ? info.error : QString();
    }
};

}  // namespace dsm::test
