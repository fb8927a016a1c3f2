// A file on its way into the cache, and the list of downloads, on a disk and in a system that fail
// at every call there is.
#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <memory>
#include <utility>

#include "app/services/downloads/download_list.h"
#include "app/services/downloads/file/ranged_file.h"
#include "app/services/downloads/hub_cache.h"
#include "app/services/program/private_file.h"
#include "tests/support/fault_walk.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr qint64 kPiece = 1 << 20;
constexpr qint64 kSize = 4 * kPiece;
const QString kRepository = QStringLiteral("org/name");
const QString kCommit(40, u'c');
const QString kOldCommit(40, u'd');
const QString kMain = QStringLiteral("main");
const RepoFile kFile{QStringLiteral("sub/model.safetensors"), kSize,
                     ContentHash{HashKind::Sha256, QString(64, u'b')}};

QByteArray content() {
    QByteArray bytes(kSize, '\0');
    for (qint64 i = 0; i < kSize; ++i)
        bytes[i] = static_cast<char>(i * 7 + i / 251);
    return bytes;
}

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString placeForWalks() {
    return QString::fromStdString((test::placeForWalks() / "dsm-test-XXXXXX").string());
}

// What is logged meanwhile is of no interest.
QString whatIsWrong(const test::FaultWalk& walk) {
    const QtMessageHandler before =
        qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) {});
    const std::string wrong = walk.run();
    qInstallMessageHandler(before);
    return QString::fromStdString(wrong);
}

// The words say what happened and where: the space that is left, or the system's reason.
bool isTold(const QString& root, const std::string& message, const test::FaultMode& mode) {
    const bool isFull = mode.fault == SystemFault::NoSpace;
    return message.find(root.toStdString()) != std::string::npos &&
           message.find(isFull ? "The disk is full (" : mode.reason) != std::string::npos;
}

}  // namespace

class DownloadFaultWalkTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fileArrivesWhicheverCallFails();
    void listIsTheOldOrTheNewOne();
    void keptFileThatCannotBeReadIsNotLost();

  private:
    using Failure = std::optional<std::string>;

    DownloadResult<void> fetch(const QTemporaryDir& folder, qint64 end);

    const QByteArray content_ = content();
    int piecesFetched_ = 0;
};

// Writes what is missing up to `end`, and what follows where that is all.
DownloadResult<void> DownloadFaultWalkTest::fetch(const QTemporaryDir& folder, qint64 end) {
    const HubCache cache(folder.path());
    if (const auto made = cache.makeFolders(kRepository); !made) return made;
    UnflushedBytes unflushed;
    WorkThread disk;
    if (cache.find(kRepository, kCommit, kFile).isEmpty()) {
        auto part = RangedFile::open(cache.partPlace(kRepository, kFile), kSize, unflushed, disk);
        if (!part) return tl::unexpected(part.error());
        for (qint64 at = 0; at < end; at += kPiece) {
            if ((*part)->held().contains({at, at + kPiece})) continue;
            ++piecesFetched_;
            const auto written = (*part)->write(at, QByteArrayView(content_).sliced(at, kPiece));
            if (!written) return written;
        }
        std::optional<DownloadResult<void>> synced;
        QEventLoop loop;
        (*part)->sync([&](const DownloadResult<void>& result) {
            synced = result;
            loop.quit();
        });
        if (!synced) loop.exec();
        if (!*synced || end < kSize) return *synced;
        const auto moved = (*part)->moveTo(cache.blobPath(kRepository, kFile));
        if (!moved) return moved;
    }
    if (const auto linked = cache.link(kRepository, kCommit, kFile); !linked) return linked;
    cache.flushLinks(kRepository, kCommit, {kFile});
    return cache.setRevision(kRepository, kMain, kCommit);
}

