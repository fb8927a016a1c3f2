// RangeFetch: one connection that fetches one range of a file into a RangedFile.
//
// It believes no answer before it has checked it: the status, the range, the length, the coding,
// the ETag. Redirects are followed up to kMostRedirects, never away from https; a token is dropped
// with its host (http_client.h). A 200 instead of a 206 is read from the file's beginning; what is
// held already is not written again. A body that is all there is at its end, however the reply
// ends; what comes beyond it is an error of the reply, after the bytes that were promised have been
// kept. A connection that stays below DownloadTimes::leastBytesPerSecond is given up like one that
// stalls.
//
// Threads  The queue's. Nothing blocks: it reads when there is room for unflushed bytes and
//          within the speed limit.
// Errors   ended() with the reason, once; bytes written until then count.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "app/services/downloads/file/range_set.h"
#include "app/services/downloads/transfer/download_context.h"

namespace dsm {

class RangeFetch : public QObject {
    Q_OBJECT

  public:
    struct Wish {
        QUrl url = {};
        QUrl source = {};          // whose addresses do not expire
        ByteRange range = {};      // of the file
        bool asksForRange = true;  // false: the whole file, for a server that knows no ranges
        QByteArray etag = {};      // of earlier answers from the same address; "" unknown
        bool mayBeHtml = false;
    };

    RangeFetch(const DownloadContext& context, RangedFile& file, const Wish& wish);
    ~RangeFetch() override;

    void start();
    // What is still to come; nothing of it is being fetched by anybody else.
    ByteRange rest() const { return {cursor_, wish_.range.end}; }
    const QByteArray& etag() const { return etag_; }

  Q_SIGNALS:
    // The server sends the whole file whatever is asked: one connection is all it is good for.
    void rangesIgnored();
    void received(qint64 bytes);
    void ended(const std::optional<dsm::DownloadError>& error);

  private:
    void request(const QUrl& url);
    void dropReply();
    void takeHead();
    std::optional<DownloadError> judge(const HttpAnswer& head);
    std::optional<DownloadError> judgePart(const HttpAnswer& head);
    std::optional<DownloadError> judgeWhole(const HttpAnswer& head);
    void follow(const HttpAnswer& head);
    void pump();
    std::optional<DownloadError> take(QByteArrayView bytes);
    void finishReply();
    void checkStall();
    void beginWindow();
    void end(const std::optional<DownloadError>& error);

    const DownloadContext& context_;
    RangedFile& file_;
    Wish wish_;
    QNetworkReply* reply_ = nullptr;
    qint64 cursor_;       // the next byte that is wanted
    qint64 bodyAt_ = 0;   // where in the file the next byte of the body belongs
    qint64 bodyEnd_ = 0;  // where the body promised to end
    QByteArray etag_;
    QSet<QUrl> visited_;
    bool hasBody_ = false;  // the head was judged good
    bool isFinished_ = false;
    bool hasEnded_ = false;
    bool waitsForLimit_ = false;
    QElapsedTimer sinceByte_;
    QElapsedTimer window_;  // of the speed that is watched
    qint64 windowBytes_ = 0;
    QTimer stallTimer_;
    std::vector<char> buffer_;
};

}  // namespace dsm
