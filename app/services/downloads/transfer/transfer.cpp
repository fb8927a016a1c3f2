#include "app/services/downloads/transfer/transfer.h"

#include <algorithm>
#include <utility>

#include "app/services/downloads/transfer/next_piece.h"
#include "app/services/program/said.h"

namespace dsm {
namespace {

// More than all connections bring at the least speed before they are given up: a server that only
// drips does not make progress.
constexpr qint64 kProgressBytes = 512 << 10;
constexpr qint64 kPartsOfProgress = 16;  // of a small file, which then ends anyway

DownloadError changedAtSource(const QString& path) {
    return {DownloadFault::Changed,
            said(
                [] {
                    return DownloadText::tr(
                        "The file %1 is no longer the one the source listed. Start the "
                        "download again.");
                },
                {path})};
}

}  // namespace

Transfer::Transfer(const DownloadContext& context, RepositoryApi& api, Job job)
    : context_(context),
      api_(api),
      job_(std::move(job)),
      retry_(context.times.retry,
             std::min(kProgressBytes, job_.file.sizeBytes / kPartsOfProgress)) {
    wait_.setSingleShot(true);
    connect(&wait_, &QTimer::timeout, this, [this] {
        phase_ = Phase::Fetch;
        location_.url.isEmpty() ? locateMissing() : goOn();
    });
}

Transfer::~Transfer() = default;

qint64 Transfer::bytesHeld() const {
    return file_ ? file_->held().totalBytes() : 0;
}

void Transfer::start() {
    auto file =
        RangedFile::open(job_.place, job_.file.sizeBytes, context_.unflushed, context_.disk);
    if (!file) {
        fail(file.error());
        return;
    }
    file_ = std::move(*file);
    connect(file_.get(), &RangedFile::failed, this, &Transfer::fail);
    if (job_.file.hash) beginHash();
    Q_EMIT progressed();
    locateMissing();
}

void Transfer::beginHash() {
    hash_.reset();
    hasher_ = std::make_unique<FileHasher>(file_->path(), job_.file.hash->kind, job_.file.sizeBytes,
                                           context_.hashing);
    connect(hasher_.get(), &FileHasher::finished, this, &Transfer::takeHash);
    connect(hasher_.get(), &FileHasher::failed, this, &Transfer::fail);
    connect(hasher_.get(), &FileHasher::progressed, this, &Transfer::progressed);
    followWithHash();
}

void Transfer::followWithHash() {
    const qint64 prefix = file_->held().reachFrom(0);
    if (prefix > 0) hasher_->setAvailable(prefix);
}

void Transfer::stop() {
    end([this] { Q_EMIT stopped(); });
}

void Transfer::reconnect() {
    if (phase_ != Phase::Locate && phase_ != Phase::Fetch && phase_ != Phase::Wait) return;
    fetches_.clear();
    wait_.stop();
    retry_.progressed();
    locateMissing();
}

int Transfer::connections() const {
    if (phase_ == Phase::Locate) return std::max<int>(1, static_cast<int>(fetches_.size()));
    return static_cast<int>(fetches_.size());
}

bool Transfer::wantsConnection() const {
    if (phase_ != Phase::Fetch || location_.url.isEmpty()) return false;
    return rangesWork_ ? !nextPiece().isEmpty() : fetches_.empty();
}

ByteRange Transfer::nextPiece() const {
    RangeSet taken = file_->held();
    for (const auto& fetch : fetches_)
        taken.add(fetch->rest());
    return dsm::nextPiece(taken, file_->sizeBytes());
}

void Transfer::addConnection() {
    RangeFetch::Wish wish;
    wish.url = location_.url;
    wish.source = job_.source;
    wish.range = rangesWork_ ? nextPiece() : ByteRange{0, file_->sizeBytes()};
    wish.asksForRange = rangesWork_ && wish.range != ByteRange{0, file_->sizeBytes()};
    wish.etag = etag_;
    wish.mayBeHtml = job_.file.path.endsWith(QLatin1String(".html"), Qt::CaseInsensitive);
    fetches_.push_back(std::make_unique<RangeFetch>(context_, *file_, wish));
    RangeFetch* fetch = fetches_.back().get();
    connect(fetch, &RangeFetch::received, this, &Transfer::takeBytes);
    connect(fetch, &RangeFetch::rangesIgnored, this, [this, fetch] { keepOnly(fetch); });
    connect(fetch, &RangeFetch::ended, this,
            [this, fetch, begun = failures_](const std::optional<DownloadError>& error) {
                endFetch(fetch, begun, error);
            });
    fetch->start();
}

// Of a file without a listed hash the source is asked in any case: it may name one.
void Transfer::locateMissing() {
    if (file_->isComplete() && (hasher_ || wasLocated_)) {
        verify();
    } else {
        locate();
    }
}

void Transfer::locate() {
    phase_ = Phase::Locate;
    location_ = {};
    etag_.clear();
    question_ = std::make_unique<QObject>();
    api_.locate(job_.repository, job_.file, question_.get(),
                [this](const DownloadResult<FileLocation>& location) { takeLocation(location); });
    Q_EMIT connectionsChanged();
}

void Transfer::takeLocation(const DownloadResult<FileLocation>& location) {
    if (phase_ != Phase::Locate) return;
    phase_ = Phase::Fetch;
    if (!location) {
        handle(location.error());
        return;
    }
    const bool hasOtherSize =
        location->sizeBytes >= 0 && location->sizeBytes != job_.file.sizeBytes;
    const bool hasOtherHash = location->hash && job_.file.hash &&
                              location->hash->kind == job_.file.hash->kind &&
                              *location->hash != *job_.file.hash;
    if (hasOtherSize || hasOtherHash) {
        fail(changedAtSource(job_.file.path));
        return;
    }
    location_ = *location;
    wasLocated_ = true;
    if (!job_.file.hash && location->hash) {
        job_.file.hash = location->hash;
        beginHash();
    }
    const bool isConfirmed = location->hash && job_.file.hash && *location->hash == *job_.file.hash;
    if (std::exchange(mustConfirm_, false) && !isConfirmed) {
        fetchAgain({{0, file_->sizeBytes()}});
        return;
    }
    goOn();
}

// A complete file wants no connection: nothing but its verification would ever happen again.
void Transfer::goOn() {
    if (file_->isComplete()) {
        verify();
    } else {
        Q_EMIT connectionsChanged();
    }
}

void Transfer::takeBytes(qint64 bytes) {
    retry_.received(bytes);
    if (hasher_) followWithHash();
    Q_EMIT received(bytes);
    Q_EMIT progressed();
}

void Transfer::keepOnly(RangeFetch* fetch) {
    rangesWork_ = false;
    for (auto& other : fetches_) {
        if (other.get() == fetch) continue;
        other->disconnect(this);
        other.release()->deleteLater();
    }
    std::erase(fetches_, nullptr);
}

void Transfer::endFetch(RangeFetch* fetch, int failuresAtStart,
                        const std::optional<DownloadError>& error) {
    if (etag_.isEmpty() && changes_ < 2) etag_ = fetch->etag();
    const auto found = std::find_if(fetches_.begin(), fetches_.end(),
                                    [&](const auto& owned) { return owned.get() == fetch; });
    if (found == fetches_.end()) return;
    found->release()->deleteLater();  // it is the sender of what is being handled
    fetches_.erase(found);
    if (phase_ == Phase::Ended) return;
    if (const auto recorded = file_->record(); !recorded) {
        fail(recorded.error());
        return;
    }
    if (!error || (file_->isComplete() && isCompleteDespite(*error))) {
        goOn();
    } else if (failuresAtStart < failures_ && isWorthAnotherTry(error->fault)) {
        handleAgain(*error);
    } else {
        handle(*error);
    }
}

// The hash tells whether the bytes are right. Where there is none only the size does, and
// a reply that was longer than the file denies it.
bool Transfer::isCompleteDespite(const DownloadError& error) const {
    return isWorthAnotherTry(error.fault) && (hasher_ || error.fault != DownloadFault::WrongAnswer);
}

void Transfer::handle(const DownloadError& error) {
    if (file_->isComplete() && error.fault == DownloadFault::WrongAnswer) {
        takeChange({DownloadFault::Changed, error.message});
        return;
    }
    if (error.fault == DownloadFault::Changed) {
        takeChange(error);
        return;
    }
    ++failures_;
    const auto pause = retry_.failed(error);
    if (!pause) {
        fail(error);
        return;
    }
    if (error.fault == DownloadFault::Expired) {
        location_ = {};
        if (retry_.failures() == 1) {
            locate();
            return;
        }
    }
    wait(*pause);
}

// A lost network ends all connections, one soon after the other: that is one failure. This one was
// opened before the failure that was counted last.
void Transfer::handleAgain(const DownloadError& error) {
    if (phase_ == Phase::Wait) {
        if (error.retryAfter > wait_.remainingTimeAsDuration()) wait_.start(error.retryAfter);
    } else if (phase_ == Phase::Fetch && error.retryAfter.count() > 0) {
        wait(error.retryAfter);
    } else {
        goOn();
    }
}

void Transfer::wait(std::chrono::milliseconds time) {
    phase_ = Phase::Wait;
    wait_.start(time);
    Q_EMIT connectionsChanged();
}

void Transfer::end(std::function<void()> tell) {
    if (phase_ == Phase::Ended) return;
    phase_ = Phase::Ended;
    wait_.stop();
    question_.reset();
    for (auto& fetch : fetches_) {
        fetch->disconnect(this);
        fetch.release()->deleteLater();
    }
    fetches_.clear();
    if (!file_) {
        QMetaObject::invokeMethod(this, std::move(tell), Qt::QueuedConnection);
        return;
    }
    file_->disconnect(this);
    file_->sync([tell = std::move(tell)](const DownloadResult<void>&) { tell(); });
}

void Transfer::fail(const DownloadError& error) {
    end([this, error] { Q_EMIT failed(error); });
}

}  // namespace dsm
