// SingleInstance: lets one program at a time work on a data folder, and lets a second start call
// the first one's window to the front and have it load a model.
//
// Ownership Owns the lock of the folder and the socket; gives both back when destroyed.
// Threads  Main thread.
// Errors   error() is for people; "" while this is the first.
#pragma once

#include <QObject>
#include <QString>
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
    // load the model in it. False when it does not answer within a second.
    bool callFirst(const QString& modelFolder = {}) const;

  Q_SIGNALS:
    void called(const QString& modelFolder);  // "" where only the window is wanted

  private:
    void listen();
    void hear(QLocalSocket* caller);

    std::unique_ptr<QLockFile> lock_;
    std::unique_ptr<QLocalServer> server_;
    QString socket_;
    QString error_;
};

}  // namespace dsm
