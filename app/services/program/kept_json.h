// KeptJson: a JSON object of the user's, kept in a file over the end of the program, however it ends.
//
// It is on the disk some moments after its last change; a thread of its own writes, so that typing
// waits for no disk. The file is replaced as a whole or not at all, and readable by this user only.
//
// Ownership What was asked for is written before the destructor returns; `contents` lives as long.
// Threads   Main thread.
// Errors    failed() says once why it cannot be kept, in the system's words. A file that is damaged
//           is set aside under another name.
#pragma once

#include <QJsonObject>
#include <QObject>
#include <QString>
#include <QTimer>
#include <functional>

#include "app/services/program/work_thread.h"

namespace dsm {

class KeptJson : public QObject {
    Q_OBJECT

  public:
    static constexpr int kWriteAfterMs = 400;

    // `contents`: what is to be kept, asked when it is written.
    KeptJson(const QString& file, std::function<QJsonObject()> contents, QObject* parent = nullptr);
    ~KeptJson() override;

    const QString& file() const { return file_; }
    // Empty where there is none.
    QJsonObject read();
    void writeSoon();
    // Waits for the disk. "" where all that was asked for is on it, else why not.
    QString writeNow();

  Q_SIGNALS:
    void failed(const QString& reason);

  private:
    // `done` is told the reason, on the thread that writes.
    void write(std::function<void(const QString& error)> done = {});
    void take(const QString& error);

    const QString file_;
    const std::function<QJsonObject()> contents_;
    QTimer timer_;
    bool isWritten_ = true;  // what was asked for last, as writeNow() saw it
    bool hasFailed_ = false;
    WorkThread worker_;  // last: it writes while the others exist
};

}  // namespace dsm
