#include "app/store/conversation_store.h"

#include <utility>

#include "app/store/base/store_state.h"
#include "app/store/care/integrity.h"
#include "app/store/index_entries.h"
#include "app/store/schema.h"
#include "app/store/search/search_index.h"
#include "app/store/store_access.h"

namespace dsm {
namespace {

void requireUsable(SQLite::Database& backup, const std::filesystem::path& file) {
    const int version = backup.execAndGet("PRAGMA user_version").getInt();
    if (version > static_cast<int>(historySchema().migrations.size())) {
        throw Refused{
            failure(ErrorCode::Unsupported, ReasonCode::BackupOfNewer, {file.string()}).value()};
    }
    if (version == 0 || checkIntegrity(backup).isDamaged) {
        throw Refused{
            failure(ErrorCode::Malformed, ReasonCode::BackupIsNone, {file.string()}).value()};
    }
}

// Another program's tables are no damage, but cannot be shown either.
Error listProblem(const ConversationStore& store, const std::filesystem::path& file,
                  const Result<void>& ready) {
    for (const StoreNotice& notice : store.notices()) {
        if (notice.kind != StoreNotice::Kind::NewerVersion) continue;
        return failure(ErrorCode::Unsupported, ReasonCode::ChatsOfNewer, {file.string()}).value();
    }
    return ready.error();
}

}  // namespace

ConversationStore::ConversationStore(std::unique_ptr<Database> database, StoreClock clock)
    : database_(std::move(database)), clock_(std::move(clock)) {}

ConversationStore::~ConversationStore() = default;

Result<std::unique_ptr<ConversationStore>> ConversationStore::open(
    const std::filesystem::path& file, StoreClock clock, Doubt doubt, OnDamage onDamage,
    const std::stop_token& stop) {
    auto database = Database::open(file, historySchema(), clock, doubt, onDamage, stop);
    if (!database) return tl::unexpected(database.error());
    std::unique_ptr<ConversationStore> store(new ConversationStore(std::move(*database), clock));
    // What may only be read must be readable at least.
    const Result<void> ready =
        store->isReadOnly() ? store->conversations().map([](const auto&) {}) : store->makeReady();
    // Damage that the list itself meets is repaired now; all else waits for the next start.
    const bool isDamaged = !ready && ready.error().code == ErrorCode::Malformed;
    if (!ready && store->isReadOnly()) return tl::unexpected(listProblem(*store, file, ready));
    if (!isDamaged) return store;
    if (doubt == Doubt::Check) return store;
    if (onDamage == OnDamage::Report) return tl::unexpected(ready.error());
    store.reset();
    return open(file, std::move(clock), Doubt::Check);
}

Result<Salvaged> ConversationStore::salvage(const std::filesystem::path& file,
                                            const std::stop_token& stop) {
    return salvageFile(file, historySchema(), stop);
}

Result<std::unique_ptr<ConversationStore>> ConversationStore::openSalvaged(
    const std::filesystem::path& file, StoreClock clock, const Salvaged& salvaged) {
    auto database = Database::openSalvaged(file, historySchema(), clock, salvaged);
    if (!database) return tl::unexpected(database.error());
    std::unique_ptr<ConversationStore> store(
        new ConversationStore(std::move(*database), std::move(clock)));
    if (!store->isReadOnly()) static_cast<void>(store->makeReady());
    return store;
}

Result<ConversationStore::Readable> ConversationStore::openToRead(const std::filesystem::path& file,
                                                                  StoreClock clock,
                                                                  const std::stop_token& stop) {
    Readable readable;
    auto database = Database::openToRead(file, historySchema(), readable.salvaged, stop);
    if (!database) return tl::unexpected(database.error());
    readable.store.reset(new ConversationStore(std::move(*database), std::move(clock)));
    return readable;
}

Result<void> ConversationStore::makeReady() {
    return finishInterrupted()
        .and_then([this] { return purgeTrash(); })
        .and_then([this](std::int64_t) { return conversations(); })
        .map([](const auto&) {});
}

Result<std::unique_ptr<ConversationStore>> ConversationStore::openInMemory(StoreClock clock,
                                                                           std::int64_t lastId) {
    auto database = Database::openInMemory(historySchema());
    if (!database) return tl::unexpected(database.error());
    std::unique_ptr<ConversationStore> store(
        new ConversationStore(std::move(*database), std::move(clock)));
    if (lastId == 0) return store;
    return guarded(*store->database_, [&] {
        for (const char* table : {"conversations", "messages"}) {
            SQLite::Statement insert(store->database_->connection(),
                                     "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)");
            insert.bind(1, table);
            insert.bind(2, lastId);
            insert.exec();
        }
        return std::move(store);
    });
}

UpkeepTask ConversationStore::dueUpkeep() {
    return database_->dueUpkeep(clock_());
}

UpkeepReport ConversationStore::keepUp(const std::filesystem::path& file, const UpkeepTask& task,
                                       StoreTime now, const std::stop_token& stop) {
    return dsm::keepUp(file, historySchema(), task, now, stop);
}

void ConversationStore::noteUpkeep(const UpkeepReport& report) {
    database_->noteUpkeep(report);
}

std::vector<StoredBackup> ConversationStore::backups() const {
    if (database_->file().empty()) return {};
    return backupsOf(database_->file());
}

std::vector<StoredBackup> ConversationStore::backupsOf(const std::filesystem::path& file) {
    return listBackups(file, historySchema());
}

Result<Carried> ConversationStore::bringBack(const std::filesystem::path& backup) {
    return committed(*database_, Durability::Full, [&] {
        try {
            SQLite::Database from(backup.string(), SQLite::OPEN_READONLY);
            requireUsable(from, backup);
            const Carried carried = historySchema().bringBack(database_->connection(), from);
            removeState(database_->connection(), "offer_backup");
            markIndexStale(database_->connection());
            return carried;
        } catch (const SQLite::Exception& exception) {
            // Of the backup's file or of this one: the words name what was being done.
            if (troubleOf(exception, backup) != Trouble::Damaged) throw;
            throw Refused{
                failure(ErrorCode::Malformed, ReasonCode::BackupDamaged, {backup.string()})
                    .value()};
        }
    });
}

Result<void> ConversationStore::declineBackups() {
    return committed(*database_, Durability::Full,
                     [&] { removeState(database_->connection(), "offer_backup"); });
}

const std::vector<StoreNotice>& ConversationStore::notices() const {
    return database_->notices();
}

bool ConversationStore::isReadOnly() const {
    return database_->isReadOnly();
}

void ConversationStore::stopWriting() {
    database_->stopWriting();
}

Result<std::int64_t> ConversationStore::createConversation(std::string_view title,
                                                           bool titleIsAutomatic) {
    return committed(*database_, Durability::Full,
                     [&] { return insertConversation(title, titleIsAutomatic); });
}

Result<void> ConversationStore::rename(std::int64_t id, std::string_view title,
                                       bool titleIsAutomatic) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query(
            "UPDATE conversations SET title = ?, title_is_automatic = ? WHERE id = ?");
        update->bind(1, std::string(title));
        update->bind(2, titleIsAutomatic ? 1 : 0);
        update->bind(3, id);
        if (update->exec() == 0) refuseConversation(id);
        indexTitle(*database_, id, title);
    });
}

