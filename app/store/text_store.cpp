#include "app/store/text_store.h"

#include <array>
#include <utility>

#include "app/store/base/row_copy.h"
#include "app/store/base/store_state.h"
#include "app/store/store_access.h"

namespace dsm {
namespace {

// A step that users have is never changed. Times are milliseconds of UTC; the text is last, for it is
// long.
constexpr std::array<Migration, 1> kMigrations = {
    R"sql(
CREATE TABLE texts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL DEFAULT '',
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    deleted_ms INTEGER,
    choices TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT ''
);
)sql",
};

constexpr std::array kTables = {"texts"};

// A file of texts has one history: what has the same number is the same.
Carried bringBackTexts(SQLite::Database& into, SQLite::Database& from) {
    Carried carried;
    carried.parents = copyRows(from, into, "texts", BadText::LeftOut);
    return carried;
}

constexpr Schema kSchema = {
    .migrations = kMigrations,
    .tables = kTables,
    .amount = "SELECT (SELECT count(*) FROM texts), 0, (SELECT coalesce(max(id), 0) FROM texts)",
    .bringBack = bringBackTexts,
};

// Between two starts of a program that is used; a longer pause may be a clock that was set.
constexpr std::chrono::milliseconds kPlausiblePause = std::chrono::days(45);

void requireText(int changed, std::int64_t id) {
    if (changed == 0) refuse(ReasonCode::TextGone, id);
}

// Grows with the clock while that is plausible.
std::int64_t seenTime(SQLite::Database& connection, std::int64_t now) {
    const std::int64_t passed = now - stateNumber(connection, "start_ms").value_or(now);
    std::int64_t seen = stateNumber(connection, "seen_ms").value_or(0);
    if (passed > 0 && passed <= kPlausiblePause.count()) seen += passed;
    setState(connection, "start_ms", now);
    setState(connection, "seen_ms", seen);
    return seen;
}

std::string trashKey(std::int64_t id) {
    return "trash:" + std::to_string(id);
}

}  // namespace

TextStore::TextStore(std::unique_ptr<Database> database, StoreClock clock)
    : database_(std::move(database)), clock_(std::move(clock)) {}

TextStore::~TextStore() = default;

Result<std::unique_ptr<TextStore>> TextStore::madeReady(Result<std::unique_ptr<Database>> database,
                                                        StoreClock clock) {
    if (!database) return tl::unexpected(database.error());
    std::unique_ptr<TextStore> store(new TextStore(std::move(*database), std::move(clock)));
    // What may only be read must be readable at least.
    if (!store->isReadOnly()) {
        if (auto purged = store->purgeTrash(); !purged) return tl::unexpected(purged.error());
    }
    if (auto listed = store->texts(); !listed) return tl::unexpected(listed.error());
    return store;
}

Result<std::unique_ptr<TextStore>> TextStore::open(const std::filesystem::path& file,
                                                   StoreClock clock, Doubt doubt, OnDamage onDamage,
                                                   const std::stop_token& stop) {
    return madeReady(Database::open(file, kSchema, clock, doubt, onDamage, stop), clock);
}

Result<std::unique_ptr<TextStore>> TextStore::openInMemory(StoreClock clock) {
    return madeReady(Database::openInMemory(kSchema), std::move(clock));
}

UpkeepReport TextStore::keepUp(const std::filesystem::path& file, const UpkeepTask& task,
                               StoreTime now, const std::stop_token& stop) {
    return dsm::keepUp(file, kSchema, task, now, stop);
}

Result<std::int64_t> TextStore::add() {
    return committed(*database_, Durability::Full, [&] {
        Query insert =
            database_->query("INSERT INTO texts (created_ms, updated_ms) VALUES (?1, ?1)");
        insert->bind(1, toMilliseconds(clock_()));
        insert->exec();
        return database_->connection().getLastInsertRowid();
    });
}

std::vector<StoredTextInfo> TextStore::list(const char* sql) {
    Query query = database_->query(sql);
    query->bind(1, kTextBeginning);
    std::vector<StoredTextInfo> found;
    while (query->executeStep()) {
        found.push_back({.id = query->getColumn(0).getInt64(),
                         .title = query->getColumn(1).getString(),
                         .beginning = query->getColumn(2).getString(),
                         .updated = fromMilliseconds(query->getColumn(3).getInt64())});
    }
    return found;
}

