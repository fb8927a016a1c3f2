// TrainingStore: training jobs, their numbers and their log, in an SQLite file of their own.
//
// A job that was Running when the program ended is Paused at the next opening, with a line in its
// log: what its last checkpoint holds can be resumed. Metrics are written as they come, so that a
// crash loses no more than the last moment.
//
// Threads   One thread at a time; keepUp() and salvage() any.
// Errors    Every failure of the disk or the file is an Error whose message a user can read;
//           NotFound for a job that is not there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/store/base/store_notice.h"
#include "app/store/base/store_time.h"
#include "app/store/database.h"
#include "kernels/base/result.h"

namespace dsm {

struct StoredJob {
    enum class State { Queued = 0, Running = 1, Paused = 2, Finished = 3, Failed = 4 };

    std::int64_t id = 0;
    std::string name;
    std::string settingsJson;  // what the trainer reads
    std::string folder;        // where it writes
    State state = State::Queued;
    std::int64_t step = 0;
    std::int64_t totalSteps = 0;  // 0: not yet known
    std::string error;            // of state Failed
    std::string notes;            // of the user
    std::string tags;             // of the user, joined by commas
    StoreTime startsAt{};         // not before; 0: when it is its turn
    StoreTime created{};
    StoreTime updated{};
};

struct StoredMetric {
    std::int64_t step = 0;
    std::string name;  // "train/loss"
    double value = 0;
};

struct StoredLogLine {
    StoreTime time{};
    std::string text;
};

class TrainingStore {
  public:
    static Result<std::unique_ptr<TrainingStore>> open(const std::filesystem::path& file,
                                                       StoreClock clock, Doubt doubt = Doubt::None,
                                                       OnDamage onDamage = OnDamage::Repair,
                                                       const std::stop_token& stop = {});
    // As those of ConversationStore.
    static Result<Salvaged> salvage(const std::filesystem::path& file,
                                    const std::stop_token& stop = {});
    static Result<std::unique_ptr<TrainingStore>> openSalvaged(const std::filesystem::path& file,
                                                               StoreClock clock,
                                                               const Salvaged& salvaged);
    // Keeps nothing.
    static Result<std::unique_ptr<TrainingStore>> openInMemory(StoreClock clock);
    ~TrainingStore();

    const std::vector<StoreNotice>& notices() const;
    void stopWriting() { database_->stopWriting(); }

    // What is due beside the use; keepUp() does it, and noteUpkeep() learns of it.
    UpkeepTask dueUpkeep() { return database_->dueUpkeep(clock_()); }
    static UpkeepReport keepUp(const std::filesystem::path& file, const UpkeepTask& task,
                               StoreTime now, const std::stop_token& stop = {});
    void noteUpkeep(const UpkeepReport& report) { database_->noteUpkeep(report); }

    // Queued; returns its id.
    Result<std::int64_t> add(std::string_view name, std::string_view settingsJson,
                             std::string_view folder, StoreTime startsAt = {});
    // Finished, with all of its numbers: one that was trained elsewhere.
    Result<std::int64_t> addFinished(std::string_view name, std::string_view settingsJson,
                                     std::string_view folder, std::int64_t step,
                                     std::int64_t totalSteps,
                                     const std::vector<StoredMetric>& metrics);
    Result<std::optional<StoredJob>> job(std::int64_t id);
    Result<std::vector<StoredJob>> jobs();  // oldest first
    Result<void> rename(std::int64_t id, std::string_view name);
    Result<void> setNotes(std::int64_t id, std::string_view notes);
    Result<void> setTags(std::int64_t id, std::string_view tags);
    Result<void> setStart(std::int64_t id, StoreTime startsAt);
    // With its metrics and its log.
    Result<void> remove(std::int64_t id);

    Result<void> setState(std::int64_t id, StoredJob::State state, std::string_view error = {});
    // The step a run has reached, and numbers of it.
    Result<void> addProgress(std::int64_t id, std::int64_t step, std::int64_t totalSteps,
                             const std::vector<StoredMetric>& metrics);
    // Numbers of steps that were done before, by another program.
    Result<void> addMetrics(std::int64_t id, const std::vector<StoredMetric>& metrics);
    // Forgets the numbers of later steps: a resumed run writes them again.
    Result<void> rewind(std::int64_t id, std::int64_t step);
    // Those of later steps than `after`.
    Result<std::vector<StoredMetric>> metrics(std::int64_t id, std::string_view name,
                                              std::int64_t after = -1);

    Result<void> addLog(std::int64_t id, std::string_view text);
    Result<std::vector<StoredLogLine>> log(std::int64_t id);

  private:
    TrainingStore(std::unique_ptr<Database> database, StoreClock clock);

    static Result<std::unique_ptr<TrainingStore>> madeReady(
        Result<std::unique_ptr<Database>> database, StoreClock clock);
    Result<void> pauseInterrupted();
    Result<void> setText(const char* sql, std::int64_t id, std::string_view text);
    void insertLog(std::int64_t id, std::string_view text);
    void insertMetric(std::int64_t id, const StoredMetric& metric);
    std::int64_t insertJob(std::string_view name, std::string_view settingsJson,
                           std::string_view folder, StoredJob::State state, StoreTime startsAt);

    std::unique_ptr<Database> database_;
    StoreClock clock_;
};

}  // namespace dsm
