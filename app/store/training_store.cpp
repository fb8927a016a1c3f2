#include "app/store/training_store.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "app/store/base/row_copy.h"
#include "app/store/store_access.h"

namespace dsm {
namespace {

using State = StoredJob::State;

// A step that users have is never changed.
constexpr std::array<Migration, 3> kMigrations = {
    R"sql(
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    folder TEXT NOT NULL,
    state INTEGER NOT NULL,
    step INTEGER NOT NULL DEFAULT 0,
    total_steps INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL
);
CREATE TABLE metrics (
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    name TEXT NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (job_id, name, step)
) WITHOUT ROWID;
CREATE TABLE log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    time_ms INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX log_of_job ON log (job_id, id);
)sql",
    "ALTER TABLE jobs ADD COLUMN notes TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE jobs ADD COLUMN tags TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE jobs ADD COLUMN starts_ms INTEGER NOT NULL DEFAULT 0",
};

constexpr std::array kTables = {"jobs", "metrics", "log"};

// A file of jobs has one history: what has the same number is the same.
Carried bringBackJobs(SQLite::Database& into, SQLite::Database& from) {
    Carried carried;
    carried.parents = copyRows(from, into, "jobs", BadText::LeftOut);
    for (const char* table : {"metrics", "log"})
        carried.rows += copyRows(from, into, table, BadText::LeftOut);
    return carried;
}

constexpr Schema kSchema = {
    .migrations = kMigrations,
    .tables = kTables,
    .amount =
        "SELECT (SELECT count(*) FROM jobs), (SELECT count(*) FROM log),"
        " (SELECT coalesce(max(id), 0) FROM log)",
    .bringBack = bringBackJobs,
};

constexpr const char* kJobById =
    "SELECT id, name, settings, folder, state, step, total_steps, error, created_ms, updated_ms,"
    " notes, tags, starts_ms FROM jobs WHERE id = ?";
constexpr const char* kJobs =
    "SELECT id, name, settings, folder, state, step, total_steps, error, created_ms, updated_ms,"
    " notes, tags, starts_ms FROM jobs ORDER BY id";

StoredJob readJob(SQLite::Statement& row) {
    StoredJob job;
    job.id = row.getColumn(0).getInt64();
    job.name = row.getColumn(1).getString();
    job.settingsJson = row.getColumn(2).getString();
    job.folder = row.getColumn(3).getString();
    // A number that no program of today has written is a job that cannot go on by itself.
    const int state = row.getColumn(4).getInt();
    job.state = state >= 0 && state <= static_cast<int>(State::Failed) ? static_cast<State>(state)
                                                                       : State::Failed;
    job.step = std::max<std::int64_t>(0, row.getColumn(5).getInt64());
    job.totalSteps = std::max<std::int64_t>(0, row.getColumn(6).getInt64());
    job.error = row.getColumn(7).getString();
    job.created = fromMilliseconds(row.getColumn(8).getInt64());
    job.updated = fromMilliseconds(row.getColumn(9).getInt64());
    job.notes = row.getColumn(10).getString();
    job.tags = row.getColumn(11).getString();
    job.startsAt = fromMilliseconds(row.getColumn(12).getInt64());
    return job;
}

void requireChange(int changed, std::int64_t id) {
    if (changed != 0) return;
    throw Refused{
        failure(ErrorCode::NotFound, ReasonCode::TrainingGone, {std::to_string(id)}).value()};
}

}  // namespace

TrainingStore::TrainingStore(std::unique_ptr<Database> database, StoreClock clock)
    : database_(std::move(database)), clock_(std::move(clock)) {}

TrainingStore::~TrainingStore() = default;

Result<std::unique_ptr<TrainingStore>> TrainingStore::madeReady(
    Result<std::unique_ptr<Database>> database, StoreClock clock) {
    if (!database) return tl::unexpected(database.error());
    std::unique_ptr<TrainingStore> store(new TrainingStore(std::move(*database), std::move(clock)));
    if (store->database_->isReadOnly()) return store;
    if (auto paused = store->pauseInterrupted(); !paused) return tl::unexpected(paused.error());
    return store;
}

Result<std::unique_ptr<TrainingStore>> TrainingStore::open(const std::filesystem::path& file,
                                                           StoreClock clock, Doubt doubt,
                                                           OnDamage onDamage,
                                                           const std::stop_token& stop) {
    return madeReady(Database::open(file, kSchema, clock, doubt, onDamage, stop), clock);
}

Result<Salvaged> TrainingStore::salvage(const std::filesystem::path& file,
                                        const std::stop_token& stop) {
    return salvageFile(file, kSchema, stop);
}

