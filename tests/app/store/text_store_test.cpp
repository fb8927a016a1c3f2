#include "app/store/text_store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

class TextStoreTest : public testing::Test {
  protected:
    std::unique_ptr<TextStore> open() {
        auto store = TextStore::open(folder_ / "texts.db", [this] { return now_; });
        EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
        return store ? std::move(*store) : nullptr;
    }
    static std::int64_t add(TextStore& store, std::string_view text) {
        const std::int64_t id = store.add().value();
        EXPECT_TRUE(store.setText(id, text, Durability::Full).has_value());
        return id;
    }

    TemporaryFolder folder_;
    StoreTime now_ = fromMilliseconds(1'800'000'000'000);
};

TEST_F(TextStoreTest, KeepsTextNameAndChoices) {
    std::int64_t id = 0;
    const std::string whole = "Line\n\nwith \t\xE4\xBD\xA0 and a zero" + std::string(1, '\0') + "x";
    {
        const auto store = open();
        id = add(*store, whole);
        ASSERT_TRUE(store->rename(id, "A name").has_value());
        ASSERT_TRUE(store->setChoicesJson(id, "{\"top_k\": 3}").has_value());
    }
    const auto store = open();
    EXPECT_EQ(store->text(id).value(), whole);
    EXPECT_EQ(store->choicesJson(id).value(), "{\"top_k\": 3}");
    const auto texts = store->texts().value();
    ASSERT_EQ(texts.size(), 1U);
    EXPECT_EQ(texts[0].id, id);
    EXPECT_EQ(texts[0].title, "A name");
    EXPECT_EQ(texts[0].updated, now_);
}

TEST_F(TextStoreTest, ListsTheLastChangedFirstByTheirBeginnings) {
    const auto store = open();
    const std::int64_t first = add(*store, std::string(1000, 'a'));
    now_ += std::chrono::minutes(1);
    const std::int64_t second = add(*store, "second");
    now_ += std::chrono::minutes(1);
    EXPECT_EQ(store->texts()->front().id, second);
    ASSERT_TRUE(store->setText(first, std::string(999, 'b'), Durability::Normal).has_value());
    EXPECT_EQ(store->texts()->front().id, first);
    EXPECT_EQ(store->texts()->front().beginning, std::string(kTextBeginning, 'b'));
}

TEST_F(TextStoreTest, ARemovedTextLiesInTheTrashUntilItIsTakenOut) {
    const auto store = open();
    const std::int64_t id = add(*store, "keep me");
    ASSERT_TRUE(store->moveToTrash(id).has_value());
    EXPECT_TRUE(store->texts()->empty());
    ASSERT_EQ(store->trash()->size(), 1U);
    ASSERT_TRUE(store->restore(id).has_value());
    EXPECT_TRUE(store->trash()->empty());
    EXPECT_EQ(store->text(id).value(), "keep me");
}

TEST_F(TextStoreTest, ThirtyDaysOfUseEmptyTheTrash) {
    std::int64_t old = 0, fresh = 0;
    {
        const auto store = open();
        old = add(*store, "old");
        ASSERT_TRUE(store->moveToTrash(old).has_value());
    }
    now_ += std::chrono::days(20);
    {
        const auto store = open();
        fresh = add(*store, "fresh");
        ASSERT_TRUE(store->moveToTrash(fresh).has_value());
        EXPECT_EQ(store->trash()->size(), 2U);
    }
    now_ += std::chrono::days(11);
    const auto store = open();
    ASSERT_EQ(store->trash()->size(), 1U);
    EXPECT_EQ(store->trash()->front().id, fresh);
}

TEST_F(TextStoreTest, AClockThatWasSetEmptiesNoTrash) {
    {
        const auto store = open();
        ASSERT_TRUE(store->moveToTrash(add(*store, "old")).has_value());
    }
    now_ += std::chrono::days(4000);
    EXPECT_EQ(open()->trash()->size(), 1U);
}

TEST_F(TextStoreTest, ATextThatIsNotThereIsSaid) {
    const auto store = open();
    EXPECT_EQ(store->text(7).error().code, ErrorCode::NotFound);
    EXPECT_EQ(store->setText(7, "x", Durability::Full).error().code, ErrorCode::NotFound);
    EXPECT_EQ(store->moveToTrash(7).error().code, ErrorCode::NotFound);
    EXPECT_EQ(store->restore(7).error().code, ErrorCode::NotFound);
    EXPECT_EQ(store->rename(7, "x").error().code, ErrorCode::NotFound);
}

TEST_F(TextStoreTest, NumbersAreNotUsedAgain) {
    const auto store = open();
    const std::int64_t first = add(*store, "a");
    ASSERT_TRUE(store->moveToTrash(first).has_value());
    EXPECT_GT(add(*store, "b"), first);
}

TEST_F(TextStoreTest, ADamagedFileGivesBackWhatCanBeRead) {
    {
        const auto store = open();
        for (int i = 0; i < 200; ++i)
            add(*store, "text " + std::to_string(i) + std::string(400, '.'));
    }
    const auto file = folder_ / "texts.db";
    {
        std::FILE* raw = std::fopen(file.c_str(), "r+b");
        ASSERT_NE(raw, nullptr);
        std::fseek(raw, 12 * 4096, SEEK_SET);
        const std::string rubbish(4096, 'x');
        std::fwrite(rubbish.data(), 1, rubbish.size(), raw);
        std::fclose(raw);
    }
    auto store = TextStore::open(
        file, [this] { return now_; }, Doubt::Check);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    EXPECT_GT((*store)->texts()->size(), 150U);
    ASSERT_FALSE((*store)->notices().empty());
    EXPECT_TRUE(std::filesystem::exists((*store)->notices().front().damaged));
}

TEST_F(TextStoreTest, ABackupBringsLostTextsBack) {
    {
        const auto store = open();
        add(*store, "precious");
        const auto report = TextStore::keepUp(folder_ / "texts.db", store->dueUpkeep(), now_);
        store->noteUpkeep(report);
        ASSERT_TRUE(report.backup.has_value()) << report.problem.text();
    }
    {
        std::FILE* raw = std::fopen((folder_ / "texts.db").c_str(), "r+b");
        ASSERT_NE(raw, nullptr);
        const std::string rubbish(20000, 'x');
        std::fwrite(rubbish.data(), 1, rubbish.size(), raw);
        std::fclose(raw);
    }
    const auto store = open();
    ASSERT_NE(store, nullptr);
    ASSERT_EQ(store->texts()->size(), 1U);
    EXPECT_EQ(store->texts()->front().beginning, "precious");
}

}  // namespace
}  // namespace dsm
