// A downloader that can be killed: one model, then the end.
//
// usage: download_child LIST CACHE ENDPOINT REPOSITORY [COUNTER]
//
// COUNTER is a file of eight bytes, mapped: how many bytes of contents this process has written.
// Exit codes  0 finished, 3 failed (the reason on standard error)
#include <sys/mman.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QFile>
#include <QTextStream>
#include <atomic>

#include "app/services/downloads/download_queue.h"
#include "app/services/downloads/download_service.h"
#include "app/services/downloads/token_store.h"
#include "tests/support/system_stand_ins.h"

namespace dsm {
namespace {

std::atomic<qint64>* mapCounter(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite) || !file.resize(sizeof(qint64))) return nullptr;
    void* bytes =
        ::mmap(nullptr, sizeof(qint64), PROT_READ | PROT_WRITE, MAP_SHARED, file.handle(), 0);
    return bytes == MAP_FAILED ? nullptr : static_cast<std::atomic<qint64>*>(bytes);
}

int run(const QStringList& arguments) {
    DownloadSetup setup;
    setup.listFile = arguments[1];
    test::StandIns system;
    if (arguments.size() > 5) {
        std::atomic<qint64>* counter = mapCounter(arguments[5]);
        system.pwrite = [counter](int fd, const void* bytes, size_t size, off_t at) {
            const ssize_t written = ::pwrite(fd, bytes, size, at);
            if (written > 0 && !test::pathOf(fd).ends_with(".ranges")) *counter += written;
            return written;
        };
    }
    MemoryTokenStore tokens;
    DownloadService service(setup, tokens);
    DownloadOptions options = service.options();
    options.folder = arguments[2];
    options.proxy.kind = ProxyChoice::Kind::None;
    service.setOptions(options);
    QObject::connect(&service, &DownloadService::finished, [] { QCoreApplication::exit(0); });
    QObject::connect(&service, &DownloadService::failed, [](qint64, const QString& message) {
        QTextStream(stderr) << message << '\n';
        QCoreApplication::exit(3);
    });
    service.start({{Source::Kind::HuggingFace, arguments[3]}, arguments[4], {}});
    return QCoreApplication::exec();
}

}  // namespace
}  // namespace dsm

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    return dsm::run(QCoreApplication::arguments());
}
