// ChatService: the conversations of the user, and the turns of a chat.
//
// One turn: the user's message is committed to disk, then the reply is asked for; it is saved
// every 250 ms while it grows and once more, with its token ids and statistics, when it ends.
// Stopping, a crash and a failure keep what was written. Nothing is overwritten: a new reply or an
// edited message becomes a sibling of the old one, and removal goes to a trash.
//
// Conversation and message ids are positive and never reused; 0 means none.
//
// Threads   Main thread; a call costs a disk write at most.
// Errors    failed() carries one sentence for people; the call then returns 0 or false and has
//           changed nothing.
#pragma once

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QSet>
#include <QString>
#include <functional>
#include <memory>

#include "app/services/program/generation_types.h"

namespace dsm {

class Settings;
class TextGenerator;

enum class DateGroup { Pinned, Today, Yesterday, Previous7Days, Previous30Days, Older };

struct ConversationInfo {
    qint64 id = 0;
    QString title;
    bool isPinned = false;
    bool isGenerating = false;  // its reply streams or waits for its turn
    QDateTime created;          // local time
    QDateTime updated;
    DateGroup group = DateGroup::Today;
};

enum class MessageState { Complete, Waiting, Generating, Stopped, Failed };

struct MessageInfo {
    qint64 id = 0;
    qint64 conversationId = 0;
    ChatRole role = ChatRole::User;
    QString text;
    MessageState state = MessageState::Complete;
    QDateTime created;

    // Messages that stand at the same place, oldest first, this one at siblingIndex.
    QList<qint64> siblings;
    int siblingIndex = 0;

    // Of a reply:
    QString modelName;
    GenerationStatistics statistics;
    StopReason end = StopReason::EndOfText;  // meaningful when Complete or Stopped
    qint64 droppedMessages = 0;              // oldest messages the model did not see
    QString error;                           // of state Failed
    ReplyRating rating = ReplyRating::None;
    // Stopped, failed, or cut by a limit: continueReply() can go on with it.
    bool canContinue = false;
};

struct SearchHit {
    qint64 conversationId = 0;
    qint64 messageId = 0;  // 0: the title was found
    QString title;
    QString snippet;  // plain text; each found part lies between kHitBegin and kHitEnd
    QDateTime updated;

    static constexpr QChar kHitBegin{u'\x02'};
    static constexpr QChar kHitEnd{u'\x03'};
};

struct BackupInfo {
    QString file;
    QDateTime made;  // local time, as its name says
    bool isReadable = false;
    qint64 conversations = 0;
    qint64 messages = 0;
};

class ChatService : public QObject {
    Q_OBJECT

  public:
    using Clock = std::function<QDateTime()>;  // now; tests set their own

    // Opens the conversations at `databaseFile`. Where that is impossible what can be read of them is
    // shown, notices() says so, and nothing is sent without allowUnkeptChat(). A damaged file is
    // repaired beside the use.
    ChatService(const QString& databaseFile, TextGenerator& generator, const Settings& settings,
                QObject* parent = nullptr, Clock clock = {});
    // Stops nothing by itself: replies still growing are saved as stopped. Waits for a repair.
    ~ChatService() override;

    // What the user should know about the file: restored from a backup, a newer version's data,
    // not saved at all, being repaired. Whole sentences.
    QStringList notices() const;
    bool isReadOnly() const;
    // The chats that were are missing, and this backup holds them; "" where none is offered.
    QString offeredBackup() const;
    // Adds what the backup holds and the chats lack; removes nothing.
    bool restoreBackup(const QString& file);
    bool declineBackups();
    QList<BackupInfo> backups() const;  // the newest first
    // Chats can be kept, at least once a repair is done, and the last message was. Where not, nothing is sent until the user
    // has said that this need not be; it is said of the next new chat and of no other.
    bool keepsChats() const;
    void allowUnkeptChat();
    // Nothing can be sent or changed for some moments, and chats may be missing.
    bool isRepairing() const;
    // The file holds chats, and none of them can be shown: notices() says why.
    bool hidesChats() const;
    // Opens or repairs the file once more, where it could not be done before.
    bool canTryAgain() const;
    void tryAgain();

    // Pinned first, then by date of the last change, newest first.
    QList<ConversationInfo> conversations() const;
    ConversationInfo conversation(qint64 conversationId) const;  // id 0: no such
    // The chosen branch, from the first message to the last.
    QList<MessageInfo> messages(qint64 conversationId) const;
    MessageInfo message(qint64 messageId) const;  // id 0: no such
    bool isGenerating(qint64 conversationId) const;
    // The user looks at this one; 0: at a new one.
    void setOpen(qint64 conversationId);

    // Titles and messages that hold all the words: titles first, then the newest.
    QList<SearchHit> search(const QString& text, int limit = 50) const;

    // What a message would take of the context; no room: not known. For while it is written.
    PromptFit fit(qint64 conversationId, const QString& text) const;

    // Sends a message and asks for the reply; one for which the context has no room is refused,
    // with numbers, before anything is stored. conversationId 0 begins a new conversation with it,
    // titled after it. Returns the conversation's id. While a reply of the same conversation
    // is under way nothing is sent.
    qint64 send(qint64 conversationId, const QString& text);
    void stop(qint64 conversationId);
    bool continueReply(qint64 messageId);
    // Another reply beside this one; for a user's message, a new reply to it.
    bool regenerate(qint64 messageId);
    // The text as a new branch beside the message; a user's message is then answered anew.
    bool editMessage(qint64 messageId, const QString& text);
    // What the user thinks of a reply; None takes it back. No chat moves up in the list by it.
    bool rate(qint64 messageId, ReplyRating rating);
    // Chats in which a reply, of any branch, has this rating.
    QSet<qint64> conversationsRated(ReplyRating rating) const;
    // Shows the branch of this sibling, down to its newest message.
    bool selectSibling(qint64 messageId);

    bool rename(qint64 conversationId, const QString& title);
    bool setPinned(qint64 conversationId, bool pinned);
    // To the trash, from which it is purged after 30 days.
    bool remove(qint64 conversationId);
    bool undoRemove(qint64 conversationId);

    // What to ask a model for another answer to the last question of the chosen branch; without
    // messages where there is none.
    GenerationRequest lastQuestion(qint64 conversationId) const;

    // The conversation's own choices; those of the settings where it has none.
    GenerationChoices choices(qint64 conversationId) const;
    bool setChoices(qint64 conversationId, const GenerationChoices& choices);
    QString systemPrompt(qint64 conversationId) const;
    bool setSystemPrompt(qint64 conversationId, const QString& prompt);

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

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
