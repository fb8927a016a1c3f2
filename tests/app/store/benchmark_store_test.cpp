#include "app/store/benchmark_store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "tests/support/attack.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

using RunState = StoredBenchmark::State;

class BenchmarkStoreTest : public testing::Test {
  protected:
    std::unique_ptr<BenchmarkStore> open() {
        auto store = BenchmarkStore::open(file(), clock());
        EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
        return store ? std::move(*store) : nullptr;
    }
    std::filesystem::path file() const { return folder_ / "benchmarks.db"; }
    StoreClock clock() {
        return [this] { return now_; };
    }

    static StoredBenchmark piqa() {
        return {
            .task = "piqa", .model = "chat-q4", .format = "", .settingsJson = "{}", .questions = 3};
    }
    static StoredAnswer answered(std::int64_t number, std::optional<bool> isRight) {
        StoredAnswer answer{.number = number,
                            .file = "piqa.jsonl",
                            .unit = "line",
                            .line = number + 1,
                            .before = "Example\n\n",
                            .question = "Question " + std::to_string(number)};
        answer.choices = {{" a", -1.25, true}, {" b", -3.5, false}};
        answer.right = 0;
        answer.chosen = isRight.value_or(true) ? 0 : 1;
        answer.targets = {"t1", "t2"};
        answer.taken = {"x"};
        answer.measures = {{"acc", isRight.value_or(false) ? 1.0 : 0.0}, {"acc_norm", 1.0}};
        answer.isRight = isRight;
        return answer;
    }

    TemporaryFolder folder_;
    StoreTime now_ = fromMilliseconds(1'800'000'000'000);
};

TEST_F(BenchmarkStoreTest, KeepsEveryAnswerWithItsScores) {
    std::int64_t id = 0;
    {
        const auto store = open();
        id = *store->add(piqa());
        ASSERT_TRUE(store->addAnswers(id, {answered(0, true), answered(1, false)}, 2.5));
        ASSERT_TRUE(store->addAnswers(id, {answered(2, std::nullopt), answered(1, true)}, 1));
        ASSERT_TRUE(store->setFacts(id, {3, "q4", "CPU", "f1"}));
        ASSERT_TRUE(store->setState(id, RunState::Finished));
    }
    const auto store = open();
    const auto run = *store->run(id);
    ASSERT_TRUE(run.has_value());
    EXPECT_EQ(run->task, "piqa");
    EXPECT_EQ(run->format, "q4");
    EXPECT_EQ(run->fingerprint, "f1");
    EXPECT_EQ(run->state, RunState::Finished);
    EXPECT_EQ(run->seconds, 3.5);
    EXPECT_EQ(run->answered, 3);
    EXPECT_EQ(run->right, 2) << "the second answer to a question replaces the first";
    EXPECT_EQ(*store->answeredNumbers(id), (std::vector<std::int64_t>{0, 1, 2}));
    const auto answer = *store->answer(id, 1);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->before + answer->question, "Example\n\nQuestion 1");
    ASSERT_EQ(answer->choices.size(), 2U);
    EXPECT_EQ(answer->choices[1].logLikelihood, -3.5);
    EXPECT_TRUE(answer->choices[0].isGreedy);
    EXPECT_EQ(answer->targets, (std::vector<std::string>{"t1", "t2"}));
    EXPECT_EQ(answer->taken, (std::vector<std::string>{"x"}));
    EXPECT_EQ(answer->measures[1].name, "acc_norm");
    EXPECT_FALSE(store->answers(id)->at(2).isRight.has_value());
    EXPECT_EQ(store->measures(id)->at(1).at(0).value, 1);
    SQLite::Database raw(file().string());
    EXPECT_EQ(raw.execAndGet("SELECT count(*) FROM beginnings").getInt(), 1);
}

