// ChatState: the store behind the chats and the replies that are under way.
//
// Check, backup, search index and repair are made on threads of their own, beside the use. While a
// damaged file is repaired, what can be read of it is shown and nothing is written. Where the repair
// fails, or the file cannot be opened at all, what can be read of it lies in a store in memory, which
// takes nothing; hidesChats() where not even that is to be had.
//
// Chats that nobody keeps lie in a store of their own, in memory: their numbers, and those of
// their messages, are larger than any of the file.
//
// A turn exists from the moment its reply is asked for until it ends; its text is newer than the
// store's by at most the saving interval.
//
// The store is looked after in chat_state_store.cpp. For chat_service.cpp only.
//
// Ownership Owns the store; borrows whoever writes replies, the settings and the signals.
// Threads   Main thread; check, backup, index and repair post there what they found.
// Errors    Those of ConversationStore; they go to a signal in words for people, and what failed
//           says so by its return.
#pragma once

#include <QCoreApplication>
#include <QHash>
#include <QPointer>
#include <QTimer>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "app/services/chat/attachment.h"
#include "app/services/chat/chat_signals.h"
#include "app/services/chat/chat_types.h"
#include "app/services/chat/part_choice.h"
#include "app/services/model/text_generator.h"
#include "app/services/program/background_task.h"
#include "app/store/conversation_store.h"
#include "app/store/store_repair.h"

namespace dsm {

class PartChooser;
class Settings;

class ChatState {
    Q_DECLARE_TR_FUNCTIONS(dsm::ChatService)

  public:
    ChatState(ChatSignals* chats, const QString& file, TextGenerator& generator,
              const Settings& settings, ChatClock clock);
    ~ChatState();
    ChatState(const ChatState&) = delete;
    ChatState& operator=(const ChatState&) = delete;

    // Of the file; an empty one in memory where the file cannot be used.
    ConversationStore& store() { return *store_; }
    // Where this chat or message is.
    ConversationStore& storeOf(qint64 id) { return isUnkept(id) && unkept_ ? *unkept_ : *store_; }
    std::vector<StoredConversation> allConversations();
    std::vector<StoredConversation> allTrashed();
    std::vector<StoredHit> searchAll(const std::string& text, int limit, const StoredScope& scope);
    std::vector<std::int64_t> allRated(ReplyRating rating);
    std::vector<std::int64_t> allOf(const std::string& modelName);
    // That of the file, and the one in memory where there is one; the first failure ends it.
    template <class Action>
    Result<void> inEachStore(Action&& action) {
        if (unkept_) {
            if (const Result<void> done = action(*unkept_); !done) return done;
        }
        return action(*store_);
    }
    const QStringList& notices() const { return notices_; }
    const std::filesystem::path& offeredBackup() const { return offeredBackup_; }
    bool restoreBackup(const std::filesystem::path& backup);
    bool declineBackups();
    // What is accepted now for this chat stays; or the user has said that it need not; or failed()
    // says why not. A file that could not be written is tried again.
    bool mayAccept(qint64 conversationId);
    // failed() for what the store did not take after all, and a notice until it takes something:
    // without being kept it can be said. False.
    bool refuse(qint64 conversationId, const Error& error);
    void endRefusal();
    void allowUnkept() { nextIsUnkept_ = true; }
    void setNextTemporary(bool isTemporary) { nextIsTemporary_ = isTemporary; }
    bool isNextTemporary() const { return nextIsTemporary_; }
    // Whether it lies in memory alone.
    static bool isUnkept(qint64 id);
    bool isKept() const { return hasFile_ && !store_->isReadOnly(); }
    bool keepsNow() const { return isKept() && refused_.isEmpty(); }
    bool isRepairing() const { return repair_.isRunning(); }
    bool hidesChats() const { return isHidden_; }
    bool canTryAgain() const;
    // Only while nothing refers to what the old store holds.
    void tryAgain();
    QDateTime now() const { return clock_(); }

    // A value, or an empty one after failed().
    template <class T>
    T valueOf(Result<T> result) {
        if (result) return std::move(*result);
        fail(result.error());
        return T{};
    }
    bool succeeded(const Result<void>& result);
    // The same, announcing the change of the list.
    bool listChanged(const Result<void>& result);
    void fail(const QString& message) { Q_EMIT chats_->failed(message); }
    void fail(const Error& error);

