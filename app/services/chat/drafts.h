// Drafts: what was written to a chat and not sent, and what waits to be sent when a reply is done, kept
// over the end of the program, however it ends.
//
// Ownership What was set is written before the destructor returns.
// Threads   Main thread.
// Errors    failed() says once that drafts cannot be kept.
#pragma once

#include <QDateTime>
#include <QHash>
#include <QObject>
#include <QString>
#include <functional>

#include "app/services/program/kept_json.h"

namespace dsm {

class Drafts : public QObject {
    Q_OBJECT

  public:
    explicit Drafts(const QString& file, QObject* parent = nullptr);

    // Of a chat; 0 is a new one. "" where there is none.
    QString of(qint64 conversation) const;
    void set(qint64 conversation, const QString& text);
    // The message that is sent next; "" where none waits.
    QString queued(qint64 conversation) const { return queued_.value(conversation).text; }
    void setQueued(qint64 conversation, const QString& text);

    // Waits for the disk. Why what was written cannot be kept there; "" where it is, or there is none.
    QString saveNow();

    // Forgets what belongs to chats of which `isKept` says no, a month after it was written: until
    // then a chat can come back out of the trash.
    void prune(const std::function<bool(qint64 conversation)>& isKept);

  Q_SIGNALS:
    void failed(const QString& message);
    void queuedChanged(qint64 conversation);

  private:
    struct Draft {
        QString text;
        QDateTime written;
    };

    using Texts = QHash<qint64, Draft>;

    static void take(const QJsonObject& object, Texts& texts);
    static QJsonObject toJson(const Texts& texts);
    QJsonObject contents() const;

    Texts drafts_;
    Texts queued_;
    KeptJson kept_;  // last: it asks for the contents
};

}  // namespace dsm