Result<std::unique_ptr<TrainingStore>> TrainingStore::openSalvaged(
    const std::filesystem::path& file, StoreClock clock, const Salvaged& salvaged) {
    return madeReady(Database::openSalvaged(file, kSchema, clock, salvaged), clock);
}

UpkeepReport TrainingStore::keepUp(const std::filesystem::path& file, const UpkeepTask& task,
                                   StoreTime now, const std::stop_token& stop) {
    return dsm::keepUp(file, kSchema, task, now, stop);
}

Result<std::unique_ptr<TrainingStore>> TrainingStore::openInMemory(StoreClock clock) {
    auto database = Database::openInMemory(kSchema);
    if (!database) return tl::unexpected(database.error());
    return std::unique_ptr<TrainingStore>(
        new TrainingStore(std::move(*database), std::move(clock)));
}

const std::vector<StoreNotice>& TrainingStore::notices() const {
    return database_->notices();
}

void TrainingStore::insertLog(std::int64_t id, std::string_view text) {
    Query insert = database_->query("INSERT INTO log (job_id, time_ms, text) VALUES (?, ?, ?)");
    insert->bind(1, id);
    insert->bind(2, toMilliseconds(clock_()));
    insert->bind(3, std::string(text));
    insert->exec();
}

Result<void> TrainingStore::pauseInterrupted() {
    return committed(*database_, Durability::Full, [&] {
        std::vector<std::int64_t> interrupted;
        {
            Query query = database_->query("SELECT id FROM jobs WHERE state = 1");
            while (query->executeStep())
                interrupted.push_back(query->getColumn(0).getInt64());
        }
        for (const std::int64_t id : interrupted) {
            Query update = database_->query("UPDATE jobs SET state = 2 WHERE id = ?");
            update->bind(1, id);
            update->exec();
            insertLog(id, wordsOf(ReasonCode::RunInterrupted).english);
        }
    });
}

Result<std::int64_t> TrainingStore::add(std::string_view name, std::string_view settingsJson,
                                        std::string_view folder, StoreTime startsAt) {
    return committed(*database_, Durability::Full, [&] {
        return insertJob(name, settingsJson, folder, State::Queued, startsAt);
    });
}

Result<std::int64_t> TrainingStore::addFinished(std::string_view name,
                                                std::string_view settingsJson,
                                                std::string_view folder, std::int64_t step,
                                                std::int64_t totalSteps,
                                                const std::vector<StoredMetric>& metrics) {
    return committed(*database_, Durability::Full, [&] {
        const std::int64_t id = insertJob(name, settingsJson, folder, State::Finished, {});
        Query update =
            database_->query("UPDATE jobs SET step = ?2, total_steps = ?3 WHERE id = ?1");
        update->bind(1, id);
        update->bind(2, step);
        update->bind(3, totalSteps);
        update->exec();
        for (const StoredMetric& metric : metrics)
            insertMetric(id, metric);
        return id;
    });
}

std::int64_t TrainingStore::insertJob(std::string_view name, std::string_view settingsJson,
                                      std::string_view folder, State state, StoreTime startsAt) {
    Query insert = database_->query(
        "INSERT INTO jobs (name, settings, folder, state, created_ms, updated_ms, starts_ms)"
        " VALUES (?1, ?2, ?3, ?5, ?4, ?4, ?6)");
    insert->bind(1, std::string(name));
    insert->bind(2, std::string(settingsJson));
    insert->bind(3, std::string(folder));
    insert->bind(4, toMilliseconds(clock_()));
    insert->bind(5, static_cast<int>(state));
    insert->bind(6, toMilliseconds(startsAt));
    insert->exec();
    return database_->connection().getLastInsertRowid();
}

void TrainingStore::insertMetric(std::int64_t id, const StoredMetric& metric) {
    Query insert = database_->query(
        "INSERT OR REPLACE INTO metrics (job_id, step, name, value) VALUES (?, ?, ?, ?)");
    insert->bind(1, id);
    insert->bind(2, metric.step);
    insert->bind(3, metric.name);
    insert->bind(4, metric.value);
    insert->exec();
}

Result<std::optional<StoredJob>> TrainingStore::job(std::int64_t id) {
    return guarded(*database_, [&]() -> std::optional<StoredJob> {
        Query query = database_->query(kJobById);
        query->bind(1, id);
        if (!query->executeStep()) return std::nullopt;
        return readJob(*query);
    });
}

