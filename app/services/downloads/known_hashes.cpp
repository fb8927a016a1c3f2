#include "app/services/downloads/known_hashes.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include "app/services/program/private_file.h"

namespace dsm {
namespace {

// The clock of the file system may be coarser than that of the client.
constexpr double kClockSeconds = 1.0;

std::optional<ContentHash> hashInMetadata(const QFileInfo& file, const QString& metadata) {
    const auto stored = beginningOf(metadata, 4096);
    if (!stored) return std::nullopt;
    const QList<QByteArray> lines = stored->split('\n');
    if (lines.size() < 3) return std::nullopt;
    const auto hash = ContentHash::fromEtag(lines[1]);
    const double taken = lines[2].trimmed().toDouble();
    const double modified = static_cast<double>(file.lastModified().toMSecsSinceEpoch()) / 1000;
    const bool wasChanged = modified - kClockSeconds > taken;
    if (hash && hash->kind == HashKind::GitBlobSha1 && wasChanged) return std::nullopt;
    return hash;
}

}  // namespace

CachedSnapshot describeFolder(const QString& folder) {
    if (auto snapshot = HubCache::snapshotAt(folder)) return *snapshot;
    CachedSnapshot found;
    found.folder = QDir::cleanPath(QDir(folder).absolutePath());
    const QDir dir(found.folder);
    const QString metadata = found.folder + QStringLiteral("/.cache/huggingface/download/");
    for (const QFileInfo& file : dir.entryInfoList(QDir::Files, QDir::Name)) {
        found.files.append(
            {file.fileName(), file.canonicalFilePath(), file.size(),
             hashInMetadata(file, metadata + file.fileName() + QStringLiteral(".metadata"))});
    }
    return found;
}

QString snapshotToTake(const QString& folder) {
    const QDir dir(folder);
    const QDir snapshots(dir.filePath(QStringLiteral("snapshots")));
    if (!snapshots.exists()) return folder;
    if (const auto main = beginningOf(dir.filePath(QStringLiteral("refs/main")), 64)) {
        const QString commit = QString::fromLatin1(main->trimmed());
        const bool isCommit = ContentHash::fromHex(commit).has_value();
        if (isCommit && snapshots.exists(commit)) return snapshots.filePath(commit);
    }
    const QStringList commits = snapshots.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    return commits.size() == 1 ? snapshots.filePath(commits.first()) : folder;
}

}  // namespace dsm
