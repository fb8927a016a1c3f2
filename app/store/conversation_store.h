// ConversationStore: conversations, their messages as a tree, and the search over them.
//
// Each message knows its parent; a conversation knows its current leaf. The way from the root to
// that leaf is what the user sees; the other branches (earlier replies, messages before an edit)
// stay. Ids are positive and never reused.
//
// Search: text is indexed with a space around each CJK character, and a run of such characters
// is asked for as a phrase, so that words of any length are found, two characters included.
//
// A failing full-text index stops nothing (search_index.h). The trash counts the days that passed
// between plausible starts: a clock that jumped empties nothing.
//
// Threads   One thread at a time; keepUp() any.
// Errors    Every failure of the disk or the file is an Error whose message a user can read;
//           Malformed where the file proves damaged: open it again with Doubt::Check.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/store/base/store_notice.h"
#include "app/store/base/store_time.h"
#include "app/store/care/backup.h"
#include "app/store/care/upkeep.h"
#include "app/store/database.h"
#include "app/store/stored_values.h"
#include "engine/text/chat_values.h"
#include "kernels/base/result.h"

namespace dsm {

class ConversationStore {
  public:
    static constexpr std::chrono::days kTrashLasts{30};

    // Opens or creates the file; a folder that is missing is created. Replies that a crash
    // interrupted become Stopped with the text they had; the trash is purged of what is old.
    static Result<std::unique_ptr<ConversationStore>> open(const std::filesystem::path& file,
                                                           StoreClock clock,
                                                           Doubt doubt = Doubt::None,
                                                           OnDamage onDamage = OnDamage::Repair,
                                                           const std::stop_token& stop = {});
    // A repair in two steps: what takes long, on any thread, while others only read the file; then,
    // with nobody at the file, what it made is put in its place.
    // stopWriting() makes a reader of one who has the file open.
    static Result<Salvaged> salvage(const std::filesystem::path& file,
                                    const std::stop_token& stop = {});
    static Result<std::unique_ptr<ConversationStore>> openSalvaged(
        const std::filesystem::path& file, StoreClock clock, const Salvaged& salvaged);
    // What can be read of a file that cannot be opened or repaired, and of its newest backup: in
    // memory, under its old numbers, and only to be read. The file stays as it is.
    struct Readable {
        std::unique_ptr<ConversationStore> store;
        Salvaged salvaged;
    };
    static Result<Readable> openToRead(const std::filesystem::path& file, StoreClock clock,
                                       const std::stop_token& stop = {});
    // Keeps nothing. Its numbers begin above `lastId`.
    static Result<std::unique_ptr<ConversationStore>> openInMemory(StoreClock clock,
                                                                   std::int64_t lastId = 0);
    ~ConversationStore();

    const std::vector<StoreNotice>& notices() const;
    bool isReadOnly() const;
    void stopWriting();

    // What is due beside the use; keepUp() does it, on any thread, and noteUpkeep() learns of it.
    UpkeepTask dueUpkeep();
    static UpkeepReport keepUp(const std::filesystem::path& file, const UpkeepTask& task,
                               StoreTime now, const std::stop_token& stop = {});
    void noteUpkeep(const UpkeepReport& report);

    // The newest first.
    std::vector<StoredBackup> backups() const;
    // The same of a file that need not be there.
    static std::vector<StoredBackup> backupsOf(const std::filesystem::path& file);
    // Adds what the backup holds and this history lacks, and takes out of the trash what was not
    // in it then; removes nothing. Ends the offer of a backup.
    Result<Carried> bringBack(const std::filesystem::path& backup);
    // The user wants none of the backups beside a file that began anew.
    Result<void> declineBackups();

    Result<std::int64_t> createConversation(std::string_view title, bool titleIsAutomatic);
    Result<std::optional<StoredConversation>> conversation(std::int64_t id);
    // Outside the trash, the archived too; pinned first, then the last changed first.
    Result<std::vector<StoredConversation>> conversations();
    Result<std::vector<StoredConversation>> trash();  // the last deleted first

    Result<void> rename(std::int64_t id, std::string_view title, bool titleIsAutomatic);
    Result<void> setPinned(std::int64_t id, bool pinned);
    Result<void> setSamplingJson(std::int64_t id, std::string_view json);
    Result<void> setSystemPrompt(std::int64_t id, std::string_view prompt);
    // A folder and a tag are there while a conversation has them; names are taken as they are,
    // without line feeds. None of these counts as a change of the conversation.
    Result<void> setFolder(std::int64_t id, std::string_view folder);
    Result<void> setTags(std::int64_t id, std::vector<std::string> tags);
    Result<void> setArchived(std::int64_t id, bool archived);
    // Of every conversation, the trash included; "" as the new name takes it away from all.
    Result<void> renameFolder(std::string_view folder, std::string_view name);
    Result<void> renameTag(std::string_view tag, std::string_view name);
    Result<void> moveToTrash(std::int64_t id);
    Result<void> restore(std::int64_t id);
    // Removes for good what has been in the trash for kTrashLasts of seen time; returns how many.
    Result<std::int64_t> purgeTrash();
    // The same of these, now; what is not in the trash stays. Backups keep what they hold.
    Result<std::int64_t> removeForGood(const std::vector<std::int64_t>& ids);
    // Until purgeTrash() would remove it, in seen time; 0: at the next start.
    Result<std::chrono::milliseconds> timeInTrash(std::int64_t id);

