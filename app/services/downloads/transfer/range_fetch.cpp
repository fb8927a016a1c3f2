#include "app/services/downloads/transfer/range_fetch.h"

#include <algorithm>
#include <limits>

#include "app/services/downloads/file/content_hash.h"
#include "app/services/program/said.h"

namespace dsm {
namespace {

constexpr qint64 kFetchedBytes = 256 << 10;
// What Qt may hold of a reply that nobody reads; then TCP holds the sender back.
constexpr qint64 kBufferBytes = 1 << 20;
constexpr int kReadsAtOnce = 16;

struct ContentRange {
    qint64 begin = 0;
    qint64 end = 0;     // one past the last
    qint64 total = -1;  // -1: "*"
};

std::optional<ContentRange> parseContentRange(const QByteArray& text) {
    // bytes 0-99/1234, or bytes 0-99/*
    QByteArray rest = text.trimmed();
    if (!rest.startsWith("bytes ")) return std::nullopt;
    rest.remove(0, 6);
    const qsizetype dash = rest.indexOf('-');
    const qsizetype slash = rest.indexOf('/');
    if (dash <= 0 || slash < dash) return std::nullopt;
    bool okBegin = false;
    bool okLast = false;
    bool okTotal = true;
    ContentRange range;
    range.begin = rest.left(dash).toLongLong(&okBegin);
    const qint64 last = rest.mid(dash + 1, slash - dash - 1).toLongLong(&okLast);
    const QByteArray total = rest.mid(slash + 1);
    if (total != "*") range.total = total.toLongLong(&okTotal);
    if (!okBegin || !okLast || !okTotal || range.begin < 0 || last < range.begin ||
        last == std::numeric_limits<qint64>::max()) {
        return std::nullopt;
    }
    range.end = last + 1;
    return range;
}

bool isHtml(const HttpAnswer& head) {
    return head.header("content-type").trimmed().toLower().startsWith("text/html");
}

DownloadError portalError(const QUrl& url) {
    return {DownloadFault::WrongAnswer,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 answers with a web page instead of the file. Sign in to the "
                        "network if it asks for that (open any page in a browser), then "
                        "resume.");
                },
                {url.host()})};
}

DownloadError changedError(const QUrl& url) {
    return {DownloadFault::Changed,
            said(
                [] {
                    return DownloadText::tr(
                        "The file at %1 was changed while it was downloaded. Start the "
                        "download again.");
                },
                {url.host()})};
}

DownloadError wrongRangeError(const QUrl& url) {
    return {DownloadFault::WrongAnswer,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 sends other bytes than those asked for. Resume later, or choose "
                        "another source or no proxy.");
                },
                {url.host()})};
}

DownloadError tooLongError(const QUrl& url) {
    return {DownloadFault::WrongAnswer,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 sends more bytes than the file has. Resume later, or choose "
                        "another source or no proxy.");
                },
                {url.host()})};
}

DownloadError codedError(const QUrl& url) {
    return {DownloadFault::WrongAnswer,
            said(
                [] {
                    return DownloadText::tr(
                        "%1, or a proxy on the way, changes the file (it sends it "
                        "compressed). Choose another source or no proxy.");
                },
                {url.host()})};
}

DownloadError earlyEndError(const QUrl& url) {
    return {DownloadFault::Network,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 ended the connection early. The download goes on where it was.");
                },
                {url.host()})};
}

DownloadError stallError(const QUrl& url) {
    return {
        DownloadFault::Network,
        said(
            [] {
                return DownloadText::tr("%1 stopped sending. The download goes on where it was.");
            },
            {url.host()})};
}

DownloadError slowError(const QUrl& url) {
    return {DownloadFault::Network,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 sends so slowly that the download would not end. It goes on where "
                        "it was; resume later or choose another source.");
                },
                {url.host()})};
}

}  // namespace

RangeFetch::RangeFetch(const DownloadContext& context, RangedFile& file, const Wish& wish)
    : context_(context),
      file_(file),
      wish_(wish),
      cursor_(wish.range.begin),
      buffer_(static_cast<size_t>(kFetchedBytes)) {
    connect(&context_.unflushed, &UnflushedBytes::freed, this, &RangeFetch::pump,
            Qt::QueuedConnection);
    connect(&stallTimer_, &QTimer::timeout, this, &RangeFetch::checkStall);
}

