// Drafts: what was written to a chat and not sent, kept over the end of the program, however it
// ends.
//
// A draft is on the disk some moments after its last change; a thread of its own writes, so that
// typing waits for no disk. The file is replaced as a whole or not at all.
//
// Ownership What was set is written before the destructor returns.
// Threads   Main thread.
// Errors    failed() says once that drafts cannot be kept. A file that is damaged is set aside
//           under another name.
#pragma once

#include <QDateTime>
#include <QHash>
#include <QObject>
#include <QString>
#include <QTimer>
#include <functional>

#include "app/services/program/work_thread.h"

namespace dsm {

class Drafts : public QObject {
    Q_OBJECT

  public:
    static constexpr int kWriteAfterMs = 400;

    explicit Drafts(const QString& file, QObject* parent = nullptr);
    ~Drafts() override;

    // Of a chat; 0 is a new one. "" where there is none.
    QString of(qint64 conversation) const;
    void set(qint64 conversation, const QString& text);

    // Forgets what belongs to chats of which `isKept` says no, a month after it was written: until
    // then a chat can come back out of the trash.
    void prune(const std::function<bool(qint64 conversation)>& isKept);

  Q_SIGNALS:
    void failed(const QString& message);

  private:
    struct Draft {
        QString text;
        QDateTime written;
    };

    void read();
    void write();

    const QString file_;
    QHash<qint64, Draft> drafts_;
    QTimer timer_;
    bool hasFailed_ = false;
    WorkThread worker_;  // last: it writes while the others exist
};

}  // namespace dsm
