#include "app/store/benchmark_store.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "app/store/base/row_copy.h"
#include "app/store/store_access.h"

namespace dsm {
namespace {

using State = StoredBenchmark::State;

constexpr std::chrono::days kKeptInTrash{30};

// A step that users have is never changed.
constexpr std::array<Migration, 1> kMigrations = {
    R"sql(
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task TEXT NOT NULL,
    model TEXT NOT NULL,
    format TEXT NOT NULL,
    adapter TEXT NOT NULL,
    machine TEXT NOT NULL,
    settings TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    questions INTEGER NOT NULL,
    state INTEGER NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    seconds REAL NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    removed_ms INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE beginnings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    hash INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX beginnings_of_run ON beginnings (run_id, hash);
CREATE TABLE answers (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    file TEXT NOT NULL,
    unit TEXT NOT NULL,
    line INTEGER NOT NULL,
    beginning_id INTEGER NOT NULL,
    question TEXT NOT NULL,
    right_choice INTEGER NOT NULL,
    chosen INTEGER NOT NULL,
    written TEXT NOT NULL,
    is_right INTEGER,
    is_cut INTEGER NOT NULL,
    PRIMARY KEY (run_id, number)
) WITHOUT ROWID;
CREATE INDEX answers_by_place ON answers (run_id, file, line);
CREATE TABLE choices (
    run_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    text TEXT NOT NULL,
    log_likelihood REAL NOT NULL,
    is_greedy INTEGER NOT NULL,
    PRIMARY KEY (run_id, number, place),
    FOREIGN KEY (run_id, number) REFERENCES answers (run_id, number) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE texts (
    run_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    place INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (run_id, number, kind, place),
    FOREIGN KEY (run_id, number) REFERENCES answers (run_id, number) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE measures (
    run_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (run_id, number, place),
    FOREIGN KEY (run_id, number) REFERENCES answers (run_id, number) ON DELETE CASCADE
) WITHOUT ROWID;
)sql",
};

constexpr std::array kTables = {"runs", "beginnings", "answers", "choices", "texts", "measures"};

// A file of runs has one history: what has the same number is the same.
Carried bringBackRuns(SQLite::Database& into, SQLite::Database& from) {
    Carried carried;
    carried.parents = copyRows(from, into, "runs", BadText::LeftOut);
    for (const char* table : {"beginnings", "answers", "choices", "texts", "measures"})
        carried.rows += copyRows(from, into, table, BadText::LeftOut);
    return carried;
}

constexpr Schema kSchema = {
    .migrations = kMigrations,
    .tables = kTables,
    .amount =
        "SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM answers),"
        " (SELECT coalesce(max(id), 0) FROM beginnings)",
    .bringBack = bringBackRuns,
};

#define DSM_RUN_COLUMNS                                                                          \
    "SELECT id, task, model, format, adapter, machine, settings, questions, state, error,"       \
    " seconds, created_ms, (SELECT count(*) FROM answers WHERE run_id = runs.id),"               \
    " (SELECT count(*) FROM answers WHERE run_id = runs.id AND is_right = 1), fingerprint FROM " \
    "runs "

constexpr const char* kRunById = DSM_RUN_COLUMNS "WHERE id = ?";
constexpr const char* kRuns = DSM_RUN_COLUMNS "WHERE removed_ms = 0 ORDER BY id";

#undef DSM_RUN_COLUMNS

StoredBenchmark readRun(SQLite::Statement& row) {
    StoredBenchmark run;
    run.id = row.getColumn(0).getInt64();
    run.task = row.getColumn(1).getString();
    run.model = row.getColumn(2).getString();
    run.format = row.getColumn(3).getString();
    run.adapter = row.getColumn(4).getString();
    run.machine = row.getColumn(5).getString();
    run.settingsJson = row.getColumn(6).getString();
    run.questions = std::max<std::int64_t>(0, row.getColumn(7).getInt64());
    // A number that no program of today has written is a run that cannot go on by itself.
    const int state = row.getColumn(8).getInt();
    run.state = state >= 0 && state <= static_cast<int>(State::Failed) ? static_cast<State>(state)
                                                                       : State::Failed;
    run.error = row.getColumn(9).getString();
    run.seconds = row.getColumn(10).getDouble();
    run.created = fromMilliseconds(row.getColumn(11).getInt64());
    run.answered = row.getColumn(12).getInt64();
    run.right = row.getColumn(13).getInt64();
    run.fingerprint = row.getColumn(14).getString();
    return run;
}

void requireRun(int changed, std::int64_t id) {
    if (changed == 0) refuse(ReasonCode::BenchmarkGone, id);
}

}  // namespace

BenchmarkStore::BenchmarkStore(std::unique_ptr<Database> database, StoreClock clock)
    : database_(std::move(database)), clock_(std::move(clock)) {}

BenchmarkStore::~BenchmarkStore() = default;

Result<std::unique_ptr<BenchmarkStore>> BenchmarkStore::madeReady(
    Result<std::unique_ptr<Database>> database, StoreClock clock) {
    if (!database) return tl::unexpected(database.error());
    std::unique_ptr<BenchmarkStore> store(
        new BenchmarkStore(std::move(*database), std::move(clock)));
    if (store->isReadOnly()) return store;
    if (auto stopped = store->stopInterrupted(); !stopped) return tl::unexpected(stopped.error());
    return store;
}

Result<std::unique_ptr<BenchmarkStore>> BenchmarkStore::open(const std::filesystem::path& file,
                                                             StoreClock clock, Doubt doubt,
                                                             OnDamage onDamage,
                                                             const std::stop_token& stop) {
    return madeReady(Database::open(file, kSchema, clock, doubt, onDamage, stop), clock);
}

Result<std::unique_ptr<BenchmarkStore>> BenchmarkStore::openInMemory(StoreClock clock) {
    return madeReady(Database::openInMemory(kSchema), std::move(clock));
}

UpkeepReport BenchmarkStore::keepUp(const std::filesystem::path& file, const UpkeepTask& task,
                                    StoreTime now, const std::stop_token& stop) {
    return dsm::keepUp(file, kSchema, task, now, stop);
}

Result<void> BenchmarkStore::stopInterrupted() {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE runs SET state = 1 WHERE state = 0");
        update->exec();
    });
}

