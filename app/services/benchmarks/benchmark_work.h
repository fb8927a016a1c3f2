// Benchmark work: one benchmark from its files to its last answer, on whatever thread it is called.
//
// Threads   runBenchmarkWork() takes one thread; BenchmarkMail any.
// Errors    Those of task_data.h, LanguageModel::load() and benchmark.h; Unsupported where what goes on
//           is not what began.
#pragma once

#include <QJsonObject>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <utility>
#include <vector>

#include "app/services/benchmarks/benchmark_types.h"
#include "app/store/benchmark_store.h"
#include "kernels/base/result.h"

namespace dsm {

// What was learned of a run before its first answer.
struct BenchmarkFacts {
    qint64 questions = 0;
    std::string format;
    std::string machine;
    std::string fingerprint;  // of the model
};

// Answers on their way to who keeps them.
class BenchmarkMail {
  public:
    void tell(BenchmarkFacts facts) {
        const std::lock_guard lock(mutex_);
        facts_ = std::move(facts);
    }
    void add(StoredAnswer answer) {
        const std::lock_guard lock(mutex_);
        answers_.push_back(std::move(answer));
    }
    std::optional<BenchmarkFacts> takeFacts() {
        const std::lock_guard lock(mutex_);
        return std::exchange(facts_, std::nullopt);
    }
    std::vector<StoredAnswer> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(answers_, {});
    }

  private:
    std::mutex mutex_;
    std::optional<BenchmarkFacts> facts_;
    std::vector<StoredAnswer> answers_;
};

struct BenchmarkOrder {
    BenchmarkWish wish;
    std::set<std::int64_t> done = {};
    std::string fingerprint = {};  // of a run that goes on
    qint64 questions = 0;          // of it
};

Result<void> runBenchmarkWork(const BenchmarkOrder& order, BenchmarkMail& mail,
                              const std::stop_token& stop);

QJsonObject benchmarkWishJson(const BenchmarkWish& wish);
BenchmarkWish benchmarkWishOf(const QJsonObject& json);

}  // namespace dsm
