#include "app/services/downloads/hub_cache.h"

#include <unistd.h>

#include <QCryptographicHash>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSet>
#include <cerrno>

#include "app/services/program/private_file.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/check.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

const QString kPrefix = QStringLiteral("models--");

QString folderName(const QString& repository) {
    DSM_CHECK(isRepositoryName(repository));
    QString name = repository;
    return kPrefix + name.replace(u'/', QStringLiteral("--"));
}

// Of a folder's name.
std::optional<QString> repositoryOf(const QString& folderName) {
    if (!folderName.startsWith(kPrefix)) return std::nullopt;
    const QString repository =
        folderName.mid(kPrefix.size()).replace(QStringLiteral("--"), QStringLiteral("/"));
    return isRepositoryName(repository) ? std::optional(repository) : std::nullopt;
}

bool isRefusalOfLinks(int error) {
    return error == EPERM || error == EOPNOTSUPP || error == ENOSYS;
}

QHash<QString, QStringList> revisionsByCommit(const QString& refs) {
    QHash<QString, QStringList> found;
    QDirIterator files(refs, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        if (path.endsWith(QLatin1String(kPartialSuffix.data()))) continue;  // left by a kill
        if (const auto commit = beginningOf(path, 64))
            found[QString::fromLatin1(commit->trimmed())].append(QDir(refs).relativeFilePath(path));
    }
    return found;
}

void collectFiles(CachedSnapshot& snapshot) {
    QDirIterator entries(snapshot.folder, QDir::Files | QDir::System | QDir::Hidden,
                         QDirIterator::Subdirectories);
    while (entries.hasNext()) {
        const QFileInfo entry(entries.next());
        const QFileInfo target(entry.canonicalFilePath());
        if (entry.canonicalFilePath().isEmpty() || !target.isFile()) {
            snapshot.lost.append(QDir(snapshot.folder).relativeFilePath(entry.filePath()));
            continue;
        }
        CachedFile file;
        file.path = QDir(snapshot.folder).relativeFilePath(entry.filePath());
        file.realPath = target.filePath();
        file.sizeBytes = target.size();
        if (entry.isSymLink()) file.hash = ContentHash::fromHex(target.fileName());
        snapshot.files.append(file);
    }
    std::sort(snapshot.files.begin(), snapshot.files.end(),
              [](const CachedFile& a, const CachedFile& b) { return a.path < b.path; });
}

}  // namespace

HubCache::HubCache(const QString& root)
    : root_(QDir::cleanPath(QDir(root.isEmpty() ? defaultRoot() : root).absolutePath())) {}

QString HubCache::folderOfEnvironment(const char* variable) {
    QString folder = qEnvironmentVariable(variable);
    if (folder == u'~' || folder.startsWith(QStringLiteral("~/"))) {
        folder.replace(0, 1, QDir::homePath());
    }
    static const QRegularExpression kVariable(QStringLiteral(R"(\$(?:(\w+)|\{([^}]*)\}))"));
    for (qsizetype from = 0;;) {
        const QRegularExpressionMatch match = kVariable.match(folder, from);
        if (!match.hasMatch()) return folder;
        const QByteArray name = (match.captured(1) + match.captured(2)).toLocal8Bit();
        const QString value = qEnvironmentVariable(name.constData());
        const bool isSet = qEnvironmentVariableIsSet(name.constData());
        from = isSet ? match.capturedStart() + value.size() : match.capturedEnd();
        if (isSet) folder.replace(match.capturedStart(), match.capturedLength(), value);
    }
}

QString HubCache::defaultRoot() {
    const QString cache = folderOfEnvironment("HF_HUB_CACHE");
    if (!cache.isEmpty()) return cache;
    const QString home = folderOfEnvironment("HF_HOME");
    if (!home.isEmpty()) return home + QStringLiteral("/hub");
    QString general = folderOfEnvironment("XDG_CACHE_HOME");
    if (general.isEmpty()) general = QDir::homePath() + QStringLiteral("/.cache");
    return general + QStringLiteral("/huggingface/hub");
}

QString HubCache::repositoryFolder(const QString& repository) const {
    return root_ + u'/' + folderName(repository);
}

QString HubCache::snapshotFolder(const QString& repository, const QString& commit) const {
    return repositoryFolder(repository) + QStringLiteral("/snapshots/") + commit;
}

// A file whose source publishes no hash gets a name that nobody takes for one.
QString HubCache::blobName(const RepoFile& file) {
    if (file.hash) return file.hash->hex;
    const QByteArray text = file.path.toUtf8() + ' ' + QByteArray::number(file.sizeBytes);
    return QStringLiteral("unverified-") +
           QString::fromLatin1(
               QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex().left(32));
}

bool HubCache::isSameBlob(const RepoFile& a, const RepoFile& b) {
    return a.hash || b.hash ? a.hash == b.hash : a.path == b.path && a.sizeBytes == b.sizeBytes;
}

QString HubCache::blobPath(const QString& repository, const RepoFile& file) const {
    return repositoryFolder(repository) + QStringLiteral("/blobs/") + blobName(file);
}

