// EvaluationService: how well a model, with an adapter or without, answers the rows of a file: loss,
// perplexity and the share of exact answers (engine/evaluate/row_evaluation.h). Results are kept, a
// line of JSON for each, in evaluations.jsonl: beside a run, or, of what belongs to none, in a folder
// of their own.
//
// One evaluation at a time, and none while a chat or a run has the computer (engine_lease.h).
//
// Threads   Main thread. The evaluation works on a thread of its own; destroying the service stops
//           it and waits.
// Errors    failed() carries sentences for people. A result that cannot be kept is told all the
//           same, with the reason in `notKept`.
#pragma once

#include <QDateTime>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>

#include "app/services/program/engine_lease.h"
#include "app/services/program/reason_shown.h"
#include "app/services/training/results/run_rows.h"

namespace dsm {

struct EvaluationTask {
    QString runFolder;      // where the result is kept; "": it belongs to no run
    QString settingsJson;   // of the run: how its rows are read
    QString modelFolder;    // the base, or a whole model that was trained
    QString adapterFolder;  // "": the model alone
    QString subject;        // what is evaluated, by a key of the page
    QString adapter = {};   // its name
    QStringList files;      // empty: what the run evaluates with, else all of its data
};

struct EvaluationResult {
    QDateTime made;
    QString subject;
    QString modelFolder;
    QString adapter;      // its name; "": none, or it is the subject
    QStringList files;    // their names
    bool isPart = false;  // of the files only what the run put aside
    qint64 rows = 0;
    qint64 refused = 0;
    qint64 tokens = 0;
    double loss = 0;
    double perplexity = 0;
    qint64 answers = 0;
    qint64 exact = 0;  // of the answers
    EvaluatedRowsShown ends;
    QString notKept;  // why it is not in the list later; "": it is
};

class EvaluationService : public QObject {
    Q_OBJECT

  public:
    // What belongs to no run is kept in `ownFolder`, which is made when it is needed.
    explicit EvaluationService(EngineLease& lease, const QString& ownFolder = {},
                               QObject* parent = nullptr);
    ~EvaluationService() override;

    // False, after failed(), where the computer is not free.
    bool start(const EvaluationTask& task);
    void stop();
    bool isRunning() const;
    QString runFolder() const;  // of what runs; "": it belongs to no run, or nothing runs

    // Oldest first.
    static QList<EvaluationResult> resultsOf(const QString& runFolder);
    QList<EvaluationResult> ownResults() const;  // of what belongs to no run

  Q_SIGNALS:
    // "Reading data", "Loading", "Evaluating"; from 0 to 1 of each.
    void progressed(const QString& what, double share);
    void finished(const dsm::EvaluationResult& result);
    void failed(const dsm::ReasonShown& why);  // empty: it was stopped

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