Result<std::int64_t> BenchmarkStore::add(const StoredBenchmark& run) {
    return committed(*database_, Durability::Full, [&] {
        Query insert = database_->query(
            "INSERT INTO runs (task, model, format, adapter, machine, settings, fingerprint, "
            "questions,"
            " state, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)");
        int place = 0;
        for (const std::string* text : {&run.task, &run.model, &run.format, &run.adapter,
                                        &run.machine, &run.settingsJson, &run.fingerprint})
            insert->bind(++place, *text);
        insert->bind(8, run.questions);
        insert->bind(9, toMilliseconds(clock_()));
        insert->exec();
        return static_cast<std::int64_t>(database_->connection().getLastInsertRowid());
    });
}

Result<std::optional<StoredBenchmark>> BenchmarkStore::run(std::int64_t id) {
    return guarded(*database_, [&]() -> std::optional<StoredBenchmark> {
        Query query = database_->query(kRunById);
        query->bind(1, id);
        if (!query->executeStep()) return std::nullopt;
        return readRun(*query);
    });
}

Result<std::vector<StoredBenchmark>> BenchmarkStore::runs() {
    return guarded(*database_, [&] {
        std::vector<StoredBenchmark> runs;
        Query query = database_->query(kRuns);
        while (query->executeStep())
            runs.push_back(readRun(*query));
        return runs;
    });
}

Result<void> BenchmarkStore::setFacts(std::int64_t id, const StoredBenchmarkFacts& facts) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query(
            "UPDATE runs SET questions = ?2, format = ?3, machine = ?4, fingerprint = ?5"
            " WHERE id = ?1");
        update->bind(1, id);
        update->bind(2, facts.questions);
        update->bind(3, facts.format);
        update->bind(4, facts.machine);
        update->bind(5, facts.fingerprint);
        requireRun(update->exec(), id);
    });
}

Result<void> BenchmarkStore::setState(std::int64_t id, State state, std::string_view error) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE runs SET state = ?2, error = ?3 WHERE id = ?1");
        update->bind(1, id);
        update->bind(2, static_cast<int>(state));
        update->bind(3, std::string(error));
        requireRun(update->exec(), id);
    });
}

Result<void> BenchmarkStore::setRemoved(std::int64_t id, StoreTime when) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE runs SET removed_ms = ?2 WHERE id = ?1");
        update->bind(1, id);
        update->bind(2, toMilliseconds(when));
        requireRun(update->exec(), id);
    });
}

Result<void> BenchmarkStore::remove(std::int64_t id) {
    return setRemoved(id, clock_());
}

Result<void> BenchmarkStore::restore(std::int64_t id) {
    return setRemoved(id, {});
}

Result<std::int64_t> BenchmarkStore::purge() {
    return committed(*database_, Durability::Full, [&]() -> std::int64_t {
        Query purge = database_->query("DELETE FROM runs WHERE removed_ms > 0 AND removed_ms < ?");
        purge->bind(1, toMilliseconds(clock_() - kKeptInTrash));
        return purge->exec();
    });
}

}  // namespace dsm
