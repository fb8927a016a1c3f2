#include "app/services/remote/remote_reply.h"

#include <QJsonDocument>
#include <QNetworkReply>
#include <QUrl>
#include <algorithm>
#include <string>
#include <utility>

#include "app/services/downloads/source/http_client.h"
#include "app/services/remote/completion_event.h"
#include "app/services/remote/engine_address.h"
#include "app/services/remote/remote_errors.h"
#include "app/services/remote/remote_request.h"

namespace dsm {
namespace {

constexpr int kFlushMs = 25;
constexpr qint64 kBufferBytes = 256 << 10;
constexpr qint64 kMostErrorBytes = 64 << 10;
constexpr int kOk = 200;

std::chrono::seconds inSeconds(std::chrono::milliseconds time) {
    return std::chrono::ceil<std::chrono::seconds>(time);
}

}  // namespace

RemoteReply::RemoteReply(HttpClient& http, const RemoteEngine& engine,
                         const GenerationRequest& request, const QStringList& refused,
                         const RemoteTimes& times)
    : http_(http),
      engine_(engine),
      request_(request),
      refused_(refused),
      times_(times),
      host_(engineHost(engine.address)) {
    silence_.setSingleShot(true);
    silence_.setInterval(times.silence);
    connect(&silence_, &QTimer::timeout, this,
            [this] { end(silent(host_, inSeconds(times_.silence))); });
    flush_.setSingleShot(true);
    flush_.setInterval(kFlushMs);
    connect(&flush_, &QTimer::timeout, this, &RemoteReply::flush);
    wait_.setSingleShot(true);
    connect(&wait_, &QTimer::timeout, this, &RemoteReply::ask);
}

RemoteReply::~RemoteReply() {
    dropReply();
}

void RemoteReply::start() {
    sinceAsked_.start();
    ask();
}

void RemoteReply::ask() {
    const RemoteRequest made = remoteRequest(request_, engine_, refused_);
    events_ = {};
    body_.clear();
    isStream_ = false;
    reply_ = http_.post(engineUrl(engine_.address, made.what),
                        QJsonDocument(made.body).toJson(QJsonDocument::Compact), times_.head,
                        kBufferBytes);
    connect(reply_, &QNetworkReply::metaDataChanged, this, &RemoteReply::takeHead);
    connect(reply_, &QNetworkReply::readyRead, this, &RemoteReply::takeBytes);
    connect(reply_, &QNetworkReply::finished, this, &RemoteReply::takeFinish);
}

void RemoteReply::dropReply() {
    if (reply_ == nullptr) return;
    reply_->disconnect(this);
    reply_->abort();
    reply_->deleteLater();
    reply_ = nullptr;
}

void RemoteReply::stop() {
    if (hasEnded_) return;
    isStopped_ = true;
    end({});
}

void RemoteReply::takeHead() {
    const HttpAnswer head = headOf(*reply_);
    if (head.status != kOk || hasBegun_) return;
    isStream_ = head.header("content-type").toLower().startsWith("text/event-stream");
    hasBegun_ = true;
    silence_.start();
    Q_EMIT began(request_.id);
}

void RemoteReply::takeBytes() {
    const QByteArray bytes = reply_->readAll();
    bytes_ += bytes.size();
    if (hasBegun_) silence_.start();
    if (bytes_ > kMostBytes) return end(tooMuch(host_));
    if (!isStream_) {
        const qint64 most = hasBegun_ ? kMostText : kMostErrorBytes;
        body_.append(bytes.first(std::min<qsizetype>(bytes.size(), most - body_.size())));
        return;
    }
    for (const std::string& event : events_.take({bytes.constData(), std::size_t(bytes.size())})) {
        takeEvent(QByteArray::fromStdString(event));
        if (hasEnded_) return;
    }
    if (events_.isBroken()) end(tooMuch(host_));
}

void RemoteReply::takeEvent(const QByteArray& json) {
    const CompletionEvent event = readCompletionEvent(json);
    if (!event.isUnderstood) return end(notUnderstood(host_));
    take(event);
    // Some leave the connection open behind it.
    if (event.isDone) end({});
}

void RemoteReply::take(const CompletionEvent& event) {
    if (event.isError) return end(toldMeanwhile(event.errorWords, host_));
    if (event.promptTokens) promptTokens_ = event.promptTokens;
    if (event.generatedTokens) generatedTokens_ = event.generatedTokens;
    if (!event.end.isEmpty()) finish_ = event.end;
    if (event.text.isEmpty()) return;
    lastMs_ = sinceAsked_.elapsed();
    if (pieces_++ == 0) firstMs_ = lastMs_;
    characters_ += event.text.size();
    if (characters_ > kMostText) return end(tooMuch(host_));
    text_ += event.text;
    if (!flush_.isActive()) flush_.start();
}

void RemoteReply::flush() {
    // Half of a character waits for the other.
    const bool isHalf = !hasEnded_ && !text_.isEmpty() && text_.back().isHighSurrogate();
    QString half;
    if (isHalf) {
        half = text_.back();
        text_.chop(1);
    }
    const QString whole = std::exchange(text_, half);
    if (!whole.isEmpty()) Q_EMIT wrote(request_.id, whole);
}

void RemoteReply::takeFinish() {
    QNetworkReply* const reply = reply_;
    if (reply->bytesAvailable() > 0) takeBytes();
    if (hasEnded_) return;
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const auto error = reply->error();
    const QString system = reply->errorString();
    silence_.stop();
    if (status == 0 || (!hasBegun_ && status == kOk))
        return end(connectionProblem(error, system, host_));
    if (status != kOk) return takeRefusal(status);
    if (!isStream_ && error == QNetworkReply::NoError) return takeWhole();
    for (const std::string& event : events_.end()) {
        takeEvent(QByteArray::fromStdString(event));
        if (hasEnded_) return;
    }
    end(finish_.isEmpty() ? brokenOff(host_) : QString());
}

// An answer of a server that does not stream.
void RemoteReply::takeWhole() {
    const CompletionEvent event = readCompletionEvent(body_);
    const bool isAnswer = event.isUnderstood && (!event.text.isEmpty() || !event.end.isEmpty());
    if (!isAnswer && !event.isError) return end(notUnderstood(host_));
    take(event);
    if (!hasEnded_) end({});
}

void RemoteReply::takeRefusal(int status) {
    const QString words = readServerWords(body_);
    if (asksAgain(status, words)) return;
    const HttpAnswer head = headOf(*reply_);
    const QUrl target =
        head.url.resolved(QUrl::fromEncoded(head.header("location"), QUrl::StrictMode));
    end(statusProblem(status, words, host_, inSeconds(askedPatience(head)), target.host()));
}

bool RemoteReply::asksAgain(int status, const QString& words) {
    const RemoteRequest asked = remoteRequest(request_, engine_, refused_);
    const bool isOfRequest = status == 400 || status == 422;
    const QString field = isOfRequest ? refusedField(asked.body, words) : QString();
    if (!field.isEmpty()) {
        dropReply();
        refused_.append(field);
        Q_EMIT fieldRefused(field);
        wait_.start(0);
        return true;
    }
    const auto patience = askedPatience(headOf(*reply_));
    const bool isBusy = status == 429 || status == 503;
    if (!isBusy || patience.count() == 0 || patience > times_.longestWait || waits_ >= kMostWaits)
        return false;
    ++waits_;
    dropReply();
    wait_.start(patience);
    return true;
}

GenerationStatistics RemoteReply::statistics() const {
    GenerationStatistics statistics;
    statistics.promptTokens = promptTokens_.value_or(0);
    // Nearly all send a token in a piece.
    statistics.generatedTokens = generatedTokens_.value_or(pieces_);
    statistics.timeToFirstToken = std::chrono::milliseconds(firstMs_);
    const double seconds = static_cast<double>(lastMs_ - firstMs_) / 1000;
    if (seconds > 0 && statistics.generatedTokens > 1)
        statistics.tokensPerSecond = static_cast<double>(statistics.generatedTokens - 1) / seconds;
    return statistics;
}

void RemoteReply::end(const QString& error) {
    if (std::exchange(hasEnded_, true)) return;
    for (QTimer* timer : {&silence_, &flush_, &wait_})
        timer->stop();
    dropReply();
    flush();
    GenerationOutcome outcome;
    outcome.error = error;
    outcome.modelName = engine_.name;
    outcome.statistics = statistics();
    if (finish_ == QLatin1String("length")) outcome.end = StopReason::MaximumTokens;
    if (isStopped_) outcome.end = StopReason::Cancelled;
    Q_EMIT ended(request_.id, outcome);
}

}  // namespace dsm
