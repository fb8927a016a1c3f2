// Connections: what connections to other computers the program has made, kept on this one, and whether it may
// make any at all.
//
// The newest kMost are kept. Addresses are kept without what is asked for behind "?", where keys may stand.
//
// Threads  begin(), end() and isAllowed() on any; the rest on the main thread, where changed() is told.
// Errors   None are told: a list that cannot be written is lost with the program. A file that is damaged is
//          set aside (kept_json.h), and then everything is allowed.
#pragma once

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QString>
#include <atomic>
#include <mutex>

#include "app/services/program/kept_json.h"

namespace dsm {

struct Connection {
    enum class Outcome { UnderWay, Answered, Failed, Refused };

    qint64 id = 0;
    QDateTime when;
    QString host;
    QString path;         // what was asked for
    bool isFile = false;  // a part of a file; else a question what there is
    qint64 bytes = 0;     // received
    Outcome outcome = Outcome::UnderWay;
};

class Connections : public QObject {
    Q_OBJECT

  public:
    static constexpr qsizetype kMost = 2000;

    explicit Connections(const QString& file, QObject* parent = nullptr);
    // What is on the disk is what was told until then.
    ~Connections() override;

    bool isAllowed() const { return isAllowed_; }
    void setAllowed(bool allowed);
    QList<Connection> all() const;  // the newest first
    void clear();

    qint64 begin(const QString& host, const QString& path, bool isFile);
    void end(qint64 id, qint64 bytes, Connection::Outcome outcome);

  Q_SIGNALS:
    void changed();

  private:
    QJsonObject contents() const;
    void take(const QJsonObject& kept);
    void noteChange();

    std::atomic<bool> isAllowed_ = true;
    mutable std::mutex mutex_;       // guards what follows, up to the file
    QList<Connection> connections_;  // the oldest first
    qint64 lastId_ = 0;
    KeptJson kept_;  // last: it asks for the contents
};

}  // namespace dsm
