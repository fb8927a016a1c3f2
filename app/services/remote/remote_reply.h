// RemoteReply: one reply that a server writes, from the question to its end.
//
//   asked -> (429 with a short Retry-After: waits, asks again) -> (a field is refused: asks without it)
//         -> events, until the end of the stream
//
// What arrives is bounded: an event by EventStream::kMostBytes, the whole by kMostBytes, its text by
// kMostText, silence by RemoteTimes. A connection that breaks off leaves what came.
//
// Ownership Borrows the HttpClient. Destroying it ends the request unheard.
// Threads   The one it was made on.
// Errors    ended() with the reason in words for people, once, after the last piece.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>
#include <chrono>

#include "app/services/program/generation_types.h"
#include "app/services/remote/remote_types.h"
#include "engine/format/event_stream.h"

class QNetworkReply;

namespace dsm {

class HttpClient;
struct CompletionEvent;

// Shorter in tests.
struct RemoteTimes {
    // Until the headers: a server may load its model first, and read a long prompt.
    std::chrono::milliseconds head{300'000};
    std::chrono::milliseconds silence{120'000};     // between two pieces
    std::chrono::milliseconds longestWait{20'000};  // that is asked for and waited
};

class RemoteReply : public QObject {
    Q_OBJECT

  public:
    RemoteReply(HttpClient& http, const RemoteEngine& engine, const GenerationRequest& request,
                const QStringList& refused, const RemoteTimes& times);
    ~RemoteReply() override;

    quint64 id() const { return request_.id; }
    qint64 pieces() const { return pieces_; }
    void start();
    void stop();

    static constexpr qint64 kMostBytes = 256 << 20;
    static constexpr qint64 kMostText = 8 << 20;  // characters
    static constexpr int kMostWaits = 3;

  Q_SIGNALS:
    // The server's answer begins.
    void began(quint64 id);
    void wrote(quint64 id, const QString& text);
    // It can be asked, but without this.
    void fieldRefused(const QString& field);
    void ended(quint64 id, const dsm::GenerationOutcome& outcome);

  private:
    void ask();
    void takeHead();
    void takeBytes();
    void takeEvent(const QByteArray& event);
    void take(const CompletionEvent& event);
    void flush();
    void takeFinish();
    void takeRefusal(int status);
    bool asksAgain(int status, const QString& words);
    void takeWhole();
    void dropReply();
    GenerationStatistics statistics() const;
    void end(const QString& error);

    HttpClient& http_;
    const RemoteEngine engine_;
    const GenerationRequest request_;
    QStringList refused_;
    const RemoteTimes times_;
    const QString host_;
    QNetworkReply* reply_ = nullptr;
    EventStream events_;
    QByteArray body_;  // of what is no stream of events
    QString text_;     // not told yet
    bool isStream_ = false;
    bool hasBegun_ = false;
    bool isStopped_ = false;
    bool hasEnded_ = false;
    qint64 bytes_ = 0;
    qint64 characters_ = 0;
    qint64 pieces_ = 0;
    int waits_ = 0;
    QString finish_;
    std::optional<qint64> promptTokens_;
    std::optional<qint64> generatedTokens_;
    QElapsedTimer sinceAsked_;
    qint64 firstMs_ = 0;  // of the first piece, since it was asked
    qint64 lastMs_ = 0;
    QTimer silence_;
    QTimer flush_;
    QTimer wait_;
};

}  // namespace dsm
