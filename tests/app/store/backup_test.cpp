// Backups: when they are made, which are kept, and how they come back.
#include "app/store/care/backup.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <fstream>

#include "app/store/care/backup_name.h"
#include "tests/app/store/store_fixture.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;
using Kind = StoreNotice::Kind;

class Backups : public StoreTest {
  protected:
    static std::int64_t conversationsIn(const fs::path& backup) {
        SQLite::Database database(backup.string(), SQLite::OPEN_READONLY);
        return database.execAndGet("SELECT count(*) FROM conversations").getInt64();
    }

    // A good history of four days, then the file is lost.
    void loseTheFile() {
        for (const char* title : {"one", "two", "three", "four"})
            liveADay(title);
        auto store = open();
        keepUp(*store);
        store.reset();
        removeDatabase(file());
    }
};

TEST_F(Backups, AreKeptOfTheNewestThreeDays) {
    for (int day = 0; day < 6; ++day)
        liveADay("day " + std::to_string(day));
    const auto backups = findBackups(file());
    ASSERT_EQ(backups.size(), kBackupsKept);
    EXPECT_EQ(conversationsIn(backups[0]), 5);
}

TEST_F(Backups, AreMadeAgainOnADayOnWhichMuchWasWritten) {
    liveADay("first");
    auto store = open();
    ASSERT_TRUE(keepUp(*store).backup);
    EXPECT_FALSE(store->dueUpkeep().backup);
    const std::int64_t id = begin(*store, "busy");
    ASSERT_TRUE(store->addMessages(std::vector<StoredMessage>(250, question(id, 0, "x")), kFull));
    EXPECT_TRUE(store->dueUpkeep().backup);
    ASSERT_TRUE(keepUp(*store).backup);
    const auto backups = store->backups();
    ASSERT_EQ(backups.size(), 2U);
    EXPECT_EQ(backups[0].rows, 251);
    EXPECT_EQ(backups[1].rows, 1);
}

TEST_F(Backups, OfferedBesideAnEmptyFileSurviveManyStarts) {
    for (const bool isMissing : {true, false}) {
        loseTheFile();
        if (!isMissing) std::ofstream(file()).close();
        for (int day = 0; day < 8; ++day) {
            auto store = open();
            ASSERT_EQ(store->notices().size(), 1U);
            EXPECT_EQ(store->notices()[0].kind, Kind::BackupOffered);
            store.reset();
            liveADay("new " + std::to_string(day));
        }
        auto store = open();
        const fs::path offered = store->notices().at(0).backup;
        EXPECT_EQ(conversationsIn(offered), 4);
        const auto carried = store->bringBack(offered);
        ASSERT_TRUE(carried) << carried.error().message;
        EXPECT_EQ(carried->parents, 4);
        EXPECT_EQ(titles(*store),
                  (std::vector<std::string>{"four", "new 0", "new 1", "new 2", "new 3", "new 4",
                                            "new 5", "new 6", "new 7", "one", "three", "two"}));
        const std::vector<StoredConversation> all = store->conversations().value();
        for (const StoredConversation& conversation : all) {
            EXPECT_EQ(texts(*store, conversation.id),
                      (std::vector<std::string>{"about " + conversation.title}));
        }
        keepUp(*store);
        EXPECT_EQ(find(*store, "three").size(), 2U) << "title and message";
        EXPECT_EQ(store->bringBack(offered)->rows, 0) << "they are back already";
        store.reset();
        EXPECT_TRUE(open()->notices().empty());
        for (const fs::path& backup : findBackups(file()))
            fs::remove(backup);
        removeDatabase(file());
    }
}

TEST_F(Backups, AreNotOfferedAgainAfterTheyWereDeclined) {
    loseTheFile();
    {
        auto store = open();
        ASSERT_EQ(store->notices().size(), 1U);
        ASSERT_TRUE(store->declineBackups());
    }
    EXPECT_TRUE(open()->notices().empty());
    EXPECT_FALSE(findBackups(file()).empty());
}

TEST_F(Backups, BringBackWhatIsMissingAndChangeNothingElse) {
    std::int64_t first = 0;
    {
        auto store = open();
        first = begin(*store, "first");
        const std::int64_t root = add(*store, question(first, 0, "q"));
        add(*store, reply(first, root, "a"));
        begin(*store, "deleted later");
        ASSERT_TRUE(keepUp(*store).backup);
        add(*store, question(first, root, "newer branch"));
        ASSERT_TRUE(store->rename(first, "renamed", false));
        ASSERT_TRUE(store->moveToTrash(2));
    }
    auto store = open();
    const auto carried = store->bringBack(findBackups(file()).at(0));
    ASSERT_TRUE(carried) << carried.error().message;
    EXPECT_EQ(carried->parents + carried->rows, 0);
    EXPECT_EQ(titles(*store), (std::vector<std::string>{"deleted later", "renamed"}));
    EXPECT_EQ(texts(*store, first), (std::vector<std::string>{"q", "newer branch"}));
}

TEST_F(Backups, ThatAreDamagedAreRefusedByName) {
    liveADay("day");
    auto store = open();
    keepUp(*store);
    const fs::path backup = findBackups(file()).at(0);
    std::ofstream(backup, std::ios::trunc) << std::string(9000, 'z');
    const auto carried = store->bringBack(backup);
    ASSERT_FALSE(carried);
    EXPECT_NE(carried.error().message.find(backup.string()), std::string::npos)
        << carried.error().message;
    EXPECT_EQ(titles(*store), (std::vector<std::string>{"day"}));
}

TEST_F(Backups, OfAClockThatRanAheadAreNeitherNewestNorForEver) {
    liveADay("before");
    const StoreTime right = now_;
    now_ += std::chrono::days(365 * 73);
    liveADay("in 2099");
    now_ = right;
    for (int day = 0; day < 5; ++day)
        liveADay("after " + std::to_string(day));
    const auto backups = listBackups(file(), {});
    ASSERT_LE(backups.size(), kBackupsKept + 1);
    for (const StoredBackup& backup : backups)
        EXPECT_LT(backup.made, right + std::chrono::days(30)) << backup.file;
    std::ofstream(file(), std::ios::trunc) << std::string(9000, 'z');
    auto store = open();
    EXPECT_EQ(titles(*store).size(), 6U) << "all but the last day, which no backup holds";
}

TEST_F(Backups, KeepTheOneThatHoldsMost) {
    std::vector<StoredBackup> backups;
    for (int i = 0; i < 6; ++i) {
        StoredBackup backup;
        backup.file = "b" + std::to_string(i);
        backup.isReadable = true;
        backup.made = now_ - std::chrono::days(i);
        backup.rows = i == 4 ? 1000 : 10;
        backups.push_back(backup);
    }
    std::vector<bool> isForeign(6, false);
    EXPECT_EQ(dispensable(backups, isForeign), (std::vector<fs::path>{"b3", "b5"}));
    isForeign[5] = true;
    EXPECT_EQ(dispensable(backups, isForeign), (std::vector<fs::path>{"b3"}));
}

}  // namespace
}  // namespace dsm