    // Adds messages to one conversation, the first below its parentId (0: as a root), each other
    // below the one before it, in one transaction: a question and its empty reply. The last
    // becomes the current leaf; the conversation counts as changed and leaves the archive. Ignores
    // `id`; `created` is now.
    // Errors  NotFound: no such conversation, or no such parent in it.
    Result<std::vector<std::int64_t>> addMessages(std::vector<StoredMessage> chain,
                                                  Durability durability);
    // A conversation together with its first messages.
    struct Started {
        std::int64_t conversationId = 0;
        std::vector<std::int64_t> messageIds;
    };
    Result<Started> startConversation(std::string_view title, bool titleIsAutomatic,
                                      std::vector<StoredMessage> chain, Durability durability);
    // Overwrites what a reply grows in: state, text, model, ids, statistics, reason, error. The
    // index follows when the state is no longer Generating.
    Result<void> updateReply(const StoredMessage& message, Durability durability);

    // Of the files that were sent with it; "": none were.
    Result<std::string> attachedTexts(std::int64_t messageId);
    // What a model reads in place of this message and all before it; "": the messages themselves.
    Result<void> setSummary(std::int64_t messageId, std::string_view summary);
    // What a model reads of a message with files, and what of them that is, when it is chosen anew.
    Result<void> setPrompt(std::int64_t messageId, std::string_view prompt,
                           std::string_view attached);
    // What a person thinks of a reply; the conversation does not count as changed by it.
    Result<void> setRating(std::int64_t messageId, ReplyRating rating);
    // Those outside the trash in which a reply, of any branch, has this rating.
    Result<std::vector<std::int64_t>> conversationsRated(ReplyRating rating);
    // Those outside the trash in which this model wrote a reply, of any branch.
    Result<std::vector<std::int64_t>> conversationsOf(std::string_view modelName);
    // Every model that wrote a reply, by name.
    Result<std::vector<std::string>> modelNames();

    Result<std::optional<StoredMessage>> message(std::int64_t id);
    // From the root to the current leaf.
    Result<std::vector<StoredMessage>> path(std::int64_t conversationId);
    // From the root to this message.
    Result<std::vector<StoredMessage>> pathTo(std::int64_t messageId);
    // All with the same parent, oldest first, the message itself among them.
    Result<std::vector<std::int64_t>> siblings(std::int64_t messageId);
    // Makes the newest leaf below the message the current one.
    Result<void> selectBranch(std::int64_t messageId);

    // Every branch, in the order in which they were written.
    Result<std::vector<StoredMessage>> allMessages(std::int64_t conversationId);
    // Adds a conversation from elsewhere with its own times. A message's parentId is the place of
    // an earlier one, counted from 1; `current` is the place of the current leaf, counted from 0.
    // Nothing where one outside the trash began at the same time, or has the same title, and says
    // all of this already.
    Result<std::optional<std::int64_t>> adopt(const StoredConversation& conversation,
                                              std::vector<StoredMessage> messages,
                                              std::size_t current);

    // The words of `text`, all of them, in one message or title; titles first, then the newest. The
    // last word of letters may be unfinished. Any text is allowed: nothing in it is an operator.
    Result<std::vector<StoredHit>> search(std::string_view text, int limit,
                                          const StoredScope& scope = {});

  private:
    ConversationStore(std::unique_ptr<Database> database, StoreClock clock);

    Result<void> makeReady();
    Result<void> finishInterrupted();
    std::int64_t seenTime();
    std::int64_t trashedSince(std::int64_t id, std::int64_t deletedMs, std::int64_t seenMs);
    // In a transaction; where the index fails nothing is removed and it is made anew.
    Result<std::int64_t> removing(const std::function<std::vector<std::int64_t>()>& which);
    bool isExpired(std::int64_t id, std::int64_t deletedMs, std::int64_t seenMs);
    std::int64_t insertConversation(std::string_view title, bool titleIsAutomatic);
    std::vector<std::int64_t> insertChain(std::vector<StoredMessage>& chain);
    std::int64_t insertMessage(const StoredMessage& message, std::int64_t createdMs);
    bool isThere(const StoredConversation& conversation,
                 const std::vector<StoredMessage>& messages);
    void makeLeaf(std::int64_t conversationId, std::int64_t messageId);

    std::unique_ptr<Database> database_;
    StoreClock clock_;
};

}  // namespace dsm