RangeFetch::~RangeFetch() {
    dropReply();
}

void RangeFetch::start() {
    const auto shortest = std::min(context_.times.stall, context_.times.slow);
    stallTimer_.start(std::max<int>(1, static_cast<int>(shortest.count() / 8)));
    request(wish_.url);
}

void RangeFetch::request(const QUrl& url) {
    dropReply();
    visited_.insert(url);
    HttpHeaders headers;
    if (wish_.asksForRange) {
        headers.append({"Range", "bytes=" + QByteArray::number(cursor_) + '-' +
                                     QByteArray::number(wish_.range.end - 1)});
    }
    sinceByte_.start();
    beginWindow();
    reply_ = context_.http.open(url, headers, kBufferBytes);
    connect(reply_, &QNetworkReply::metaDataChanged, this, &RangeFetch::takeHead);
    connect(reply_, &QNetworkReply::readyRead, this, &RangeFetch::pump);
    connect(reply_, &QNetworkReply::finished, this, [this] {
        isFinished_ = true;
        QNetworkReply* reply = reply_;
        takeHead();
        if (reply_ == reply) pump();
    });
}

void RangeFetch::dropReply() {
    if (reply_ == nullptr) return;
    // It may be the one that speaks; its end, later, ends the connection.
    reply_->disconnect(this);
    reply_->deleteLater();
    reply_ = nullptr;
    hasBody_ = isFinished_ = false;
}

void RangeFetch::takeHead() {
    if (hasEnded_ || hasBody_) return;
    const HttpAnswer head = headOf(*reply_);
    if (head.status == 0 || head.status / 100 == 1) return;
    sinceByte_.start();
    if (head.isRedirect()) {
        follow(head);
        return;
    }
    if (const auto error = judge(head)) {
        end(error);
        return;
    }
    hasBody_ = true;
    beginWindow();
}

void RangeFetch::follow(const HttpAnswer& head) {
    const auto target = redirectTarget(head);
    if (!target) {
        end(target.error());
    } else if (visited_.size() > kMostRedirects || visited_.contains(*target)) {
        end(tooManyRedirects(head.url));
    } else {
        request(*target);
    }
}

std::optional<DownloadError> RangeFetch::judge(const HttpAnswer& head) {
    const bool isSigned = !isSameOrigin(head.url, wish_.source);
    if (isSigned && (head.status == 401 || head.status == 403 || head.status == 410)) {
        DownloadError expired = statusError(head);
        expired.fault = DownloadFault::Expired;
        return expired;
    }
    if (head.status == 416) return changedError(head.url);
    if (head.status != 200 && head.status != 206) return statusError(head);
    const QByteArray coding = head.header("content-encoding").trimmed().toLower();
    if (!coding.isEmpty() && coding != "identity") return codedError(head.url);
    etag_ = plainEtag(head.header("etag"));
    const bool isOther = !wish_.etag.isEmpty() && !etag_.isEmpty() && etag_ != wish_.etag;
    if (head.status == 200 && isHtml(head) && !wish_.mayBeHtml) return portalError(head.url);
    if (isOther) return changedError(head.url);
    return head.status == 206 ? judgePart(head) : judgeWhole(head);
}

std::optional<DownloadError> RangeFetch::judgePart(const HttpAnswer& head) {
    const auto range = parseContentRange(head.header("content-range"));
    if (!range || !wish_.asksForRange || range->begin != cursor_ || range->end > wish_.range.end)
        return wrongRangeError(head.url);
    if (range->total >= 0 && range->total != file_.sizeBytes()) return changedError(head.url);
    bodyAt_ = range->begin;
    bodyEnd_ = range->end;
    return std::nullopt;
}

