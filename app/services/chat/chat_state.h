// ChatState: the store behind the chats and the replies that are under way.
//
// Check, backup, search index and repair are made on threads of their own, beside the use. While a
// damaged file is repaired, what can be read of it is shown and nothing is written.
//
// Chats that nobody keeps lie in a store of their own, in memory: their numbers, and those of
// their messages, are larger than any of the file.
//
// A turn exists from the moment its reply is asked for until it ends; its text is newer than the
// store's by at most the saving interval.
//
// The store is looked after in chat_state_store.cpp. For chat_service.cpp only.
#pragma once

#include <QCoreApplication>
#include <QPointer>
#include <QTimer>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "app/services/chat/chat_signals.h"
#include "app/services/chat/chat_types.h"
#include "app/services/model/text_generator.h"
#include "app/services/program/background_task.h"
#include "app/store/conversation_store.h"
#include "app/store/store_repair.h"

namespace dsm {

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
    std::vector<StoredHit> searchAll(const std::string& text, int limit);
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
    bool isKept() const { return hasFile_ && !store_->isReadOnly(); }
    bool keepsNow() const { return isKept() && refused_.isEmpty(); }
    bool isRepairing() const { return repair_.isRunning(); }
    QDateTime now() const { return clock_(); }

    // A value, or an empty one after failed().
    template <class T>
    T valueOf(Result<T> result) {
        if (result) return std::move(*result);
        fail(QString::fromStdString(result.error().message));
        return T{};
    }
    bool succeeded(const Result<void>& result);
    // The same, announcing the change of the list.
    bool listChanged(const Result<void>& result);
    void fail(const QString& message) { Q_EMIT chats_->failed(message); }

    // No reply of the conversation is under way; or failed() says why that is in the way.
    bool isFree(qint64 conversationId);
    bool isUnderWay(qint64 conversationId) const { return turnOf(conversationId) != nullptr; }
    void stop(qint64 conversationId);
    void setOpen(qint64 conversationId);
    bool remove(qint64 conversationId);

    std::optional<StoredMessage> find(qint64 messageId);
    MessageInfo describe(const StoredMessage& stored, bool isLeaf);
    GenerationChoices choices(const StoredConversation& conversation) const;

    GenerationRequest lastQuestion(qint64 conversationId);

    // Of a question below a message, 0: alone.
    PromptFit fitOf(qint64 conversationId, qint64 parentId, const QString& text);
    // The same below the current leaf, or below `parentId`; or failed() says by how much not.
    bool hasRoomFor(qint64 conversationId, const QString& text,
                    std::optional<qint64> parentId = std::nullopt);

    // Adds messages that end in an empty reply, has the reply written and announces them.
    bool addAndGenerate(std::vector<StoredMessage> chain);
    // The same with a conversation of its own; returns its id or 0.
    qint64 startConversation(const StoredMessage& question, const QString& title);
    void announceAdded(qint64 conversationId, const std::vector<std::int64_t>& ids);
    // Has the reply written, from where its text ends.
    bool begin(qint64 replyId);

  private:
    // A reply that is being written or waits for its turn.
    struct Turn {
        quint64 requestId = 0;
        StoredMessage reply;
        bool started = false;
        bool unsaved = false;
        bool saveFailed = false;  // said once, not four times a second
    };

    using Opened = Result<std::unique_ptr<ConversationStore>>;

    static bool isUnkept(qint64 id);
    ConversationStore& unkept();
    StoreClock storeClock() const;
    // Damage is repaired beside the use. False: the file cannot be opened still.
    bool open();
    void take(Opened opened);
    void offerToRead();
    void offer(const std::filesystem::path& backup, const QString& text);
    void endOffer();
    void tryAgain();
    // The other store has other chats: everything is to be read again.
    void announceStore();
    void addNotice(const QString& text);
    // One that says how things are now: it goes when they change.
    void addStanding(const QString& text);
    QString refusal() const;
    void startUpkeep();
    void finishUpkeep(const UpkeepReport& report);
    // Nothing that is not on the disk yet belongs to the file.
    bool isFileIdle() const;
    void repairWhenIdle();
    void startRepair(Doubt doubt);
    void finishRepair(Result<Repaired<ConversationStore>> repaired);
    void saveEnded();
    void listen();
    // Whether the context has room for more of a reply that filled it.
    bool canGrow(const StoredMessage& reply);
    const Turn* turnOf(qint64 conversationId) const;
    std::vector<Turn>::iterator turnWith(quint64 requestId);
    GenerationRequest requestFor(const StoredConversation& conversation,
                                 const std::vector<StoredMessage>& path) const;
    void began(quint64 requestId);
    void grew(quint64 requestId, const QString& text, const QList<int>& tokenIds);
    void ended(quint64 requestId, const GenerationOutcome& outcome);
    void saveGrowing();

    ChatSignals* chats_;
    const std::filesystem::path file_;
    QPointer<TextGenerator> generator_;
    const Settings& settings_;
    ChatClock clock_;
    std::unique_ptr<ConversationStore> store_;
    std::unique_ptr<ConversationStore> unkept_;
    QStringList notices_;
    QStringList standing_;                // of the notices
    QStringList logged_;                  // each try finds the same
    std::vector<Turn> turns_;             // in the order they were asked for
    std::vector<StoredMessage> unsaved_;  // ended replies that the disk did not take yet
    int ticks_ = 0;
    std::filesystem::path offeredBackup_;
    QString offer_;              // the notice of it
    QString refused_;            // the notice of what the file did not take last
    qint64 open_ = 0;            // the chat the user looks at
    bool hasFile_ = false;       // store_ is the file's
    bool nextIsUnkept_ = false;  // the user has said it of the next new chat
    bool isDamaged_ = false;
    QTimer saving_;
    QTimer lookingAfter_;
    BackgroundTask upkeep_;
    BackgroundTask repair_;
};

// A reply of which nothing is written yet.
StoredMessage emptyReply(qint64 conversationId, qint64 parentId);

}  // namespace dsm
