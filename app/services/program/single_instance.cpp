#include "app/services/program/single_instance.h"

#include <sys/socket.h>
#include <unistd.h>

#include <QCryptographicHash>
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocalServer>
#include <QLocalSocket>
#include <QLockFile>
#include <QThread>
#include <QTimer>
#include <algorithm>
#include <optional>

#include "app/services/program/private_file.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

// A first one that starts, or ends, takes so long at most where nothing is wrong.
constexpr int kPatienceMs = 10'000;
constexpr int kWaitMs = 1000;
constexpr int kPauseMs = 50;
constexpr int kCallMs = 5000;               // from the connection to the end of the call
constexpr qsizetype kMostCallers = 16;      // at a time; others are turned away
constexpr qint64 kMostRequest = 64 * 1024;  // more than the longest path
constexpr qsizetype kLongestSocket = 100;   // of 108 that a socket's address holds
constexpr char kEndOfCall = '\n';
constexpr char kHeard = '!';

// A socket's path is short, a data folder's may not be: its hash stands for it.
QString temporarySocket(const QString& dataFolder) {
    const QByteArray folder = QDir(dataFolder).canonicalPath().toUtf8();
    const QByteArray hash = QCryptographicHash::hash(folder, QCryptographicHash::Sha256).toHex();
    return QDir::temp().filePath(QStringLiteral("deepseekmoe-") +
                                 QString::fromLatin1(hash.left(16)));
}

QStringList socketsOf(const QString& dataFolder) {
    const QString own = QDir(dataFolder).absoluteFilePath(QStringLiteral("call"));
    QStringList sockets;
    if (own.toUtf8().size() <= kLongestSocket) sockets.append(own);
    sockets.append(temporarySocket(dataFolder));
    return sockets;
}

bool isOwn(const QLocalSocket& socket) {
    ucred peer{};
    socklen_t size = sizeof(peer);
    const auto number = static_cast<int>(socket.socketDescriptor());
    return ::getsockopt(number, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           peer.uid == ::getuid();
}

// Of a call; nothing where it is none.
std::optional<QString> folderIn(QByteArray call) {
    if (!call.endsWith(kEndOfCall)) return std::nullopt;
    call.chop(1);
    const auto decoded =
        QByteArray::fromBase64Encoding(call, QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded) return std::nullopt;
    const QByteArray& bytes = *decoded;
    if (!bytes.isValidUtf8() || bytes.contains('\0')) return std::nullopt;
    const QString folder = QString::fromUtf8(bytes);
    if (!folder.isEmpty() && !QDir::isAbsolutePath(folder)) return std::nullopt;
    return folder;
}

void turnAway(QLocalSocket* caller) {
    caller->abort();
    caller->deleteLater();
}

}  // namespace

SingleInstance::SingleInstance(const QString& dataFolder, QObject* parent)
    : QObject(parent), dataFolder_(dataFolder), sockets_(socketsOf(dataFolder)) {
    if (lock()) {
        listen();
        return;
    }
    error_ = tr("The program is already running with the folder %1, and does not answer.")
                 .arg(dataFolder);
}

SingleInstance::~SingleInstance() = default;

// A folder that cannot be written cannot be locked, nor harmed: the program goes on without saving,
// and says so where it opens its files.
bool SingleInstance::lock() {
    const QString path = dataFolder_ + QStringLiteral("/lock");
    const QFileInfo there(path);
    // What is no file was made by nobody who runs, and would let two run at a time.
    if (there.exists() && !there.isFile())
        static_cast<void>(renamePath(
            toPath(path), toPath(path + QStringLiteral(".in-the-way-%1").arg(::getpid()))));
    lock_ = std::make_unique<QLockFile>(path);
    // A lock is stale when its process is gone, however old it is.
    lock_->setStaleLockTime(0);
    return lock_->tryLock(0) || lock_->error() != QLockFile::LockFailedError;
}

bool SingleInstance::callFirst(const QString& modelFolder) {
    // The folder of this process: the first one may run in another.
    const QString absolute = modelFolder.isEmpty() ? QString() : QDir(modelFolder).absolutePath();
    const QByteArray folder = absolute.toUtf8().toBase64() + kEndOfCall;
    for (QDeadlineTimer patience(kPatienceMs); !patience.hasExpired();) {
        const bool isHeard = std::any_of(sockets_.begin(), sockets_.end(),
                                         [&](const auto& socket) { return call(socket, folder); });
        if (isHeard) return true;
        if (lock()) {  // it ended meanwhile
            error_.clear();
            listen();
            return false;
        }
        QThread::msleep(kPauseMs);
    }
    return false;
}

bool SingleInstance::call(const QString& socket, const QByteArray& folder) const {
    QLocalSocket caller;
    caller.connectToServer(socket);
    if (!caller.waitForConnected(kWaitMs) || !isOwn(caller)) return false;
    caller.write(folder);
    if (!caller.waitForBytesWritten(kWaitMs)) return false;
    // Until it answers or is gone.
    return caller.waitForReadyRead(kPatienceMs) && caller.read(1) == QByteArray(1, kHeard);
}

void SingleInstance::listen() {
    server_ = std::make_unique<QLocalServer>();
    server_->setSocketOptions(QLocalServer::UserAccessOption);
    connect(server_.get(), &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket* caller = server_->nextPendingConnection())
            hear(caller);
    });
    const bool isListening = std::any_of(sockets_.begin(), sockets_.end(),
                                         [this](const auto& socket) { return listenAt(socket); });
    if (!isListening)
        qWarning("No second start can call this one: %s", qPrintable(server_->errorString()));
}

bool SingleInstance::listenAt(const QString& socket) {
    QLocalServer::removeServer(socket);  // left over by a crash: the lock says nobody listens
    return server_->listen(socket);
}

void SingleInstance::hear(QLocalSocket* caller) {
    const auto callers = server_->findChildren<QLocalSocket*>(Qt::FindDirectChildrenOnly);
    if (!isOwn(*caller) || callers.size() > kMostCallers) return turnAway(caller);
    caller->setReadBufferSize(kMostRequest);
    connect(caller, &QLocalSocket::disconnected, caller, &QObject::deleteLater);
    connect(caller, &QLocalSocket::readyRead, this, [this, caller] { answer(caller); });
    // Who says nothing, or never comes to an end.
    QTimer::singleShot(kCallMs, caller, [caller] { turnAway(caller); });
    answer(caller);
}

void SingleInstance::answer(QLocalSocket* caller) {
    if (!caller->canReadLine()) {
        if (caller->bytesAvailable() >= kMostRequest) turnAway(caller);
        return;
    }
    const auto folder = folderIn(caller->readLine(kMostRequest + 1));
    if (!folder) return turnAway(caller);
    disconnect(caller, &QLocalSocket::readyRead, this, nullptr);
    Q_EMIT called(*folder);
    caller->write(QByteArray(1, kHeard));
    caller->disconnectFromServer();
}

}  // namespace dsm
