// BenchmarkStore: benchmark runs and every answer of each, in an SQLite file of their own.
//
// A run that was Running when the program ended is Stopped at the next opening: what it had answered is
// there, and it can go on. Answers are written as they come. What stands before a question (examples that
// many questions share) is kept once for a run.
//
// Threads   One thread at a time; keepUp() any.
// Errors    Every failure of the disk or the file is an Error whose message a user can read;
//           NotFound for a run that is not there.
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

// Who was asked what, and how.
struct StoredBenchmark {
    enum class State { Running = 0, Stopped = 1, Finished = 2, Failed = 3 };

    std::int64_t id = 0;
    std::string task;               // its name
    std::string model;              // the folder's name
    std::string format = {};        // of its weights, for people
    std::string adapter = {};       // its name; "": none
    std::string machine = {};       // for people
    std::string settingsJson = {};  // what a run needs to go on, and must find as it was
    std::string fingerprint = {};   // of the model with its adapter; "": not loaded yet
    std::int64_t questions = 0;
    State state = State::Running;
    std::string error = {};  // of state Failed
    double seconds = 0;      // spent answering
    StoreTime created{};
    // Read only.
    std::int64_t answered = 0;
    std::int64_t right = 0;
};

// What a run learns of itself before its first answer.
struct StoredBenchmarkFacts {
    std::int64_t questions = 0;
    std::string format = {};
    std::string machine = {};
    std::string fingerprint = {};
};

struct StoredChoice {
    std::string text;
    double logLikelihood = 0;
    bool isGreedy = false;
};

struct StoredMeasure {
    std::string name;
    double value = 0;
};

struct StoredAnswer {
    std::int64_t number = 0;  // of the questions, from 0
    std::string file = {};    // its name
    std::string unit = {};    // "row" or "line"
    std::int64_t line = 0;
    std::string before = {};  // description and examples
    std::string question = {};
    std::vector<StoredChoice> choices = {};
    std::int64_t right = -1;
    std::int64_t chosen = -1;
    std::string written = {};
    std::vector<std::string> targets = {};
    std::vector<std::string> taken = {};  // of what was written
    std::vector<StoredMeasure> measures = {};
    std::optional<bool> isRight = std::nullopt;  // nothing where nothing is judged
    bool isCut = false;
};

// A line of a list of answers.
struct StoredAnswerInfo {
    std::int64_t number = 0;
    std::string question;  // its first characters, at most kQuestionBeginning
    std::optional<bool> isRight;
};
inline constexpr int kQuestionBeginning = 200;

// How often both, one or none of two runs was right about the same question.
struct StoredAgreement {
    std::int64_t both = 0;
    std::int64_t onlyFirst = 0;
    std::int64_t onlySecond = 0;
    std::int64_t neither = 0;
};

class BenchmarkStore {
  public:
    static Result<std::unique_ptr<BenchmarkStore>> open(const std::filesystem::path& file,
                                                        StoreClock clock, Doubt doubt = Doubt::None,
                                                        OnDamage onDamage = OnDamage::Repair,
                                                        const std::stop_token& stop = {});
    // Keeps nothing.
    static Result<std::unique_ptr<BenchmarkStore>> openInMemory(StoreClock clock);
    ~BenchmarkStore();

    const std::vector<StoreNotice>& notices() const { return database_->notices(); }
    bool isReadOnly() const { return database_->isReadOnly(); }

    // What is due beside the use; keepUp() does it, and noteUpkeep() learns of it.
    UpkeepTask dueUpkeep() { return database_->dueUpkeep(clock_()); }
    static UpkeepReport keepUp(const std::filesystem::path& file, const UpkeepTask& task,
                               StoreTime now, const std::stop_token& stop = {});
    void noteUpkeep(const UpkeepReport& report) { database_->noteUpkeep(report); }

    // Running; returns its id.
    Result<std::int64_t> add(const StoredBenchmark& benchmark);
    Result<std::optional<StoredBenchmark>> run(std::int64_t id);
    Result<std::vector<StoredBenchmark>> runs();  // oldest first
    Result<void> setFacts(std::int64_t id, const StoredBenchmarkFacts& facts);
    Result<void> setState(std::int64_t id, StoredBenchmark::State state,
                          std::string_view error = {});
    // One that is there already is replaced.
    Result<void> addAnswers(std::int64_t id, const std::vector<StoredAnswer>& answers,
                            double moreSeconds);
    // Out of the lists, until it is restored or purge() takes it, some time later.
    Result<void> remove(std::int64_t id);
    Result<void> restore(std::int64_t id);
    Result<std::int64_t> purge();  // how many runs went

    Result<std::vector<std::int64_t>> answeredNumbers(std::int64_t id);  // rising
    Result<std::vector<StoredAnswerInfo>> answers(std::int64_t id);      // by number
    Result<std::optional<StoredAnswer>> answer(std::int64_t id, std::int64_t number);
    // The measures of each answer, by number.
    Result<std::vector<std::vector<StoredMeasure>>> measures(std::int64_t id);
    // Of questions that stand at the same place of files of the same name, and are judged in both.
    Result<StoredAgreement> agreement(std::int64_t first, std::int64_t second);

  private:
    BenchmarkStore(std::unique_ptr<Database> database, StoreClock clock);

    static Result<std::unique_ptr<BenchmarkStore>> madeReady(
        Result<std::unique_ptr<Database>> database, StoreClock clock);
    Result<void> stopInterrupted();
    void insertAnswer(std::int64_t id, const StoredAnswer& answer);
    std::int64_t beginning(std::int64_t id, const std::string& text);
    void readParts(std::int64_t id, StoredAnswer& answer);
    Result<void> setRemoved(std::int64_t id, StoreTime when);

    std::unique_ptr<Database> database_;
    StoreClock clock_;
};

}  // namespace dsm
