// BenchmarkService: models asked the questions of benchmarks' files (engine/evaluate/benchmark.h), and
// every answer kept (app/store/benchmark_store.h).
//
// One benchmark at a time, and none while a chat or a run has the computer (engine_lease.h). A benchmark
// that was stopped, or that the program's end stopped, goes on where it was.
//
// Threads   Main thread. The model answers on a thread of the service's own; destroying the service
//           stops it and waits. Answers are kept every kKeepMs while they come, and once more at the end.
// Errors    failed() carries a sentence for people; the call then returns 0 or false.
#pragma once

#include <QObject>
#include <memory>
#include <optional>

#include "app/services/benchmarks/benchmark_types.h"

namespace dsm {

class EngineLease;

class BenchmarkService : public QObject {
    Q_OBJECT

  public:
    static constexpr int kKeepMs = 200;

    // `file`: where answers are kept; "": nowhere beyond the end of the program.
    BenchmarkService(const QString& file, EngineLease& lease, QObject* parent = nullptr);
    ~BenchmarkService() override;

    // What the user should know about the file. Whole sentences.
    QStringList notices() const;

    static QList<BenchmarkTask> tasks();
    static BenchmarkTask task(const QString& name);

    // Begins one; its id, 0 after failed().
    qint64 start(const BenchmarkWish& wish);
    bool resume(qint64 id);
    void stop();
    qint64 running() const;  // 0: none

    QList<BenchmarkRunInfo> runs() const;  // oldest first
    QList<BenchmarkAnswerInfo> answers(qint64 id) const;
    std::optional<BenchmarkAnswerShown> answer(qint64 id, qint64 number) const;
    // Question by question; nothing where no question was judged in both.
    std::optional<BenchmarkCompared> compare(qint64 first, qint64 second) const;
    // Until the program is started again some time later it can come back.
    bool remove(qint64 id);
    bool restore(qint64 id);

  Q_SIGNALS:
    void runsChanged();
    // Of the benchmark that runs; secondsLeft below 0: not known yet.
    void progressed(qint64 answered, qint64 questions, double secondsLeft);
    void failed(const QString& message);

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
