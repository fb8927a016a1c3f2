#include "app/store/training_store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

using State = StoredJob::State;

class TrainingStoreTest : public testing::Test {
  protected:
    std::unique_ptr<TrainingStore> open() {
        auto store = TrainingStore::open(folder_ / "training.db", [this] { return now_; });
        EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
        return store ? std::move(*store) : nullptr;
    }

    TemporaryFolder folder_;
    StoreTime now_ = fromMilliseconds(1'800'000'000'000);
};

TEST_F(TrainingStoreTest, KeepsJobsMetricsAndLog) {
    std::int64_t id = 0;
    {
        const auto store = open();
        id = *store->add("facts", "{\"rank\": 8}", "/tmp/out");
        ASSERT_TRUE(store->addProgress(id, 2, 10, {{1, "train/loss", 3.5}, {2, "train/loss", 3.25}})
                        .has_value());
        ASSERT_TRUE(store->addLog(id, "begins").has_value());
        ASSERT_TRUE(store->setState(id, State::Failed, "The loss is NaN.").has_value());
    }
    const auto store = open();
    const auto job = *store->job(id);
    ASSERT_TRUE(job.has_value());
    EXPECT_EQ(job->name, "facts");
    EXPECT_EQ(job->settingsJson, "{\"rank\": 8}");
    EXPECT_EQ(job->state, State::Failed);
    EXPECT_EQ(job->error, "The loss is NaN.");
    EXPECT_EQ(job->step, 2);
    EXPECT_EQ(job->totalSteps, 10);
    EXPECT_EQ(job->created, now_);
    const auto metrics = *store->metrics(id, "train/loss");
    ASSERT_EQ(metrics.size(), 2U);
    EXPECT_EQ(metrics[1].value, 3.25);
    EXPECT_EQ(store->log(id)->at(0).text, "begins");
}

TEST_F(TrainingStoreTest, KeepsTagsAndTheTimeOfTheStart) {
    const StoreTime later = fromMilliseconds(1'800'000'100'000);
    std::int64_t id = 0, plain = 0;
    {
        const auto store = open();
        id = *store->add("tonight", "{}", "", later);
        plain = *store->add("now", "{}", "");
        ASSERT_TRUE(store->setTags(id, "letters,short").has_value());
    }
    const auto store = open();
    EXPECT_EQ((*store->job(id))->startsAt, later);
    EXPECT_EQ((*store->job(id))->tags, "letters,short");
    EXPECT_EQ((*store->job(plain))->startsAt, StoreTime());
    ASSERT_TRUE(store->setStart(id, {}).has_value());
    EXPECT_EQ((*store->job(id))->startsAt, StoreTime());
    EXPECT_FALSE(store->setTags(99, "x").has_value());
}

TEST_F(TrainingStoreTest, TakesARunThatIsFinishedWithItsNumbers) {
    std::int64_t id = 0;
    {
        const auto store = open();
        id = *store->addFinished("elsewhere", "{}", "/far", 2, 3,
                                 {{1, "train/loss", 2.5}, {2, "train/loss", 1.5}});
    }
    const auto store = open();  // what is queued or runs would be changed
    EXPECT_EQ((*store->job(id))->state, State::Finished);
    EXPECT_EQ((*store->job(id))->step, 2);
    EXPECT_EQ((*store->job(id))->totalSteps, 3);
    EXPECT_EQ(store->metrics(id, "train/loss")->size(), 2U);
}

TEST_F(TrainingStoreTest, PausesWhatRanWhenTheProgramEnded) {
    std::int64_t running = 0, queued = 0;
    {
        const auto store = open();
        running = *store->add("a", "{}", "");
        queued = *store->add("b", "{}", "");
        ASSERT_TRUE(store->setState(running, State::Running).has_value());
    }
    const auto store = open();
    EXPECT_EQ((*store->job(running))->state, State::Paused);
    EXPECT_EQ(store->log(running)->size(), 1U);
    EXPECT_EQ((*store->job(queued))->state, State::Queued);
}

