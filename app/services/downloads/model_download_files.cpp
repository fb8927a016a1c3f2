// ModelDownload: which files there are, and what is there of them already.
#include <QFileInfo>
#include <algorithm>

#include "app/services/program/private_file.h"

#include "app/services/downloads/model_download.h"

namespace dsm {
namespace {

// Without a listed hash the one counts to which the bytes were held when they came: their name.
RepoFile withHashOf(const QString& path, RepoFile file) {
    if (!file.hash) file.hash = ContentHash::fromHex(QFileInfo(path).fileName());
    return file;
}

}  // namespace

void ModelDownload::takeList(const DownloadResult<RemoteRepository>& repository) {
    if (phase_ != Phase::List) return;
    if (!repository) {
        const auto pause = retry_.failed(repository.error());
        if (pause) {
            wait_.start(*pause);
        } else {
            fail(repository.error());
        }
        return;
    }
    retry_.progressed();
    const auto chosen = chooseFiles(repository->listing.files);
    if (!chosen) {
        fail(chosen.error());
        return;
    }
    repository_ = *repository;
    files_ = *chosen;
    bytesTotal_ = 0;
    for (const RepoFile& file : files_)
        bytesTotal_ += file.sizeBytes;  // checked by chooseFiles
    toCheck_.clear();
    toFetch_.clear();
    doneBytes_ = laterBytes_ = filesDone_ = filesUnverified_ = 0;
    phase_ = Phase::Check;
    for (const RepoFile& file : *chosen) {  // files_ may grow
        place(file);
        if (phase_ == Phase::Ended) return;
    }
    checkNext();
}

// Done, to be checked, or to be fetched: by what is there.
void ModelDownload::place(const RepoFile& file) {
    const QString path = cache_.find(job_.repository, repository_.listing.commit, file);
    const RepoFile there = withHashOf(path, file);
    if (path.isEmpty()) {
        toFetch_.append(file);
    } else if (!there.hash || verified_.value(path) == VerifiedStamp::of(path)) {
        accept(there);
    } else if (phase_ == Phase::Check) {
        toCheck_.append(file);
    } else {
        toFetch_.prepend(file);
    }
}

// Code that the file names belongs to the model, too, and comes before the weights.
void ModelDownload::addCode(const RepoFile& file, const QString& realPath) {
    if (!mayNameCode(file.path)) return;
    const auto contents = beginningOf(realPath, kMostCodeBytes + 1);
    if (!contents) return;
    for (const RepoFile& code : codeNamedIn(file.path, *contents, repository_.listing.files)) {
        const bool isKnown = std::any_of(files_.begin(), files_.end(), [&](const RepoFile& other) {
            return other.path == code.path;
        });
        if (isKnown || phase_ == Phase::Ended) continue;
        files_.append(code);
        bytesTotal_ += code.sizeBytes;
        if (phase_ == Phase::Fetch) laterBytes_ += heldOf(code).value_or(0);
        place(code);
    }
}

void ModelDownload::checkNext() {
    check_.reset();
    Q_EMIT progressed();
    if (toCheck_.isEmpty()) {
        beginFetching();
        return;
    }
    const QString path =
        cache_.find(job_.repository, repository_.listing.commit, toCheck_.constFirst());
    const RepoFile file = withHashOf(path, toCheck_.constFirst());
    if (!file.hash) {  // taken away meanwhile
        toFetch_.append(toCheck_.takeFirst());
        QMetaObject::invokeMethod(this, &ModelDownload::checkNext, Qt::QueuedConnection);
        return;
    }
    check_ = std::make_unique<FileHasher>(path, file.hash->kind, file.sizeBytes, context_.hashing);
    // Queued: the hasher that speaks is replaced by what is done about it.
    connect(
        check_.get(), &FileHasher::finished, this,
        [this, file](const ContentHash& hash) { takeCheck(file, hash); }, Qt::QueuedConnection);
    connect(
        check_.get(), &FileHasher::failed, this,
        [this, file](const DownloadError&) { takeCheck(file, {}); }, Qt::QueuedConnection);
    check_->setAvailable(file.sizeBytes);
}

void ModelDownload::takeCheck(const RepoFile& file, const ContentHash& hash) {
    if (phase_ != Phase::Check || toCheck_.isEmpty()) return;
    const RepoFile listed = toCheck_.takeFirst();
    if (hash == *file.hash) {
        accept(file);
        if (phase_ == Phase::Ended) return;
    } else {
        toFetch_.append(listed);  // the right bytes will take its place
    }
    checkNext();
}

}  // namespace dsm
