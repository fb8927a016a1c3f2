// TrainingService: training jobs, one after the other, in the background.
//
// Jobs are rows of a database from their start on: what was under way when the program ended, by
// itself or not, is Paused at the next start and can be resumed from its last checkpoint; what was
// queued waits on. A run needs the engine's lease (engine_lease.h): while a reply is written it
// waits, and says so. One that runs lends it to a reply, between two of its steps.
//
// Threads   Main thread. The runner works on a thread of its own; destroying the service asks it to
//           save and waits.
// Errors    A failed job carries one or two sentences for people. What the database refuses
//           comes as storeFailed() (training_signals.h); without a database nothing is kept. While a damaged one is
//           repaired, beside the use, jobs may be missing and nothing is begun or changed.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <memory>

#include "app/services/program/engine_lease.h"
#include "app/services/training/training_signals.h"
#include "app/services/training/training_types.h"

namespace dsm {

class TrainingJobs;

class TrainingService : public TrainingSignals {
    Q_OBJECT

  public:
    // `databaseFile` "" keeps nothing.
    TrainingService(const QString& databaseFile, EngineLease& lease, TrainingRunner runner,
                    QObject* parent = nullptr);
    ~TrainingService() override;

    QList<TrainingJob> jobs() const;  // oldest first
    TrainingJob job(qint64 id) const;

    // Begins, or waits for its turn, and for `startsAt` where that is valid; a time that has passed
    // while the program was away counts as now. Returns its id; 0 where it could not be kept.
    qint64 start(const QString& name, const QString& settingsJson, const QString& folder,
                 const QDateTime& startsAt = {});
    // Of one that is queued; not valid: when it is its turn.
    void setStart(qint64 id, const QDateTime& startsAt);
    // One that was trained elsewhere, as it is: it is finished. As start().
    qint64 takeBack(const QString& name, const QString& settingsJson, const ReturnedRun& run);
    // Ends it as is meant; one that is queued does not begin, and is paused.
    void stop(qint64 id, TrainingStop means);
    void pause(qint64 id) { stop(id, TrainingStop::Pause); }
    // A paused or failed one goes on from its last checkpoint.
    void resume(qint64 id);
    // Forgets one that does not run. Its folder stays.
    void remove(qint64 id);
    void rename(qint64 id, const QString& name);
    // False, after storeFailed(), where they cannot be kept.
    bool setNotes(qint64 id, const QString& notes);
    // Without commas; what is twice or empty is left out. As setNotes().
    bool setTags(qint64 id, const QStringList& tags);

    // By rising step; those after `afterStep`.
    QList<TrainingPoint> metric(qint64 id, const QString& name, qint64 afterStep = -1) const;
    QList<ReasonShown> log(qint64 id) const;
    // To the job's fixed prompts, in the order in which they were given; read from its folder.
    QList<PromptAnswer> answers(qint64 id) const;

  private:
    std::unique_ptr<TrainingJobs> jobs_;
};

}  // namespace dsm
