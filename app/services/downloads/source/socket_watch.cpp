#include "app/services/downloads/source/socket_watch.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <QDir>
#include <QThread>
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace dsm {
namespace {

constexpr int kLookMs = 100;
// With no reply alive: until the thread of the last ones has shown that it is not held.
constexpr int kLooksAfterwards = 10;
constexpr int kLastLookMs = 20;
constexpr qint64 kNothing = std::numeric_limits<qint64>::max();  // is ended

std::optional<int> peerPort(int descriptor) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0)
        return std::nullopt;
    if (peer.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in&>(peer).sin_port);
    if (peer.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6&>(peer).sin6_port);
    return std::nullopt;
}

// What the program has read from it so far.
std::optional<qint64> takenIn(int descriptor) {
    tcp_info info{};
    socklen_t size = sizeof info;
    int unread = 0;
    if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        ::ioctl(descriptor, FIONREAD, &unread) != 0) {
        return std::nullopt;
    }
    return static_cast<qint64>(info.tcpi_bytes_received) - unread;
}

QHash<int, qint64> socketsTo(const QSet<int>& ports) {
    QHash<int, qint64> found;
    const QStringList names =
        QDir(QStringLiteral("/proc/self/fd")).entryList(QDir::AllEntries | QDir::System);
    for (const QString& name : names) {
        bool isNumber = false;
        const int descriptor = name.toInt(&isNumber);
        if (!isNumber) continue;
        const auto port = peerPort(descriptor);
        if (!port || !ports.contains(*port)) continue;
        if (const auto taken = takenIn(descriptor)) found.insert(descriptor, *taken);
    }
    return found;
}

}  // namespace

SocketWatch::SocketWatch(QObject* parent) : QObject(parent) {
    timer_.setInterval(kLookMs);
    connect(&timer_, &QTimer::timeout, this, &SocketWatch::look);
}

SocketWatch::~SocketWatch() {
    if (!timer_.isActive()) return;
    taken_ = socketsTo(ports_);
    QThread::msleep(kLastLookMs);
    endBeyond(0);
}

void SocketWatch::add(QNetworkReply* reply) {
    ++replies_;
    connect(reply, &QNetworkReply::metaDataChanged, this, &SocketWatch::hear);
    connect(reply, &QNetworkReply::readyRead, this, &SocketWatch::hear);
    connect(reply, &QObject::destroyed, this, [this] { --replies_; });
    quietLooks_ = 0;
    if (!timer_.isActive()) timer_.start();
}

void SocketWatch::look() {
    const quint64 heard = heard_;
    if (std::exchange(lastHeard_, heard) != heard) {
        taken_.clear();
        quietLooks_ = 0;
        isSuspect_ = false;
        return;
    }
    if (replies_ == 0 && ++quietLooks_ > kLooksAfterwards) {
        timer_.stop();
        taken_.clear();
        return;
    }
    // Twice: what a reply had said while this thread was busy has been heard by then.
    isSuspect_ = endBeyond(isSuspect_ ? kMostUnheard : kNothing) > kMostUnheard;
}

qint64 SocketWatch::endBeyond(qint64 most) {
    qint64 largest = 0;
    const QHash<int, qint64> now = socketsTo(ports_);
    for (auto socket = now.begin(); socket != now.end(); ++socket) {
        // A smaller number is another connection of the same descriptor.
        const qint64 before = taken_.value(socket.key(), socket.value());
        if (socket.value() < before) taken_.remove(socket.key());
        if (socket.value() > before) quietLooks_ = 0;
        if (socket.value() - before > most) ::shutdown(socket.key(), SHUT_RDWR);
        if (!taken_.contains(socket.key())) taken_.insert(socket.key(), socket.value());
        largest = std::max(largest, socket.value() - before);
    }
    return largest;
}

}  // namespace dsm
