// TrainingJobs: the jobs, the run that is under way, and the store behind them.
//
// What a person does to the list is in training_jobs_list.cpp. The store is opened, looked after and
// repaired in training_jobs_store.cpp: check, backup and repair on threads of their own. For
// training_service.cpp only.
//
// Ownership Owns the store and the run; borrows the lease.
// Threads   Main thread; the run and what looks after the store post there what they found.
// Errors    Those of TrainingStore; they go to a signal in words for people.
#pragma once

#include <QCoreApplication>
#include <QList>
#include <QString>
#include <QTimer>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include "app/services/program/background_task.h"
#include "app/services/program/engine_lease.h"
#include "app/services/program/mailbox.h"
#include "app/services/training/run_gate.h"
#include "app/services/training/training_signals.h"
#include "app/services/training/training_types.h"
#include "app/store/store_repair.h"
#include "app/store/training_store.h"

namespace dsm {

TrainingJob toJob(const StoredJob& stored);
TrainingState toState(StoredJob::State state);

class TrainingJobs {
    Q_DECLARE_TR_FUNCTIONS(dsm::TrainingService)

  public:
    TrainingJobs(TrainingSignals* service, const QString& file, EngineLease& lease,
                 TrainingRunner runner);
    ~TrainingJobs();
    TrainingJobs(const TrainingJobs&) = delete;
    TrainingJobs& operator=(const TrainingJobs&) = delete;

    const QList<TrainingJob>& list() const { return list_; }
    const TrainingJob* find(qint64 id) const;
    TrainingStore* store() const { return store_.get(); }
    qint64 add(const QString& name, const QString& settings, const QString& folder,
               const QDateTime& startsAt);
    qint64 takeBack(const QString& name, const QString& settings, const ReturnedRun& run);
    void setStart(qint64 id, const QDateTime& startsAt);
    bool setTags(qint64 id, const QStringList& tags);
    void stop(qint64 id, TrainingStop means);
    void resume(qint64 id);
    void remove(qint64 id);
    void rename(qint64 id, const QString& name);
    bool setNotes(qint64 id, const QString& notes);
    void startNext();

  private:
    using Opened = Result<std::unique_ptr<TrainingStore>>;

    // In training_jobs_store.cpp.
    void open();
    void take(Opened opened);
    void startUpkeep();
    void finishUpkeep(const UpkeepReport& report);
    void repairWhenIdle();
    void startRepair(Doubt doubt);
    void finishRepair(Result<Repaired<TrainingStore>> repaired);
    void tell(const ReasonShown& reason);
    // Or storeFailed() says why not.
    bool canWrite();
    TrainingJob* find(qint64 id);
    void set(TrainingJob& job, StoredJob::State state, const ReasonShown& error = {});
    void run(const TrainingTask& task, const std::stop_token& stop);
    void lend(qint64 id);
    void goOn();
    void takeStep(qint64 id, const TrainingStep& step, std::chrono::duration<double> time);
    void goBack(qint64 id, qint64 step);
    void takeMeasured(qint64 id, const QList<TrainingStep>& steps);
    void takePhase(qint64 id, const QString& what, double share);
    void takeLog(qint64 id, const ReasonShown& line);
    double storedSeconds(qint64 id) const;
    qint64 taken(const Result<std::int64_t>& id);
    void waitForNext(const QDateTime& now);
    void takeEnd(qint64 id, const TrainingEnd& end);
    // What the database refused is told once, the work goes on.
    template <class Value>
    bool kept(const Result<Value>& result) {
        if (!result) Q_EMIT service_->storeFailed(shown(result.error()));
        return result.has_value();
    }

    TrainingSignals* service_;
    const std::filesystem::path file_;  // "" keeps nothing
    EngineLease& lease_;
    TrainingRunner runner_;
    std::unique_ptr<TrainingStore> store_;
    QList<TrainingJob> list_;
    qint64 running_ = 0;  // id
    double seconds_ = 0;  // that it has worked, pauses left out
    bool isDamaged_ = false;
    QTimer wake_;  // for those that start at a time
    RunGate gate_;
    std::atomic<TrainingStop> stopMeans_ = TrainingStop::Pause;  // of the one that runs
    Mailbox mailbox_;
    BackgroundTask upkeep_;
    BackgroundTask repair_;
    std::jthread thread_;  // last: it posts while the others exist
};

}  // namespace dsm
