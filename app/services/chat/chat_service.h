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
// Errors    failed() (chat_signals.h) carries one sentence for people; the call then returns 0 or
//           false and has changed nothing.
#pragma once

#include <QList>
#include <QObject>
#include <QSet>
#include <QString>
#include <QStringList>
#include <memory>
#include <string>

#include "app/services/chat/chat_record.h"
#include "app/services/chat/chat_signals.h"
#include "app/services/chat/chat_types.h"

namespace dsm {

class ChatState;
struct ChatBranch;
struct ChatRules;
class Settings;
class TextGenerator;

class ChatService : public ChatSignals {
    Q_OBJECT

  public:
    // Opens the conversations at `databaseFile`. Where that is impossible what can be read of them
    // is shown, notices() says so, and nothing is sent without allowUnkeptChat(). A damaged file is
    // repaired beside the use.
    ChatService(const QString& databaseFile, TextGenerator& generator, const Settings& settings,
                QObject* parent = nullptr, ChatClock clock = {});
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
    // A copy of a backup, whole or not at all; failed() says why it could not be made.
    bool exportBackup(const QString& file, const QString& to);
    // Chats can be kept, at least once a repair is done, and the last message was. Where not,
    // nothing is sent until the user has said that this need not be; it is said of the next new
    // chat and of no other.
    bool keepsChats() const;
    void allowUnkeptChat();
    // Whether the next new chat is one that is never written, neither its texts nor what a model
    // remembers of them.
    void setNextTemporary(bool isTemporary);
    bool isNextTemporary() const;
    // Nothing can be sent or changed for some moments, and chats may be missing.
    bool isRepairing() const;
    // The file holds chats, and none of them can be shown: notices() says why.
    bool hidesChats() const;
    // Tries to save all that is written, and waits for the disk: what ends with the program if it
    // ends now. Not what nobody keeps because the user said so.
    QList<UnsavedReply> saveNow();
    // Opens or repairs the file once more, where it could not be done before.
    bool canTryAgain() const;
    void tryAgain();

    // `group` follows the order: of the last change or of the beginning, and Older by title.
    QList<ConversationInfo> conversations(
        const ConversationFilter& filter = {},
        ConversationOrder order = ConversationOrder::LastChange) const;
    // Those in use outside the trash, as a person sorts them.
    QStringList folders() const;
    QStringList tags() const;
    QStringList models() const;                                  // that wrote a reply
    ConversationInfo conversation(qint64 conversationId) const;  // id 0: no such
    // The chosen branch, from the first message to the last.
    QList<MessageInfo> messages(qint64 conversationId) const;
    MessageInfo message(qint64 messageId) const;  // id 0: no such
    bool isGenerating(qint64 conversationId) const;
    // The user looks at this one; 0: at a new one.
    void setOpen(qint64 conversationId);

    // Titles and messages that hold all the words: titles first, then the newest. The archive too.
    QList<SearchHit> search(const QString& text, int limit = 50) const;
    // The same within a filter; its pinnedOnly and ratedOnly are not looked at.
    QList<SearchHit> search(const ConversationFilter& filter, int limit = 50) const;

    // What a chat takes of the context with this message, or without where it is ""; no room: not
    // known. For while it is written.
    PromptFit fit(qint64 conversationId, const QString& text) const;
    // What a model would read of a message with files.
    AttachedPrompt attached(qint64 conversationId, const QString& text,
                            const QList<DocumentPointer>& documents) const;

