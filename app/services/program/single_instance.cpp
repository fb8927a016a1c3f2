#include "app/services/program/single_instance.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLocalServer>
#include <QLocalSocket>
#include <QLockFile>

namespace dsm {
namespace {

constexpr int kWaitMs = 1000;
constexpr qint64 kMostBytes = 64 * 1024;  // more than the longest path

// A socket's path is short, a data folder's may not be: its hash stands for it.
QString socketName(const QString& dataFolder) {
    const QByteArray folder = QDir(dataFolder).canonicalPath().toUtf8();
    const QByteArray hash = QCryptographicHash::hash(folder, QCryptographicHash::Sha256).toHex();
    return QStringLiteral("deepseekmoe-") + QString::fromLatin1(hash.left(16));
}

}  // namespace

SingleInstance::SingleInstance(const QString& dataFolder, QObject* parent)
    : QObject(parent),
      lock_(std::make_unique<QLockFile>(dataFolder + QStringLiteral("/lock"))),
      socket_(socketName(dataFolder)) {
    // A lock is stale when its process is gone, however old it is.
    lock_->setStaleLockTime(0);
    // A folder that cannot be written cannot be locked, nor harmed: the program goes on without
    // saving, and says so where it opens its files.
    if (lock_->tryLock(0) || lock_->error() != QLockFile::LockFailedError) {
        listen();
        return;
    }
    error_ = tr("The program is already running with the folder %1.").arg(dataFolder);
}

SingleInstance::~SingleInstance() = default;

bool SingleInstance::callFirst(const QString& modelFolder) const {
    QLocalSocket socket;
    socket.connectToServer(socket_, QIODevice::WriteOnly);
    if (!socket.waitForConnected(kWaitMs)) return false;
    // The folder of this process: the first one may run in another.
    const QString folder = modelFolder.isEmpty() ? QString() : QDir(modelFolder).absolutePath();
    socket.write(folder.toUtf8());
    if (!folder.isEmpty() && !socket.waitForBytesWritten(kWaitMs)) return false;
    socket.disconnectFromServer();
    return true;
}

void SingleInstance::listen() {
    server_ = std::make_unique<QLocalServer>();
    server_->setSocketOptions(QLocalServer::UserAccessOption);
    QLocalServer::removeServer(socket_);  // left over by a crash: the lock says nobody listens
    connect(server_.get(), &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket* caller = server_->nextPendingConnection())
            hear(caller);
    });
    server_->listen(socket_);
}

// A call ends with the connection: what it held by then is the folder.
void SingleInstance::hear(QLocalSocket* caller) {
    caller->setReadBufferSize(kMostBytes);
    const auto take = [this, caller] {
        const QByteArray folder = caller->read(kMostBytes);
        caller->deleteLater();
        Q_EMIT called(QString::fromUtf8(folder));
    };
    if (caller->state() == QLocalSocket::UnconnectedState) return take();
    connect(caller, &QLocalSocket::disconnected, this, take);
}

}  // namespace dsm