    // No reply of the conversation is under way; or failed() says why that is in the way.
    bool isFree(qint64 conversationId);
    bool isUnderWay(qint64 conversationId) const { return turnOf(conversationId) != nullptr; }
    void stop(qint64 conversationId);
    void stopReply(qint64 replyId);
    QList<UnsavedReply> saveNow();
    void setOpen(qint64 conversationId);
    bool remove(qint64 conversationId);

    std::optional<StoredMessage> find(qint64 messageId);
    MessageInfo describe(const StoredMessage& stored, bool isLeaf);
    GenerationChoices choices(const StoredConversation& conversation) const;

    GenerationRequest lastQuestion(qint64 conversationId);

    // Of a question below a message, 0: alone. Without text the messages as they are.
    PromptFit fitOf(qint64 conversationId, qint64 parentId, const QString& text);
    qint64 leafOf(qint64 conversationId);
    // Where a chat is to stop when the context is full: whether this question may be answered once more;
    // or failed() says why not.
    bool mayAnswer(qint64 questionId);
    // The same; or failed() says by how much not.
    bool hasRoomFor(qint64 conversationId, const QString& text, qint64 parentId);

    // What a model would read of a question with files below a message, 0: alone; by words.
    AttachedPrompt attached(qint64 conversationId, qint64 parentId, const QString& question,
                            const QList<DocumentPointer>& documents);
    QList<DocumentPointer> documentsOf(const StoredMessage& message);
    // Puts the files into the question; or failed() says that there is no room for it.
    bool prepare(StoredMessage& question, qint64 parentId, const QList<DocumentPointer>& documents);

    // Adds messages that end in an empty reply, has the reply written and announces them; so with
    // more answers beside that reply, of which the first is shown.
    bool addAndGenerate(std::vector<StoredMessage> chain, int answers = 1);
    // The same with a conversation of its own; returns its id or 0.
    qint64 startConversation(const StoredMessage& question, const QString& title, int answers);
    void announceAdded(qint64 conversationId, const std::vector<std::int64_t>& ids);
    // Has the reply written, from where its text ends.
    bool begin(qint64 replyId) { return begin(std::vector<std::int64_t>{replyId}); }
    // Several to the same question, at once.
    bool begin(const std::vector<std::int64_t>& replyIds);
    // Of which one is to be kept; none: there is nothing to choose.
    QList<qint64> openAnswers(qint64 conversationId) const {
        return openAnswers_.value(conversationId);
    }
    void closeAnswers(qint64 conversationId) { openAnswers_.remove(conversationId); }

  private:
    // A summary that is being written, for replies that wait for it.
    struct Summing {
        quint64 requestId = 0;
        qint64 conversationId = 0;
        qint64 upTo = 0;  // the last message it is of
        std::string text;
        std::vector<std::int64_t> replyIds;
    };

    // A choice of what a model reads of files, for replies that wait for it.
    struct Choosing {
        quint64 id = 0;  // of the chooser
        StoredMessage question;
        QList<DocumentPointer> documents;
        std::vector<std::int64_t> replyIds;
    };

    // A reply that is being written or waits for its turn.
    struct Turn {
        quint64 requestId = 0;
        StoredMessage reply;
        bool started = false;
        bool unsaved = false;
        bool saveFailed = false;  // said once, not four times a second
    };

    using Opened = Result<std::unique_ptr<ConversationStore>>;

