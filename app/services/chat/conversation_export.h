// ConversationExport: conversations of the history as examples for training, in a file.
//
//   {"messages": [{"role": "system" | "user" | "assistant", "content": text}, ..]}
//
// A line for each conversation: its system prompt and, of the branch that is shown, the questions
// that have an answer. A reply that was stopped, cut off or failed is no example, so a conversation
// ends before it. One with a thumb down, and with LearntReplies::ThumbUp each without a thumb up,
// has "weight": 0: it is read and not learnt; no conversation ends with one. Only what was chosen
// leaves the history; the history itself is not changed.
//
// Ownership Borrows the chats, which outlive it; owns the file while it is written.
// Threads  Main thread. A long list is written piece by piece between other events.
// Errors   failed(): a sentence that names the file; what was there before stays.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <memory>

#include "app/services/chat/chat_service.h"

namespace dsm {

class AtomicFile;
struct Error;

// Which replies are learnt.
enum class LearntReplies { All, ThumbUp };

struct ConversationsWritten {
    QString file;
    qint64 conversations = 0;
    qint64 answers = 0;
    qint64 withoutAnswer = 0;  // chosen, but without an answer to learn
};

class ConversationExport : public QObject {
    Q_OBJECT

  public:
    // Files are made in `folder`, readable by this user only.
    ConversationExport(const ChatService& chats, QString folder, QObject* parent = nullptr);
    ~ConversationExport() override;

    QList<ConversationInfo> matching(const ConversationFilter& filter) const;
    QStringList folders() const;  // that conversations lie in

    // written() or failed() follows. While one is written another is not begun.
    void write(const QList<qint64>& conversations, LearntReplies learnt = LearntReplies::All);

  Q_SIGNALS:
    void written(const dsm::ConversationsWritten& result);
    void failed(const QString& error);

  private:
    void writeSome();
    void finish();
    void fail(const Error& error);

    const ChatService& chats_;
    QString folder_;
    QList<qint64> waiting_;
    LearntReplies learnt_ = LearntReplies::All;
    std::unique_ptr<AtomicFile> out_;
    ConversationsWritten result_;
};

}  // namespace dsm
