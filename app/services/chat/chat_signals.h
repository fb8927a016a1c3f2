// ChatSignals: what the chat service tells its listeners; it and its inside emit them.
//
// Threads  Main thread.
#pragma once

#include <QObject>
#include <QString>

namespace dsm {

class ChatSignals : public QObject {
    Q_OBJECT

  public:
    using QObject::QObject;

  Q_SIGNALS:
    void conversationAdded(qint64 conversationId);
    void conversationsChanged();  // the list: titles, order, members, who generates
    void messageAdded(qint64 conversationId, qint64 messageId);
    void messageTextAppended(qint64 conversationId, qint64 messageId, const QString& delta);
    void messageChanged(qint64 conversationId, qint64 messageId);
    void branchChanged(qint64 conversationId);  // read messages() again
    void replyStarted(qint64 conversationId, qint64 messageId);
    void replyFinished(qint64 conversationId, qint64 messageId);
    void failed(const QString& message);
    void noticesChanged();  // notices(), offeredBackup() or keepsChats()
    // failed() said that something written could not be saved: all of it is now.
    void savedAgain();
    // A message was refused that a new chat would take after allowUnkeptChat().
    void keepingRefused();
};

}  // namespace dsm