TEST_F(BenchmarkStoreTest, ComparesTwoRunsQuestionByQuestion) {
    const auto store = open();
    const std::int64_t a = *store->add(piqa()), b = *store->add(piqa());
    ASSERT_TRUE(store->addAnswers(
        a, {answered(0, true), answered(1, true), answered(2, false), answered(3, false)}, 0));
    ASSERT_TRUE(store->addAnswers(
        b, {answered(0, true), answered(1, false), answered(3, std::nullopt), answered(9, true)},
        0));
    const auto found = *store->agreement(a, b);
    EXPECT_EQ(found.both, 1);
    EXPECT_EQ(found.onlyFirst, 1);
    EXPECT_EQ(found.onlySecond, 0);
    EXPECT_EQ(found.neither, 0) << "what is not judged in both does not count";
}

TEST_F(BenchmarkStoreTest, StopsWhatRanWhenTheProgramEnded) {
    std::int64_t id = 0;
    {
        const auto store = open();
        id = *store->add(piqa());
        ASSERT_TRUE(store->addAnswers(id, {answered(0, true)}, 1));
        EXPECT_EQ((*store->run(id))->state, RunState::Running);
    }
    const auto store = open();
    EXPECT_EQ((*store->run(id))->state, RunState::Stopped);
    EXPECT_EQ((*store->run(id))->answered, 1);
}

TEST_F(BenchmarkStoreTest, RemovesARunForGoodOnlyAfterAMonth) {
    const auto store = open();
    const std::int64_t id = *store->add(piqa());
    ASSERT_TRUE(store->addAnswers(id, {answered(0, true)}, 0));
    ASSERT_TRUE(store->remove(id));
    EXPECT_TRUE(store->runs()->empty());
    EXPECT_EQ(*store->purge(), 0);
    ASSERT_TRUE(store->restore(id));
    EXPECT_EQ(store->runs()->size(), 1U);
    ASSERT_TRUE(store->remove(id));
    now_ += std::chrono::days(31);
    EXPECT_EQ(*store->purge(), 1);
    SQLite::Database raw(file().string());
    for (const char* table : {"runs", "beginnings", "answers", "choices", "texts", "measures"})
        EXPECT_EQ(raw.execAndGet(std::string("SELECT count(*) FROM ") + table).getInt(), 0)
            << table;
    EXPECT_EQ(store->remove(id).error().code, ErrorCode::NotFound);
}

TEST_F(BenchmarkStoreTest, LosesNothingThatWasAcknowledgedWhenTheDiskFails) {
    FaultyVfs files;
    for (const int code : {SQLITE_FULL, SQLITE_IOERR}) {
        for (long n = 1;; n += mutationRounds(0) > 0 ? 1 : 29) {
            for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
                std::filesystem::remove_all(entry.path());
            files.arm(n, code, FaultyVfs::Lasts::Once);
            std::int64_t id = 0;
            std::size_t acknowledged = 0;
            if (auto store = BenchmarkStore::open(file(), clock()); store) {
                if (const auto added = (*store)->add(piqa())) id = *added;
                for (std::int64_t number = 0; id > 0 && number < 3; ++number)
                    acknowledged += (*store)->addAnswers(id, {answered(number, true)}, 1) ? 1 : 0;
            }
            files.disarm();
            const auto store = open();
            ASSERT_NE(store, nullptr);
            if (id > 0) {
                EXPECT_GE(store->answers(id)->size(), acknowledged) << "call " << n;
                const std::vector<StoredAnswerInfo> answers = *store->answers(id);
                for (const StoredAnswerInfo& info : answers)
                    EXPECT_EQ((*store->answer(id, info.number))->choices.size(), 2U) << n;
            }
            if (!files.hasFailed()) break;
        }
    }
}

TEST_F(BenchmarkStoreTest, AFileOfANewerProgramIsReadOnly) {
    { open(); }
    {
        SQLite::Database raw(file().string(), SQLite::OPEN_READWRITE);
        raw.exec("PRAGMA user_version = 99");
    }
    const auto store = open();
    ASSERT_NE(store, nullptr);
    EXPECT_TRUE(store->isReadOnly());
    EXPECT_FALSE(store->add(piqa()).has_value());
}

}  // namespace
}  // namespace dsm
