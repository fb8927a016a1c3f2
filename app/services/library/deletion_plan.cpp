#include "app/services/library/deletion_plan.h"

#include <sys/stat.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "app/services/downloads/hub_cache.h"
#include "app/services/program/private_file.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr quint64 kBlockBytes = 512;  // of st_blocks, whatever the file system's own are

// Every file of the paths, by its identity.
class Files {
  public:
    void add(const fs::path& path) {
        count(path);
        std::error_code error;
        if (!fs::is_directory(fs::symlink_status(path, error))) return;
        fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied,
                                               error);
        for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error))
            count(entry->path());
    }

    void addTo(DeletionPlan& plan) const {
        for (const auto& [identity, file] : files_) {
            const bool hasOtherNames = file.names < file.allNames;
            (hasOtherNames ? plan.keptBytes : plan.freedBytes) += file.bytes;
            plan.files += file.isRegular ? 1 : 0;
        }
    }

  private:
    struct File {
        quint64 bytes = 0;
        nlink_t names = 0;     // among the paths
        nlink_t allNames = 0;  // on the disk
        bool isRegular = false;
    };

    void count(const fs::path& path) {
        struct stat info {};
        if (::lstat(path.c_str(), &info) != 0) return;
        File& file = files_[{info.st_dev, info.st_ino}];
        file.bytes = static_cast<quint64>(info.st_blocks) * kBlockBytes;
        // A folder's links are those of its entries.
        file.allNames = S_ISDIR(info.st_mode) ? 1 : info.st_nlink;
        file.isRegular = S_ISREG(info.st_mode);
        ++file.names;
    }

    std::map<std::pair<dev_t, ino_t>, File> files_;
};

// What the links of a snapshot lead to, of the repository's own blobs.
QSet<QString> blobsOf(const CachedSnapshot& snapshot, const QString& blobs) {
    QSet<QString> found;
    for (const CachedFile& file : snapshot.files) {
        if (QFileInfo(file.realPath).path() == blobs) found.insert(file.realPath);
    }
    return found;
}

QSet<QString> blobsOfOthers(const CachedSnapshot& snapshot, const QString& blobs) {
    QSet<QString> needed;
    const QDir snapshots = QFileInfo(snapshot.folder).dir();
    for (const QString& commit : snapshots.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (commit == snapshot.commit) continue;
        const auto other = HubCache::snapshotAt(snapshots.filePath(commit));
        if (other) needed |= blobsOf(*other, blobs);
    }
    return needed;
}

DeletionPlan planOfSnapshot(const CachedSnapshot& snapshot, const QSet<QString>& ownFiles) {
    DeletionPlan plan;
    plan.disk = QFileInfo(QFileInfo(snapshot.folder).path()).path();  // the repository's folder
    const QDir repository(plan.disk);
    plan.paths.append(snapshot.folder);
    for (const QString& revision : snapshot.revisions)
        plan.paths.append(repository.filePath(QStringLiteral("refs/") + revision));
    const QString blobs =
        QFileInfo(repository.filePath(QStringLiteral("blobs"))).canonicalFilePath();
    const QSet<QString> needed = blobsOfOthers(snapshot, blobs);
    for (const QString& blob : blobsOf(snapshot, blobs)) {
        if (needed.contains(blob)) {
            plan.keptBytes += static_cast<quint64>(QFileInfo(blob).size());
        } else {
            plan.paths.append(blob);
        }
    }
    for (const CachedFile& file : snapshot.files) {
        if (!needed.contains(file.realPath) && !ownFiles.contains(file.realPath))
            ++plan.filesOfOthers;
    }
    for (const char* name : {"snapshots", "refs", "blobs"})
        plan.mayBeEmpty.append(repository.filePath(QLatin1String(name)));
    plan.mayBeEmpty.append(plan.disk);
    return plan;
}

}  // namespace

DeletionPlan planDeletion(const QString& folder, const QSet<QString>& ownFiles) {
    const QString path = QDir::cleanPath(QDir(folder).absolutePath());
    DeletionPlan plan;
    const auto snapshot = HubCache::snapshotAt(path);
    if (snapshot) {
        plan = planOfSnapshot(*snapshot, ownFiles);
    } else {
        plan.disk = QFileInfo(path).path();
        plan.paths = {path};
    }
    plan.folder = path;
    plan.paths.removeIf([](const QString& gone) {
        return !QFileInfo::exists(gone) && !QFileInfo(gone).isSymLink();
    });
    Files files;
    for (const QString& gone : std::as_const(plan.paths))
        files.add(toPath(gone));
    files.addTo(plan);
    return plan;
}

}  // namespace dsm