    ConversationStore& unkept();
    StoreClock storeClock() const;
    // Damage is repaired beside the use. False: the file cannot be opened still.
    bool open();
    void take(Opened opened);
    void offerToRead();
    void offer(const std::filesystem::path& backup, const QString& text);
    void endOffer();
    void endStanding();
    // The other store has other chats: everything is to be read again.
    void announceStore();
    void addNotice(const QString& text);
    // One that says how things are now: it goes when they change.
    void addStanding(const QString& text);
    QString refusal() const;
    bool isSaid(StoreNotice::Kind kind) const;  // by the store that is open
    void startUpkeep();
    void finishUpkeep(const UpkeepReport& report);
    // Nothing that is not on the disk yet belongs to the file.
    bool isFileIdle() const;
    void repairWhenIdle();
    void startRepair(Doubt doubt, bool isDamaged = true);
    void finishRepair(Result<Repaired<ConversationStore>> repaired);
    // The file as it is cannot be used, and `why`.
    void startReading(const Error& why);
    void showWhatCanBeRead(const Error& why, ConversationStore::Readable readable);
    void meetDamage(const Error& error);
    void watchRoom();
    void useNewRoom();
    void saveEnded();
    UnsavedReply describeUnsaved(const StoredMessage& reply, const Error& why);
    void noteSaved();
    void listen();
    bool stopsWhenFull(qint64 conversationId);
    // Whether the context has room for more of a reply that filled it.
    bool canGrow(const StoredMessage& reply);
    const Turn* turnOf(qint64 conversationId) const;
    const Turn* turnOfReply(qint64 replyId) const;
    // Empty replies beside this one, which is shown; all of them.
    std::vector<std::int64_t> addAnswers(qint64 conversationId, qint64 replyId, int answers);
    std::vector<Turn>::iterator turnWith(quint64 requestId);
    // What lies before the last summary is not in it, but the summary.
    GenerationRequest requestFor(const StoredConversation& conversation,
                                 const std::vector<StoredMessage>& path) const;
    // Hands turns to the generator, or first has the parts of files chosen or a summary written.
    enum class Files { ToChoose, Chosen };
    bool ask(const std::vector<std::int64_t>& replyIds, Files files = Files::ToChoose);
    AttachedPrompt attachedBy(const QList<FilePart>& parts, qint64 conversationId, qint64 parentId,
                              const QString& question, const QList<DocumentPointer>& documents);
    // Begins to choose where only the words did so far. False: there is nothing to choose, or no model.
    bool chooseParts(const std::vector<StoredMessage>& path,
                     const std::vector<std::int64_t>& replyIds);
    std::vector<Choosing>::iterator choosingWith(quint64 id);
    void partSeen(quint64 id);
    void partsChosen(quint64 id, const PartChoice& choice);
    void choiceStopped(quint64 id);
    void stopTurn(const Turn& turn);
    void endTurns(const std::vector<std::int64_t>& replyIds, const GenerationOutcome& outcome);
    // Begins one where the chat wants it and the path is longer than the context. False: it is not
    // needed, or there is nothing to summarize.
    bool summarize(const StoredConversation& conversation, const std::vector<StoredMessage>& path,
                   const std::vector<std::int64_t>& replyIds);
    std::vector<Summing>::iterator summingWith(quint64 requestId);
    void summed(quint64 requestId, const GenerationOutcome& outcome);
    bool isSumming(qint64 replyId) const;
    void began(quint64 requestId);
    void grew(quint64 requestId, const QString& text, const QList<int>& tokenIds);
    void ended(quint64 requestId, const GenerationOutcome& outcome);
    void endTurn(std::vector<Turn>::iterator turn, const GenerationOutcome& outcome);
    void saveGrowing();

    ChatSignals* chats_;
    const std::filesystem::path file_;
    QPointer<TextGenerator> generator_;
    const Settings& settings_;
    ChatClock clock_;
    std::unique_ptr<ConversationStore> store_;
    std::unique_ptr<ConversationStore> unkept_;
    QStringList notices_;
    QStringList standing_;     // of the notices
    QStringList logged_;       // each try finds the same
    std::vector<Turn> turns_;  // in the order they were asked for
    std::vector<Summing> summings_;
    std::unique_ptr<PartChooser> chooser_;
    std::vector<Choosing> choosings_;
    QHash<qint64, QList<qint64>> openAnswers_;  // by conversation
    std::vector<StoredMessage> unsaved_;        // ended replies that the disk did not take yet
    int ticks_ = 0;
    std::filesystem::path offeredBackup_;
    QString offer_;              // the notice of it
    QString noBackup_;           // the notice that none could be made
    QString refused_;            // the notice of what the file did not take last
    qint64 open_ = 0;            // the chat the user looks at
    bool hasFile_ = false;       // store_ is the file's
    bool nextIsUnkept_ = false;  // the user has said it of the next new chat
    bool nextIsTemporary_ = false;
    bool isDamaged_ = false;
    bool isHidden_ = false;      // the file holds chats, and none of them is in sight
    bool couldNotSave_ = false;  // something that was written; failed() said so
    std::uintmax_t roomLacked_ = 0;
    QTimer saving_;
    QTimer lookingAfter_;
    QTimer room_;  // runs while there may be too little
    BackgroundTask upkeep_;
    BackgroundTask repair_;
};

std::unique_ptr<ConversationStore> inMemory(const StoreClock& clock, qint64 lastId = 0);

// A reply of which nothing is written yet.
StoredMessage emptyReply(qint64 conversationId, qint64 parentId);

}  // namespace dsm