Result<std::vector<StoredJob>> TrainingStore::jobs() {
    return guarded(*database_, [&] {
        std::vector<StoredJob> jobs;
        Query query = database_->query(kJobs);
        while (query->executeStep())
            jobs.push_back(readJob(*query));
        return jobs;
    });
}

Result<void> TrainingStore::rename(std::int64_t id, std::string_view name) {
    return setText("UPDATE jobs SET name = ?2 WHERE id = ?1", id, name);
}

Result<void> TrainingStore::setNotes(std::int64_t id, std::string_view notes) {
    return setText("UPDATE jobs SET notes = ?2 WHERE id = ?1", id, notes);
}

Result<void> TrainingStore::setTags(std::int64_t id, std::string_view tags) {
    return setText("UPDATE jobs SET tags = ?2 WHERE id = ?1", id, tags);
}

Result<void> TrainingStore::setStart(std::int64_t id, StoreTime startsAt) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE jobs SET starts_ms = ?2 WHERE id = ?1");
        update->bind(1, id);
        update->bind(2, toMilliseconds(startsAt));
        requireChange(update->exec(), id);
    });
}

Result<void> TrainingStore::setText(const char* sql, std::int64_t id, std::string_view text) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query(sql);
        update->bind(1, id);
        update->bind(2, std::string(text));
        requireChange(update->exec(), id);
    });
}

Result<void> TrainingStore::remove(std::int64_t id) {
    return committed(*database_, Durability::Full, [&] {
        Query remove = database_->query("DELETE FROM jobs WHERE id = ?");
        remove->bind(1, id);
        requireChange(remove->exec(), id);
    });
}

Result<void> TrainingStore::setState(std::int64_t id, State state, std::string_view error) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query(
            "UPDATE jobs SET state = ?2, error = ?3, updated_ms = ?4 WHERE id = ?1");
        update->bind(1, id);
        update->bind(2, static_cast<int>(state));
        update->bind(3, std::string(error));
        update->bind(4, toMilliseconds(clock_()));
        requireChange(update->exec(), id);
    });
}

Result<void> TrainingStore::addProgress(std::int64_t id, std::int64_t step, std::int64_t totalSteps,
                                        const std::vector<StoredMetric>& metrics) {
    return committed(*database_, Durability::Normal, [&] {
        {
            Query update = database_->query(
                "UPDATE jobs SET step = ?2, total_steps = ?3, updated_ms = ?4 WHERE id = ?1");
            update->bind(1, id);
            update->bind(2, step);
            update->bind(3, totalSteps);
            update->bind(4, toMilliseconds(clock_()));
            requireChange(update->exec(), id);
        }
        for (const StoredMetric& metric : metrics)
            insertMetric(id, metric);
    });
}

Result<void> TrainingStore::addMetrics(std::int64_t id, const std::vector<StoredMetric>& metrics) {
    return committed(*database_, Durability::Normal, [&] {
        for (const StoredMetric& metric : metrics)
            insertMetric(id, metric);
    });
}

Result<void> TrainingStore::rewind(std::int64_t id, std::int64_t step) {
    return committed(*database_, Durability::Normal, [&] {
        Query remove = database_->query("DELETE FROM metrics WHERE job_id = ? AND step > ?");
        remove->bind(1, id);
        remove->bind(2, step);
        remove->exec();
    });
}

Result<std::vector<StoredMetric>> TrainingStore::metrics(std::int64_t id, std::string_view name,
                                                         std::int64_t after) {
    return guarded(*database_, [&] {
        std::vector<StoredMetric> metrics;
        Query query = database_->query(
            "SELECT step, name, value FROM metrics WHERE job_id = ? AND name = ? AND step > ?"
            " ORDER BY step");
        query->bind(1, id);
        query->bind(2, std::string(name));
        query->bind(3, after);
        while (query->executeStep()) {
            metrics.push_back({query->getColumn(0).getInt64(), query->getColumn(1).getString(),
                               query->getColumn(2).getDouble()});
        }
        return metrics;
    });
}

Result<void> TrainingStore::addLog(std::int64_t id, std::string_view text) {
    return committed(*database_, Durability::Normal, [&] { insertLog(id, text); });
}

Result<std::vector<StoredLogLine>> TrainingStore::log(std::int64_t id) {
    return guarded(*database_, [&] {
        std::vector<StoredLogLine> lines;
        Query query =
            database_->query("SELECT time_ms, text FROM log WHERE job_id = ? ORDER BY id");
        query->bind(1, id);
        while (query->executeStep()) {
            lines.push_back({fromMilliseconds(query->getColumn(0).getInt64()),
                             query->getColumn(1).getString()});
        }
        return lines;
    });
}

}  // namespace dsm
