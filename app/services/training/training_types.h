// What the training service tells and is told.
#pragma once

#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>
#include <functional>
#include <stop_token>

#include "app/services/program/reason_shown.h"

namespace dsm {

enum class TrainingState { Queued, Running, Paused, Finished, Failed };

struct TrainingJob {
    qint64 id = 0;  // 0: none
    QString name;
    QString settingsJson;  // what the trainer reads
    QString folder;        // where checkpoints and the adapter go
    TrainingState state = TrainingState::Queued;
    qint64 step = 0;
    qint64 totalSteps = 0;    // 0: not yet known
    ReasonShown error;        // of state Failed
    QString waitsFor;         // who has the computer, in words; "": nobody else
    bool isStopping = false;  // of state Running: it saves, and ends
    // Before its first step: "Reading data", "Loading", and how much of that is done; "" afterwards.
    QString phase = {};
    double phaseShare = 0;
    QString notes;  // of the user
    QDateTime created = {};
    QDateTime startsAt = {};  // of state Queued: not before; not valid: when it is its turn
    QStringList tags = {};    // of the user

    double share() const {
        return totalSteps > 0 ? static_cast<double>(step) / static_cast<double>(totalSteps) : 0.0;
    }
};

struct TrainingMetric {
    // "train/loss", "train/learning_rate", "train/grad_norm", "train/tokens_per_second",
    // "train/tokens" of the step, "train/epoch", "eval/loss", "run/memory" in bytes that the program
    // holds; and the service's own, "run/seconds":
    // the time the run has worked up to this step, pauses left out.
    QString name;
    double value = 0;
};

// What one step has brought.
struct TrainingStep {
    qint64 step = 0;
    qint64 totalSteps = 0;
    QList<TrainingMetric> metrics;
};

// The numbers of a run of another trainer, and where its result is.
struct ReturnedRun {
    QString folder;
    qint64 step = 0;
    qint64 totalSteps = 0;
    QList<TrainingStep> steps;  // ascending; totalSteps of each is not used
};

struct TrainingPoint {
    qint64 step = 0;
    double value = 0;
};

// To a prompt that the job has its run answer again and again.
struct PromptAnswer {
    qint64 step = 0;
    QString prompt;
    QString answer;
    QString problem;  // why there is no answer; "": there is
};

// What a stop means.
enum class TrainingStop {
    Pause,    // it is saved, to be resumed
    Finish,   // it is saved, and has ended: its result is what it has learned so far
    Discard,  // nothing is saved: it is paused, and goes on from its last checkpoint
};

struct TrainingTask {
    qint64 id = 0;
    QString settingsJson;
    QString folder;
    bool isResumed = false;                        // goes on from the last checkpoint in the folder
    std::function<TrainingStop()> stopMeans = {};  // after a stop; from any thread. None: Pause
};

// Where a runner reports to; from its own thread.
struct TrainingReport {
    std::function<void(const TrainingStep& step)> step;
    std::function<void(const ReasonShown& line)> log;
    // Before the first step: what is done, by the names of TrainingJob::phase, and from 0 to 1 of it.
    std::function<void(const QString& what, double share)> phase = {};
    // A resumed run goes on after this step.
    std::function<void(qint64 step)> resumedAt;
    std::function<void(const PromptAnswer& answer)> answered = {};
    // After resumedAt(): what the folder knows of the steps before, by whomever they were done;
    // those that are known already are passed over.
    std::function<void(const QList<TrainingStep>& steps)> measured = {};
};

struct TrainingEnd {
    bool isPaused = false;  // asked to stop, and can be resumed
    ReasonShown error;      // empty: finished, or paused
};

// What trains: called on a thread of its own. Asked to stop, it does what that means and returns.
using TrainingRunner = std::function<TrainingEnd(
    const TrainingTask& task, const TrainingReport& report, const std::stop_token& stop)>;

}  // namespace dsm
