// SocketWatch: ends connections whose bytes lead to nothing.
//
// Qt collects the headers of an answer, and the lengths of its chunks, until they end, and says
// nothing meanwhile. A server that does not end them fills the memory; without TLS Qt even reads
// them in one loop, so that no request is served any more and abort() is never heard. Qt 6.4 has no
// bound for that and no way to a reply's socket. But the kernel knows how much each socket has
// received, and a loop that reads listens to the end of its connection.
//
// A socket that takes in kMostUnheard bytes while no reply of the process says anything is shut down:
// which of them it belongs to nobody can tell. Beside replies that are well the bound is the time for
// headers (http_client.h).
//
// Threads  One each, with an event loop; the sockets are those of the whole process, to the ports that
//          were named.
// Errors   None: what cannot be looked at is left alone.
#pragma once

#include <QHash>
#include <QNetworkReply>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <atomic>

namespace dsm {

class SocketWatch : public QObject {
    Q_OBJECT

  public:
    explicit SocketWatch(QObject* parent = nullptr);
    // Ends what still takes in bytes: the thread that reads them would never end.
    ~SocketWatch() override;

    // Connections to it may be ended.
    void addPort(int port) { ports_.insert(port); }
    void add(QNetworkReply* reply);

    static constexpr qint64 kMostUnheard = 512 << 10;

  private:
    void hear() { ++heard_; }
    void look();
    // The sockets that took in more since silence began. Returns the largest amount.
    qint64 endBeyond(qint64 most);

    QSet<int> ports_;
    QHash<int, qint64> taken_;  // by descriptor: bytes taken in when silence began
    QTimer timer_;
    int replies_ = 0;  // that are alive
    int quietLooks_ = 0;
    // By all watches: each sees the sockets of all.
    static inline std::atomic<quint64> heard_ = 0;
    quint64 lastHeard_ = 0;
    bool isSuspect_ = false;
};

}  // namespace dsm
