#include "app/services/downloads/integrity_check.h"

#include "app/services/downloads/known_hashes.h"

namespace dsm {

IntegrityCheck::IntegrityCheck(const CachedSnapshot& snapshot, WorkThread& hashing)
    : snapshot_(snapshot), hashing_(hashing), damaged_(snapshot.lost) {
    for (const CachedFile& file : snapshot_.files)
        if (file.hash) bytesTotal_ += file.sizeBytes;
}

void IntegrityCheck::start() {
    next();
}

void IntegrityCheck::next() {
    while (index_ < snapshot_.files.size() && !snapshot_.files[index_].hash)
        unknown_.append(snapshot_.files[index_++].path);
    if (index_ == snapshot_.files.size()) {
        Q_EMIT finished();
        return;
    }
    const CachedFile& file = snapshot_.files[index_];
    hasher_ =
        std::make_unique<FileHasher>(file.realPath, file.hash->kind, file.sizeBytes, hashing_);
    connect(hasher_.get(), &FileHasher::progressed, this,
            [this] { Q_EMIT progressed(bytesDone_ + hasher_->hashedBytes(), bytesTotal_); });
    // Queued: the hasher that speaks is replaced by the next.
    connect(
        hasher_.get(), &FileHasher::finished, this,
        [this](const ContentHash& hash) { take(hash == *snapshot_.files[index_].hash); },
        Qt::QueuedConnection);
    connect(
        hasher_.get(), &FileHasher::failed, this, [this] { take(false); }, Qt::QueuedConnection);
    hasher_->setAvailable(file.sizeBytes);
}

void IntegrityCheck::take(bool isSound) {
    const CachedFile& file = snapshot_.files[index_++];
    if (!isSound) damaged_.append(file.path);
    bytesDone_ += file.sizeBytes;
    Q_EMIT progressed(bytesDone_, bytesTotal_);
    next();
}

void IntegrityChecks::add(const QString& folder) {
    if (!folders_.contains(folder)) folders_.append(folder);
    if (folders_.size() == 1) next();
}

void IntegrityChecks::clear() {
    folders_.clear();
    check_.reset();
}

void IntegrityChecks::next() {
    check_.reset();
    if (folders_.isEmpty()) return;
    CachedSnapshot snapshot = describeFolder(folders_.first());
    snapshot.folder = folders_.first();
    check_ = std::make_unique<IntegrityCheck>(snapshot, hashing_);
    connect(check_.get(), &IntegrityCheck::progressed, this, [this](qint64 done, qint64 total) {
        Q_EMIT progressed(folders_.first(), done, total);
    });
    // Queued: the check that speaks is replaced by the next.
    connect(
        check_.get(), &IntegrityCheck::finished, this,
        [this] {
            Q_EMIT finished(*check_);
            folders_.removeFirst();
            next();
        },
        Qt::QueuedConnection);
    check_->start();
}

}  // namespace dsm
