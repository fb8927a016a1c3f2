// Transfer: from the last byte to a file that is right.
#include <utility>

#include "app/services/downloads/transfer/transfer.h"
#include "app/services/program/said.h"

namespace dsm {
namespace {

constexpr int kMostRepairs = 3;

DownloadError damagedAtSource(const QString& path) {
    return {DownloadFault::Damaged,
            said(
                [] {
                    return DownloadText::tr(
                        "The file %1 does not have its published checksum, also when fetched "
                        "again. Choose another source.");
                },
                {path})};
}

}  // namespace

// Servers of one file may disagree about its ETag. The first time the source is asked: when it
// confirms the published hash, what is held stays; else it may be of the old file or the new, and
// none of it can be used. From the second time on only the hash of the whole is believed.
void Transfer::takeChange(const DownloadError& error) {
    fetches_.clear();
    wait_.stop();
    ++changes_;
    if (changes_ == 1) {
        mustConfirm_ = true;
        locate();
    } else if (changes_ == 2) {
        fetchAgain({{0, file_->sizeBytes()}});
    } else {
        failWithNothing(error);
    }
}

// A later try must not begin with bytes that are known to be wrong.
void Transfer::failWithNothing(const DownloadError& error) {
    forget({{0, file_->sizeBytes()}}, [this, error] { fail(error); });
}

void Transfer::verify() {
    phase_ = Phase::Verify;
    isSynced_ = false;
    isHashRight_ = !hasher_;
    wait_.stop();
    question_.reset();
    fetches_.clear();
    Q_EMIT connectionsChanged();
    Q_EMIT progressed();
    file_->sync([this](const DownloadResult<void>& result) {
        if (phase_ != Phase::Verify) return;
        if (!result) {
            fail(result.error());
            return;
        }
        isSynced_ = true;
        complete();
    });
    if (hash_) {
        takeHash(*hash_);
    } else if (hasher_) {
        hasher_->setAvailable(file_->sizeBytes());
    }
}

void Transfer::takeHash(const ContentHash& hash) {
    hash_ = hash;
    if (phase_ != Phase::Verify) return;  // the last connection has not ended yet
    if (hash == *job_.file.hash) {
        isHashRight_ = true;
        complete();
    } else {
        repair();
    }
}

void Transfer::repair() {
    file_->sync([this](const DownloadResult<void>& result) {
        if (phase_ != Phase::Verify) return;
        if (!result) {
            fail(result.error());
            return;
        }
        file_->findDamage([this](const DownloadResult<std::vector<ByteRange>>& damaged) {
            if (phase_ != Phase::Verify) return;
            if (!damaged) {
                fail(damaged.error());
                return;
            }
            const bool isKnown = !damaged->empty();
            if (++repairs_ > kMostRepairs || (!isKnown && std::exchange(wasBegunAgain_, true))) {
                failWithNothing(damagedAtSource(job_.file.path));
                return;
            }
            fetchAgain(isKnown ? *damaged : std::vector<ByteRange>{{0, file_->sizeBytes()}});
        });
    });
}

void Transfer::fetchAgain(const std::vector<ByteRange>& damaged) {
    forget(damaged, [this] {
        if (hasher_) {
            hash_.reset();
            hasher_->restart();
            followWithHash();
        }
        Q_EMIT progressed();
        locate();
    });
}

void Transfer::forget(const std::vector<ByteRange>& damaged, std::function<void()> then) {
    phase_ = Phase::Wait;
    file_->sync([this, damaged, then = std::move(then)](const DownloadResult<void>& result) {
        if (phase_ != Phase::Wait) return;
        const auto done = result ? file_->forget(damaged) : result;
        done ? then() : fail(done.error());
    });
}

void Transfer::complete() {
    if (!isSynced_ || !isHashRight_) return;
    if (const auto moved = file_->moveTo(job_.blobPath(job_.file)); !moved) {
        fail(moved.error());
        return;
    }
    phase_ = Phase::Ended;
    Q_EMIT finished();
}

}  // namespace dsm
