// SingleInstance: lets one program at a time work on a data folder, and lets a second start call
// the first one's window to the front and have it load a model.
//
// The first answers each call, and not before it shows its window: one that is ending does not, and
// who called then takes its place. The socket lies in the data folder, which is nobody else's; where
// none can lie there, in the folder for temporary files, and is believed only where its owner is the
// user. A caller that is somebody else, says something else, or comes to no end is turned away.
//
// Ownership Owns the lock of the folder and the socket; gives both back when destroyed.
// Threads  Main thread.
// Errors   error() is for people; "" while this is the first.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>

class QLocalServer;
class QLocalSocket;
class QLockFile;

namespace dsm {

class SingleInstance : public QObject {
    Q_OBJECT

  public:
    explicit SingleInstance(const QString& dataFolder, QObject* parent = nullptr);
    ~SingleInstance() override;

    bool isFirst() const { return error_.isEmpty(); }
    QString error() const { return error_; }

    // For a start that is not the first: asks the first to show its window and, with a folder, to
    // load the model in it. False where it does not answer in time, or ended meanwhile: isFirst()
    // tells which.
    bool callFirst(const QString& modelFolder = {});

  Q_SIGNALS:
    void called(const QString& modelFolder);  // "" where only the window is wanted

  private:
    bool lock();
    void listen();
    bool listenAt(const QString& socket);
    void hear(QLocalSocket* caller);
    void answer(QLocalSocket* caller);
    bool call(const QString& socket, const QByteArray& folder) const;

    const QString dataFolder_;
    const QStringList sockets_;  // the better place first
    std::unique_ptr<QLockFile> lock_;
    std::unique_ptr<QLocalServer> server_;
    QString error_;
};

}  // namespace dsm
