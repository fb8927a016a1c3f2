// SingleInstance: lets one program at a time work on a data folder, and lets a second start call
// the first one's window to the front.
//
// Threads  Main thread.
// Errors   error() is for people; "" while this is the first.
#pragma once

#include <QObject>
#include <QString>
#include <memory>

class QLocalServer;
class QLockFile;

namespace dsm {

class SingleInstance : public QObject {
    Q_OBJECT

  public:
    explicit SingleInstance(const QString& dataFolder, QObject* parent = nullptr);
    ~SingleInstance() override;

    bool isFirst() const { return error_.isEmpty(); }
    QString error() const { return error_; }

    // For a start that is not the first: asks the first to show its window. False when it does
    // not answer within a second.
    bool callFirst() const;

  Q_SIGNALS:
    void called();

  private:
    void listen();

    std::unique_ptr<QLockFile> lock_;
    std::unique_ptr<QLocalServer> server_;
    QString socket_;
    QString error_;
};

}  // namespace dsm