RangedFile::Place HubCache::partPlace(const QString& repository, const RepoFile& file) const {
    return {blobPath(repository, file) + QStringLiteral(".deepseekmoe.incomplete"),
            root_ + QStringLiteral("/.locks/") + folderName(repository) + u'/' + blobName(file) +
                QStringLiteral(".lock"),
            blobName(file),
            file.hash ? blobPath(repository, file) + QStringLiteral(".incomplete") : QString()};
}

DownloadResult<void> HubCache::makeFolders(const QString& repository) const {
    const QString folder = repositoryFolder(repository);
    for (const char* name : {"/blobs", "/refs", "/snapshots"}) {
        if (const auto made = makeFolder(folder + QLatin1String(name)); !made) return made;
    }
    return {};
}

QString HubCache::find(const QString& repository, const QString& commit,
                       const RepoFile& file) const {
    DSM_CHECK(!whyUnsafePath(file.path));
    const QString inSnapshot = snapshotFolder(repository, commit) + u'/' + file.path;
    for (const QString& path : {blobPath(repository, file), inSnapshot}) {
        const QFileInfo info(path);
        if (info.isFile() && info.size() == file.sizeBytes) return info.canonicalFilePath();
    }
    return {};
}

DownloadResult<void> HubCache::link(const QString& repository, const QString& commit,
                                    const RepoFile& file) const {
    DSM_CHECK(!whyUnsafePath(file.path));
    const QString blob = blobPath(repository, file);
    const QString entry = snapshotFolder(repository, commit) + u'/' + file.path;
    const QString folder = QFileInfo(entry).path();
    if (const auto made = makeFolder(folder); !made) return made;
    const QFileInfo present(entry);
    if (present.exists() && present.canonicalFilePath() == QFileInfo(blob).canonicalFilePath())
        return {};
    const auto blobIsThere = isOnDisk(blob);
    if (!blobIsThere) return tl::unexpected(blobIsThere.error());
    if (!*blobIsThere) return {};  // the bytes are in the snapshot itself
    const QString target = QDir(folder).relativeFilePath(blob);
    const QString temporary = entry + QStringLiteral(".%1.new").arg(::getpid());
    removeFile(temporary);
    const auto linked = linksAllowed_ ? makeLink(toPath(target), toPath(temporary))
                                      : tl::unexpected(Error{ErrorCode::Io, {}, EPERM});
    if (!linked && !isRefusalOfLinks(linked.error().systemReason))
        return tl::unexpected(diskError(entry, linked.error().systemReason));
    const auto named = renameFile(linked ? temporary : blob, entry);
    if (!named && linked) removeFile(temporary);
    return named;
}

void HubCache::flushLinks(const QString& repository, const QString& commit,
                          const QList<RepoFile>& files) const {
    const QString folder = snapshotFolder(repository, commit) + u'/';
    QSet<QString> flushed;
    for (const RepoFile& file : files) {
        const QString entry = folder + file.path;
        const QString place = QFileInfo(entry).path();
        if (flushed.contains(place)) continue;
        flushed.insert(place);
        flushFolderOf(entry);
    }
}

DownloadResult<void> HubCache::setRevision(const QString& repository, const QString& revision,
                                           const QString& commit) const {
    if (whyUnsafePath(revision) || revision == commit) return {};
    // A complete cache may lie where nothing can be written.
    if (commitOf(repository, revision) == commit) return {};
    const QString path = repositoryFolder(repository) + QStringLiteral("/refs/") + revision;
    if (const auto made = makeFolder(QFileInfo(path).path()); !made) return made;
    return replaceFile(path, commit.toLatin1());
}

std::optional<QString> HubCache::commitOf(const QString& repository,
                                          const QString& revision) const {
    if (whyUnsafePath(revision)) return std::nullopt;
    const auto text =
        beginningOf(repositoryFolder(repository) + QStringLiteral("/refs/") + revision, 64);
    if (!text) return std::nullopt;
    const auto commit = ContentHash::fromHex(QString::fromLatin1(text->trimmed()));
    return commit ? std::optional(commit->hex) : std::nullopt;
}

QList<CachedSnapshot> HubCache::snapshots() const {
    QList<CachedSnapshot> found;
    const QDir root(root_);
    for (const QString& name : root.entryList({kPrefix + u'*'}, QDir::Dirs)) {
        const QDir snapshots(root.filePath(name + QStringLiteral("/snapshots")));
        for (const QString& commit : snapshots.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            if (const auto snapshot = snapshotAt(snapshots.filePath(commit)))
                found.append(*snapshot);
        }
    }
    return found;
}

std::optional<CachedSnapshot> HubCache::snapshotAt(const QString& folder) {
    const QString path = QDir::cleanPath(QDir(folder).absolutePath());
    const QStringList parts = path.split(u'/');
    const qsizetype count = parts.size();
    if (count < 4 || parts[count - 2] != QLatin1String("snapshots")) return std::nullopt;
    const auto repository = repositoryOf(parts[count - 3]);
    if (!repository) return std::nullopt;
    CachedSnapshot snapshot;
    snapshot.root = parts.first(count - 3).join(u'/');
    snapshot.repository = *repository;
    snapshot.commit = parts.last();
    snapshot.folder = path;
    snapshot.revisions =
        revisionsByCommit(snapshot.root + u'/' + parts[count - 3] + QStringLiteral("/refs"))
            .value(snapshot.commit);
    collectFiles(snapshot);
    return snapshot;
}

}  // namespace dsm