std::optional<DownloadError> RangeFetch::judgeWhole(const HttpAnswer& head) {
    bool isKnown = false;
    const qint64 length = head.header("content-length").toLongLong(&isKnown);
    if (isKnown && length != file_.sizeBytes()) return changedError(head.url);
    bodyAt_ = 0;
    bodyEnd_ = file_.sizeBytes();
    if (wish_.asksForRange && wish_.range != ByteRange{0, file_.sizeBytes()})
        Q_EMIT rangesIgnored();
    wish_.range.end = file_.sizeBytes();
    return std::nullopt;
}

void RangeFetch::pump() {
    for (int reads = 0; !hasEnded_ && reply_ != nullptr && hasBody_; ++reads) {
        const qint64 available = std::min(reply_->bytesAvailable(), kFetchedBytes);
        if (available <= 0) break;
        if (context_.unflushed.isFull() || waitsForLimit_) {
            beginWindow();  // it is we who do not read
            return;
        }
        if (reads == kReadsAtOnce) {  // let the other connections have their turn
            QMetaObject::invokeMethod(this, &RangeFetch::pump, Qt::QueuedConnection);
            return;
        }
        const qint64 allowed = context_.limiter.take(available);
        if (allowed < available) beginWindow();
        if (allowed == 0) {
            waitsForLimit_ = true;
            QTimer::singleShot(RateLimiter::kWait, this, [this] {
                waitsForLimit_ = false;
                pump();
            });
            return;
        }
        const qint64 got = reply_->read(buffer_.data(), allowed);
        if (got < allowed) context_.limiter.giveBack(allowed - std::max<qint64>(got, 0));
        if (got <= 0) break;
        sinceByte_.start();
        windowBytes_ += got;
        if (const auto error = take({buffer_.data(), static_cast<qsizetype>(got)})) end(error);
    }
    if (!hasEnded_ && isFinished_) finishReply();
}

std::optional<DownloadError> RangeFetch::take(QByteArrayView bytes) {
    const bool isTooLong = bytes.size() > bodyEnd_ - bodyAt_;
    if (isTooLong) bytes = bytes.first(bodyEnd_ - bodyAt_);
    const qint64 bodyBegin = bodyAt_;
    bodyAt_ += bytes.size();
    qint64 written = 0;
    for (ByteRange within{bodyBegin, bodyAt_}; !within.isEmpty();) {
        const ByteRange missing = file_.held().firstMissing(within);
        if (missing.isEmpty()) break;
        const auto part = bytes.sliced(missing.begin - bodyBegin, missing.size());
        if (const auto done = file_.write(missing.begin, part); !done) return done.error();
        written += missing.size();
        within.begin = missing.end;
    }
    cursor_ = std::max(cursor_, bodyAt_);
    if (written > 0) Q_EMIT received(written);
    if (isTooLong) return tooLongError(reply_->url());
    return std::nullopt;
}

void RangeFetch::finishReply() {
    if (!hasBody_) {
        end(connectionError(reply_->error(), reply_->errorString(), reply_->url()));
    } else if (bodyAt_ == bodyEnd_) {
        end(std::nullopt);
    } else {
        end(earlyEndError(reply_->url()));
    }
}

void RangeFetch::checkStall() {
    if (hasEnded_ || reply_ == nullptr) return;
    if (hasBody_ && reply_->bytesAvailable() > 0) {  // it is we who do not read
        sinceByte_.start();
        beginWindow();
        return;
    }
    // All that was promised is there; the end of the reply adds nothing and may never come.
    if (hasBody_ && bodyAt_ == bodyEnd_) {
        end(std::nullopt);
    } else if (sinceByte_.hasExpired(context_.times.stall.count())) {
        end(stallError(reply_->url()));
    } else if (window_.hasExpired(context_.times.slow.count())) {
        const qint64 least = context_.times.leastBytesPerSecond * window_.elapsed() / 1000;
        if (windowBytes_ < least) {
            end(slowError(reply_->url()));
        } else {
            beginWindow();
        }
    }
}

void RangeFetch::beginWindow() {
    window_.start();
    windowBytes_ = 0;
}

void RangeFetch::end(const std::optional<DownloadError>& error) {
    if (hasEnded_) return;
    hasEnded_ = true;
    stallTimer_.stop();
    dropReply();
    Q_EMIT ended(error);
}

}  // namespace dsm