Result<std::vector<StoredTextInfo>> TextStore::texts() {
    return guarded(*database_, [&] {
        return list(
            "SELECT id, title, substr(text, 1, ?), updated_ms FROM texts WHERE deleted_ms IS NULL"
            " ORDER BY updated_ms DESC, id DESC");
    });
}

Result<std::vector<StoredTextInfo>> TextStore::trash() {
    return guarded(*database_, [&] {
        return list(
            "SELECT id, title, substr(text, 1, ?), updated_ms FROM texts"
            " WHERE deleted_ms IS NOT NULL ORDER BY deleted_ms DESC, id DESC");
    });
}

Result<std::string> TextStore::column(const char* sql, std::int64_t id) {
    return guarded(*database_, [&] {
        Query query = database_->query(sql);
        query->bind(1, id);
        requireText(query->executeStep() ? 1 : 0, id);
        return query->getColumn(0).getString();
    });
}

Result<void> TextStore::setColumn(const char* sql, std::int64_t id, std::string_view value,
                                  Durability durability) {
    return committed(*database_, durability, [&] {
        Query update = database_->query(sql);
        update->bind(1, std::string(value));
        update->bind(2, id);
        requireText(update->exec(), id);
    });
}

Result<std::string> TextStore::text(std::int64_t id) {
    return column("SELECT text FROM texts WHERE id = ?", id);
}

Result<void> TextStore::setText(std::int64_t id, std::string_view text, Durability durability) {
    return committed(*database_, durability, [&] {
        Query update = database_->query("UPDATE texts SET text = ?, updated_ms = ? WHERE id = ?");
        update->bind(1, std::string(text));
        update->bind(2, toMilliseconds(clock_()));
        update->bind(3, id);
        requireText(update->exec(), id);
    });
}

Result<void> TextStore::rename(std::int64_t id, std::string_view title) {
    return setColumn("UPDATE texts SET title = ? WHERE id = ?", id, title, Durability::Full);
}

Result<std::string> TextStore::choicesJson(std::int64_t id) {
    return column("SELECT choices FROM texts WHERE id = ?", id);
}

Result<void> TextStore::setChoicesJson(std::int64_t id, std::string_view json) {
    return setColumn("UPDATE texts SET choices = ? WHERE id = ?", id, json, Durability::Full);
}

Result<void> TextStore::moveToTrash(std::int64_t id) {
    return committed(*database_, Durability::Full, [&] {
        const std::int64_t now = toMilliseconds(clock_());
        Query update = database_->query("UPDATE texts SET deleted_ms = ? WHERE id = ?");
        update->bind(1, now);
        update->bind(2, id);
        requireText(update->exec(), id);
        setState(database_->connection(), trashKey(id), seenTime(database_->connection(), now));
    });
}

Result<void> TextStore::restore(std::int64_t id) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE texts SET deleted_ms = NULL WHERE id = ?");
        update->bind(1, id);
        requireText(update->exec(), id);
        removeState(database_->connection(), trashKey(id));
    });
}

Result<std::int64_t> TextStore::purgeTrash() {
    return committed(*database_, Durability::Full, [&]() -> std::int64_t {
        SQLite::Database& connection = database_->connection();
        const std::int64_t seen = seenTime(connection, toMilliseconds(clock_()));
        std::vector<std::int64_t> expired;
        Query query = database_->query("SELECT id FROM texts WHERE deleted_ms IS NOT NULL");
        while (query->executeStep()) {
            const std::int64_t id = query->getColumn(0).getInt64();
            // Of one that came out of a backup its time in the trash begins now.
            const std::int64_t since = stateNumber(connection, trashKey(id)).value_or(seen);
            setState(connection, trashKey(id), since);
            const std::chrono::milliseconds lain(seen - since);
            if (lain >= kTextTrashLasts) expired.push_back(id);
        }
        for (const std::int64_t id : expired) {
            Query purge = database_->query("DELETE FROM texts WHERE id = ?");
            purge->bind(1, id);
            purge->exec();
            removeState(connection, trashKey(id));
        }
        return static_cast<std::int64_t>(expired.size());
    });
}

}  // namespace dsm