TEST_F(TrainingStoreTest, ForgetsNumbersThatAreWrittenAgain) {
    const auto store = open();
    const std::int64_t id = *store->add("a", "{}", "");
    for (std::int64_t step = 1; step <= 5; ++step)
        ASSERT_TRUE(store->addProgress(id, step, 9, {{step, "train/loss", 1}}).has_value());
    ASSERT_TRUE(store->rewind(id, 3).has_value());
    EXPECT_EQ(store->metrics(id, "train/loss")->size(), 3U);
    ASSERT_TRUE(store->addProgress(id, 3, 9, {{3, "train/loss", 7}}).has_value());
    EXPECT_EQ(store->metrics(id, "train/loss")->back().value, 7);
}

TEST_F(TrainingStoreTest, TakesNumbersOfStepsThatWereDoneByAnother) {
    const auto store = open();
    const std::int64_t id = *store->add("a", "{}", "");
    ASSERT_TRUE(store->addProgress(id, 2, 9, {{2, "train/loss", 1}}).has_value());
    ASSERT_TRUE(store->addMetrics(id, {{3, "train/loss", 5}, {4, "eval/loss", 6}}).has_value());
    EXPECT_EQ(store->metrics(id, "train/loss")->back().value, 5);
    EXPECT_EQ(store->metrics(id, "eval/loss")->size(), 1U);
    EXPECT_EQ((*store->job(id))->step, 2);
}

TEST_F(TrainingStoreTest, TakesUpAFileFromBeforeThereWereNotes) {
    std::int64_t id = 0;
    {
        const auto store = open();
        id = *store->add("facts", "{}", "/tmp/out");
    }
    {
        SQLite::Database raw((folder_ / "training.db").string(), SQLite::OPEN_READWRITE);
        for (const char* column : {"notes", "tags", "starts_ms"})
            raw.exec(std::string("ALTER TABLE jobs DROP COLUMN ") + column);
        raw.exec("PRAGMA user_version = 1");
    }
    const auto store = open();
    ASSERT_TRUE(store != nullptr);
    EXPECT_EQ((*store->job(id))->notes, "");
    ASSERT_TRUE(store->setNotes(id, "good").has_value());
    ASSERT_TRUE(store->rename(id, "more facts").has_value());
    EXPECT_EQ((*store->job(id))->notes, "good");
    EXPECT_EQ((*store->job(id))->name, "more facts");
    EXPECT_EQ(store->rename(id + 1, "none").error().code, ErrorCode::NotFound);
}

TEST_F(TrainingStoreTest, ReadsTheNumbersOfLaterStepsAlone) {
    const auto store = open();
    const std::int64_t id = *store->add("a", "{}", "");
    for (std::int64_t step = 1; step <= 5; ++step)
        ASSERT_TRUE(store->addProgress(id, step, 9, {{step, "train/loss", 1}}).has_value());
    const auto later = *store->metrics(id, "train/loss", 3);
    ASSERT_EQ(later.size(), 2U);
    EXPECT_EQ(later[0].step, 4);
}

TEST_F(TrainingStoreTest, RemovesAJobWithAllItHas) {
    const auto store = open();
    const std::int64_t id = *store->add("a", "{}", "");
    ASSERT_TRUE(store->addProgress(id, 1, 9, {{1, "train/loss", 1}}).has_value());
    ASSERT_TRUE(store->addLog(id, "x").has_value());
    ASSERT_TRUE(store->remove(id).has_value());
    EXPECT_TRUE(store->jobs()->empty());
    EXPECT_TRUE(store->metrics(id, "train/loss")->empty());
    EXPECT_TRUE(store->log(id)->empty());
    EXPECT_EQ(store->remove(id).error().code, ErrorCode::NotFound);
    EXPECT_EQ(store->setState(id, State::Paused).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace dsm
