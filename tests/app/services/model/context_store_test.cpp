#include "app/services/model/context_store.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>

#include "tests/support/fault_walk.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr ContextLimits kSmall{.leastPositions = 4, .bytesToLeaveFree = 0};

class ContextStoreTest : public testing::Test {
  protected:
    ContextStoreTest() {
        auto model =
            LanguageModel::load({.folder = test::goldenFolder("tiny"), .threads = 1}, {}, {});
        DSM_CHECK(model.has_value());
        model_ = std::move(*model);
    }

    std::vector<TokenId> promptOf(TokenId first, std::size_t length) const {
        std::vector<TokenId> prompt(length, 70);
        prompt[0] = first;
        return prompt;
    }
    // Has the model read another text; returns how much of it it knew.
    std::int64_t read(const std::vector<TokenId>& prompt) {
        const auto result = model_->generate(
            prompt, {.sampling = {}, .maximumTokens = 1, .stopStrings = {}}, {}, {});
        DSM_CHECK(result.has_value());
        return result->statistics.reusedTokens;
    }
    void save(ContextStore& store, std::int64_t conversation) {
        store.save(*model_, conversation, {});
    }
    std::size_t files() const {
        return fs::exists(folder_ / "c")
                   ? static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_ / "c"),
                                                            fs::directory_iterator()))
                   : 0;
    }

    TemporaryFolder folder_;
    std::unique_ptr<LanguageModel> model_;
};

TEST_F(ContextStoreTest, TakesUpAConversationThatWasLeft) {
    ContextStore store(folder_ / "c", kSmall);
    const auto one = promptOf(65, 20);
    const auto two = promptOf(66, 20);
    read(one);
    save(store, 1);
    EXPECT_EQ(read(two), 0);
    save(store, 2);
    store.restore(*model_, 1, one);
    EXPECT_EQ(read(one), 19);
    ContextStore later(folder_ / "c", kSmall);
    later.restore(*model_, 2, two);
    EXPECT_EQ(read(two), 19);
    EXPECT_EQ(fs::status(folder_ / "c").permissions(), fs::perms::owner_all);
}

// What only could not be read just now is read the next time.
TEST_F(ContextStoreTest, LosesNothingWhicheverCallFailsWhileItRestores) {
    ContextStore store(folder_ / "c", kSmall);
    const auto one = promptOf(65, 20);
    const auto two = promptOf(66, 5);
    read(one);
    save(store, 1);
    const test::FaultWalk walk{
        .prepare = [&] { read(two); },
        .operation = [&]() -> std::optional<std::string> {
            store.restore(*model_, 1, one);
            return std::nullopt;  // never one for a user
        },
        .check = [&](bool) { return files() == 1 ? "" : "what was saved is gone"; },
        .leastCalls = 12};
    EXPECT_EQ(walk.run(), "");
    EXPECT_EQ(read(two), 0);
    store.restore(*model_, 1, one);
    EXPECT_EQ(read(one), 19);
}

TEST_F(ContextStoreTest, LeavesTheContextAloneWhereTheFileKnowsLess) {
    ContextStore store(folder_ / "c", kSmall);
    const auto prompt = promptOf(65, 20);
    read(promptOf(65, 10));
    save(store, 1);
    read(prompt);
    store.restore(*model_, 1, prompt);
    EXPECT_EQ(read(prompt), 19);
    store.restore(*model_, 3, prompt);  // nothing was saved
    EXPECT_EQ(read(prompt), 19);
}

TEST_F(ContextStoreTest, KeepsOnlyWhatIsWorthIt) {
    ContextStore store(folder_ / "c", {.leastPositions = 256, .bytesToLeaveFree = 0});
    read(promptOf(65, 20));
    save(store, 1);
    EXPECT_EQ(files(), 0U);
    ContextStore other(folder_ / "c", kSmall);
    save(other, 0);  // of no conversation
    std::stop_source stop;
    stop.request_stop();
    other.save(*model_, 1, stop.get_token());
    EXPECT_EQ(files(), 0U);
    ContextStore full(
        folder_ / "c",
        {.leastPositions = 4, .bytesToLeaveFree = std::numeric_limits<std::uint64_t>::max() / 2});
    save(full, 1);
    EXPECT_EQ(files(), 0U);
}

TEST_F(ContextStoreTest, RemovesWhatWasUsedLongestAgoBeyondItsLimit) {
    const auto prompt = promptOf(65, 20);
    read(prompt);
    ContextLimits limits = kSmall;
    limits.mostBytes = 3 * model_->contextBytes() + 3000;
    ContextStore store(folder_ / "c", limits);
    for (const std::int64_t conversation : {1, 2, 3})
        save(store, conversation);
    EXPECT_EQ(files(), 3U);
    const auto now = fs::file_time_type::clock::now();
    for (const auto& entry : fs::directory_iterator(folder_ / "c")) {
        const int age = entry.path().filename().string()[0] - '0';
        fs::last_write_time(entry.path(), now - std::chrono::hours(10 - age));
    }
    read(promptOf(66, 4));
    store.restore(*model_, 1, prompt);  // used now
    save(store, 4);
    EXPECT_EQ(files(), 3U);
    for (const auto& entry : fs::directory_iterator(folder_ / "c")) {
        EXPECT_NE(entry.path().filename().string()[0], '2');
    }
}

TEST_F(ContextStoreTest, ForgetsAConversation) {
    ContextStore store(folder_ / "c", kSmall);
    read(promptOf(65, 20));
    save(store, 1);
    save(store, 11);
    store.remove(1);
    store.remove(5);
    EXPECT_EQ(files(), 1U);
}

TEST_F(ContextStoreTest, ThrowsAwayWhatIsDamagedOrLeftBehind) {
    fs::create_directories(folder_ / "c");
    folder_.write("c/3.context.77-0.partial", "x");
    ContextStore store(folder_ / "c", kSmall);
    EXPECT_EQ(files(), 0U);
    const auto prompt = promptOf(65, 20);
    read(prompt);
    save(store, 1);
    for (const auto& entry : fs::directory_iterator(folder_ / "c"))
        fs::resize_file(entry.path(), 100);
    read(promptOf(66, 20));
    store.restore(*model_, 1, prompt);
    EXPECT_EQ(read(prompt), 0);
    EXPECT_EQ(files(), 0U);
}

TEST_F(ContextStoreTest, WithoutAFolderKeepsNothing) {
    ContextStore store({}, kSmall);
    const auto prompt = promptOf(65, 20);
    read(prompt);
    save(store, 1);
    store.restore(*model_, 1, prompt);
    store.remove(1);
    EXPECT_EQ(read(prompt), 19);
}

}  // namespace
}  // namespace dsm