    // Sends a message and asks for the reply; one for which the context has no room is refused,
    // with numbers, before anything is stored. conversationId 0 begins a new conversation with it,
    // titled after it. Returns the conversation's id. While a reply of the same conversation
    // is under way nothing is sent.
    // More than one answer, at most kMostAnswersAtOnce: all are written at once, as versions of one
    // reply, and answersToChooseFrom() says which.
    // Files go with it whole where there is room, else in the parts that answer best to the text;
    // they are kept with the message.
    qint64 send(qint64 conversationId, const QString& text, int answers = 1,
                const QList<DocumentPointer>& documents = {});
    // The files of a message, whole.
    QList<DocumentPointer> documents(qint64 messageId) const;
    static constexpr int kMostAnswersAtOnce = 3;
    // Answers that were asked for together, while none of them was kept and nothing else was asked;
    // the first of them stands in the conversation.
    QList<qint64> answersToChooseFrom(qint64 conversationId) const;
    // The conversation goes on with this one; the others stop, and stay as its versions.
    bool keepAnswer(qint64 messageId);
    void stop(qint64 conversationId);
    void stopReply(qint64 messageId);
    bool continueReply(qint64 messageId);
    // Another reply beside this one, or several at once; for a user's message, a new reply to it.
    bool regenerate(qint64 messageId, int answers = 1);
    // The text as a new branch beside the message; a user's message is then answered anew.
    bool editMessage(qint64 messageId, const QString& text);
    // What the user thinks of a reply; None takes it back. No chat moves up in the list by it.
    bool rate(qint64 messageId, ReplyRating rating);
    // Chats in which a reply, of any branch, has this rating.
    QSet<qint64> conversationsRated(ReplyRating rating) const;
    // A new chat that says all that was said up to this message, beside the old one. Returns its id
    // or 0.
    qint64 fork(qint64 messageId);
    // Every branch of the chat, each after the one that it goes on from.
    QList<ChatBranch> branches(qint64 conversationId) const;
    // Shows the branch of this sibling, down to its newest message.
    bool selectSibling(qint64 messageId);

    bool rename(qint64 conversationId, const QString& title);
    // The title that nobody gave it; false where a person has given one.
    bool setAutomaticTitle(qint64 conversationId, const QString& title);
    bool setPinned(qint64 conversationId, bool pinned);
    // A folder or a tag is there while a chat has it. Names are taken without outer spaces.
    bool setFolder(qint64 conversationId, const QString& folder);  // "": out of its folder
    bool setTags(qint64 conversationId, const QStringList& tags);
    // An archived chat is out of the way until something is sent in it.
    bool setArchived(qint64 conversationId, bool archived);
    // In every chat; "" as the new name takes it away.
    bool renameFolder(const QString& folder, const QString& name);
    bool renameTag(const QString& tag, const QString& name);
    // A whole chat with its branches; without messages where there is no such chat.
    ChatRecord record(qint64 conversationId) const;
    enum class Adopted { Yes, Already, Failed };
    // Adds a chat from elsewhere with its own times, unless one that says all of this is there.
    // conversationsChanged() is left to announceAdopted(), after the last of many.
    Adopted adopt(const ChatRecord& record);
    void announceAdopted();
    // To the trash, from which it is purged after 30 days.
    bool remove(qint64 conversationId);
    bool undoRemove(qint64 conversationId);
    QList<TrashedChat> trash() const;  // the last deleted first
    // Of chats in the trash alone; backups keep what they hold. Returns how many.
    qint64 removeForGood(const QList<qint64>& conversationIds);

    // What to ask a model for another answer to the last question of the chosen branch; without
    // messages where there is none.
    GenerationRequest lastQuestion(qint64 conversationId) const;

    // The conversation's own choices; those of the settings where it has none.
    GenerationChoices choices(qint64 conversationId) const;
    bool setChoices(qint64 conversationId, const GenerationChoices& choices);
    bool hasOwnChoices(qint64 conversationId) const;
    // Those of the settings hold again.
    bool resetChoices(qint64 conversationId);
    // What the replies of the chat begin with: the model goes on from there. "": nothing.
    QString replyStart(qint64 conversationId) const;
    bool setReplyStart(qint64 conversationId, const QString& start);
    WhenFull whenFull(qint64 conversationId) const;
    bool setWhenFull(qint64 conversationId, WhenFull choice);
    // The summary as the user wants it, of this message and all before it; "": the model reads the
    // messages again. Not while a reply is under way.
    bool setSummary(qint64 messageId, const QString& text);
    QString systemPrompt(qint64 conversationId) const;
    bool setSystemPrompt(qint64 conversationId, const QString& prompt);

  private:
    // The choices as JSON, with what else holds for the chat.
    bool setSampling(qint64 conversationId, const std::string& choices, const ChatRules& rules);
    std::string samplingOf(qint64 conversationId) const;

    std::unique_ptr<ChatState> state_;
};

}  // namespace dsm