Result<void> ConversationStore::setPinned(std::int64_t id, bool pinned) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET pinned = ? WHERE id = ?");
        update->bind(1, pinned ? 1 : 0);
        update->bind(2, id);
        if (update->exec() == 0) refuseConversation(id);
    });
}

Result<void> ConversationStore::setSamplingJson(std::int64_t id, std::string_view json) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET sampling = ? WHERE id = ?");
        update->bind(1, std::string(json));
        update->bind(2, id);
        if (update->exec() == 0) refuseConversation(id);
    });
}

Result<void> ConversationStore::setSystemPrompt(std::int64_t id, std::string_view prompt) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET system_prompt = ? WHERE id = ?");
        update->bind(1, std::string(prompt));
        update->bind(2, id);
        if (update->exec() == 0) refuseConversation(id);
    });
}

std::int64_t ConversationStore::insertConversation(std::string_view title, bool titleIsAutomatic) {
    const std::int64_t now = toMilliseconds(clock_());
    Query insert = database_->query(
        "INSERT INTO conversations (title, title_is_automatic, created_ms, updated_ms)"
        " VALUES (?1, ?2, ?3, ?3)");
    insert->bind(1, std::string(title));
    insert->bind(2, titleIsAutomatic ? 1 : 0);
    insert->bind(3, now);
    insert->exec();
    const std::int64_t id = database_->connection().getLastInsertRowid();
    indexTitle(*database_, id, title);
    return id;
}

}  // namespace dsm