// Half of it came before: that is never fetched again, and the model is the old or the new one.
void DownloadFaultWalkTest::fileArrivesWhicheverCallFails() {
    const QTemporaryDir before(placeForWalks());
    QVERIFY(fetch(before, kSize / 2));
    QVERIFY(HubCache(before.path()).setRevision(kRepository, kMain, kOldCommit));
    const QTemporaryDir folder(placeForWalks());
    const HubCache cache(folder.path());
    const auto place = cache.partPlace(kRepository, kFile);
    const QString blob = cache.blobPath(kRepository, kFile);
    const auto check = [&](bool hasFailed) -> std::string {
        if (std::exchange(piecesFetched_, 0) > 2) return "the first half was fetched again";
        const bool isThere = QFile::exists(blob);
        if (!isThere && RangedFile::bytesThere(place, kSize).value_or(0) < kSize / 2)
            return "bytes are lost";
        if (isThere && bytesOf(blob) != content_) return "other bytes";
        const QString entry = cache.snapshotFolder(kRepository, kCommit) + u'/' + kFile.path;
        const bool isLinked = QFileInfo(entry).isSymLink();
        if (isLinked && bytesOf(entry) != content_) return "a link to nothing";
        const auto commit = cache.commitOf(kRepository, kMain);
        if (commit != kCommit && (!hasFailed || commit != kOldCommit)) return "no revision";
        if (commit == kCommit && !isLinked) return "a revision without its files";
        for (const auto& entryOf : fs::recursive_directory_iterator(toPath(folder.path()))) {
            const std::string name = entryOf.path().filename();
            if (name.ends_with(".partial") || name.ends_with(".new")) return "left: " + name;
            if (isThere && name.ends_with(".incomplete")) return "left: " + name;
        }
        return "";
    };
    const test::FaultWalk walk{
        .prepare =
            [&] {
                piecesFetched_ = 0;
                fs::remove_all(toPath(folder.path()));
                fs::copy(toPath(before.path()), toPath(folder.path()), fs::copy_options::recursive);
            },
        .operation =
            [&] {
                const auto done = fetch(folder, kSize);
                return done ? Failure() : Failure(done.error().message.toStdString());
            },
        .check = check,
        .leastCalls = 120,
        .isTold =
            [&](const std::string& message, const test::FaultMode& mode) {
                return isTold(folder.path(), message, mode);
            }};
    QCOMPARE(whatIsWrong(walk), QString());
}

void DownloadFaultWalkTest::listIsTheOldOrTheNewOne() {
    const QTemporaryDir folder(placeForWalks());
    const QString path = folder.filePath(QStringLiteral("state/downloads.json"));
    const auto save = [&](int connections) {
        DownloadList list;
        list.options.connections = connections;
        return list.save(path);
    };
    const test::FaultWalk walk{
        .prepare = [&] { QVERIFY(save(2)); },
        .operation =
            [&] {
                const auto done = save(3);
                return done ? Failure() : Failure(done.error().message.toStdString());
            },
        .check = [&](bool hasFailed) -> std::string {
            const int connections = DownloadList::load(path).options.connections;
            const auto names = QDir(QFileInfo(path).path()).entryList(QDir::Files);
            if (names.size() != 1) return "a temporary file is left";
            return connections == 3 || (hasFailed && connections == 2) ? "" : "neither of both";
        },
        .leastCalls = 30,
        .isTold =
            [&](const std::string& message, const test::FaultMode& mode) {
                return isTold(folder.path(), message, mode);
            }};
    QCOMPARE(whatIsWrong(walk), QString());
}

// Whoever keeps a list reads it at the start, and writes it over later.
void DownloadFaultWalkTest::keptFileThatCannotBeReadIsNotLost() {
    const QTemporaryDir folder(placeForWalks());
    const QString path = folder.filePath(QStringLiteral("list.json"));
    const QByteArray before = R"({"a": 1})";
    const test::FaultWalk walk{
        .prepare =
            [&] {
                QFile::remove(path + QStringLiteral(".damaged"));
                QCOMPARE(writePrivateFile(path, before), QString());
            },
        .operation = [&]() -> Failure {
            const QJsonObject kept = readKeptObject(path);
            const QString problem = writePrivateFile(path, kept.isEmpty() ? "{}" : before);
            return problem.isEmpty() ? Failure() : Failure(problem.toStdString());
        },
        .check = [&](bool) -> std::string {
            const bool isKept =
                bytesOf(path) == before || bytesOf(path + QStringLiteral(".damaged")) == before;
            return isKept ? "" : "it is lost";
        },
        .leastCalls = 20,
        .isTold =
            [](const std::string& message, const test::FaultMode& mode) {
                return message == mode.reason;  // the rest is said by whoever keeps it
            }};
    QCOMPARE(whatIsWrong(walk), QString());
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::DownloadFaultWalkTest)
#include "download_fault_walk_test.moc"
