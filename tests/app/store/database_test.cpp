#include "app/store/database.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "app/store/care/backup.h"
#include "app/store/care/backup_name.h"
#include "app/store/care/integrity.h"
#include "tests/app/store/store_fixture.h"

namespace dsm {
namespace {

using Opening = StoreTest;
using Kind = StoreNotice::Kind;

constexpr std::array<Migration, 1> kOlderSteps = {
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);"
    "INSERT INTO notes (text) VALUES ('kept');"};
constexpr std::array<Migration, 2> kNewerSteps = {
    kOlderSteps[0], "ALTER TABLE notes ADD COLUMN stars INTEGER NOT NULL DEFAULT 3"};
constexpr std::array<Migration, 3> kBrokenSteps = {
    kOlderSteps[0], kNewerSteps[1],
    "CREATE TABLE extra (id INTEGER); CREATE TABLE notes (id INTEGER)"};
constexpr Schema kOlder{.migrations = kOlderSteps};
constexpr Schema kNewer{.migrations = kNewerSteps};
constexpr Schema kBroken{.migrations = kBrokenSteps};
constexpr Schema kNone{};

TEST_F(Opening, MigratesAnOlderFileAfterABackup) {
    ASSERT_TRUE(Database::open(file(), kOlder, clock()));
    ASSERT_TRUE(filesNamed(".backup-").empty());
    auto database = Database::open(file(), kNewer, clock()).value();
    EXPECT_EQ(database->connection().execAndGet("SELECT stars FROM notes").getInt(), 3);
    EXPECT_EQ(database->connection().execAndGet("PRAGMA user_version").getInt(), 2);
    const auto backups = findBackups(file());
    ASSERT_FALSE(backups.empty());
    SQLite::Database backup(backups[0].string(), SQLite::OPEN_READONLY);
    EXPECT_EQ(backup.execAndGet("PRAGMA user_version").getInt(), 1);
    EXPECT_EQ(backup.execAndGet("SELECT text FROM notes").getString(), "kept");
}

TEST_F(Opening, AFailedMigrationChangesNothing) {
    ASSERT_TRUE(Database::open(file(), kOlder, clock()));
    EXPECT_FALSE(Database::open(file(), kBroken, clock()));
    SQLite::Database after(file().string(), SQLite::OPEN_READONLY);
    EXPECT_EQ(after.execAndGet("PRAGMA user_version").getInt(), 1);
    EXPECT_FALSE(after.tableExists("extra"));
    EXPECT_EQ(after.execAndGet("SELECT count(*) FROM notes").getInt(), 1);
}

TEST_F(Opening, ReadsAFileOfANewerProgramWithoutChangingIt) {
    std::int64_t id = 0;
    {
        auto store = open();
        id = begin(*store, "from the future");
        add(*store, question(id, 0, "readable"));
    }
    {
        SQLite::Database raw(file().string(), SQLite::OPEN_READWRITE);
        raw.exec("PRAGMA user_version = 999");
    }
    {
        auto store = open();
        ASSERT_EQ(store->notices().size(), 1U);
        EXPECT_EQ(store->notices()[0].kind, Kind::NewerVersion);
        EXPECT_TRUE(store->isReadOnly());
        EXPECT_EQ(texts(*store, id), (std::vector<std::string>{"readable"}));
        EXPECT_EQ(find(*store, "readable").size(), 1U);
        const auto refused = store->rename(id, "changed", false);
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().message.find("reading only"), std::string::npos)
            << refused.error().message;
        EXPECT_FALSE(store->addMessages({question(id, 0, "x")}, kFull));
    }
    SQLite::Database raw(file().string(), SQLite::OPEN_READONLY);
    EXPECT_EQ(raw.execAndGet("PRAGMA user_version").getInt(), 999);
    EXPECT_EQ(raw.execAndGet("SELECT title FROM conversations").getString(), "from the future");
}

TEST_F(Opening, BeginsAnewWhereThereIsNoBackupButKeepsTheDamagedFile) {
    {
        std::ofstream(file()) << "This is no database, but it is longer than a header would be, "
                                 "so that it cannot be taken for an empty one by mistake.";
    }
    auto store = open();
    ASSERT_EQ(store->notices().size(), 1U);
    EXPECT_EQ(store->notices()[0].kind, Kind::StartedEmpty);
    EXPECT_EQ(filesNamed(".damaged-").size(), 1U);
    EXPECT_TRUE(store->createConversation("works", true));
}

TEST_F(Opening, ToleratesStrangeValuesInRows) {
    std::int64_t id = 0;
    {
        auto store = open();
        id = begin(*store, "t");
        add(*store, reply(id, 0, "text"));
    }
    {
        SQLite::Database raw(file().string(), SQLite::OPEN_READWRITE);
        raw.exec(
            "UPDATE messages SET role = 99, state = -4, token_ids = x'0102030405',"
            " rating = 7, statistics = '{\"tokensPerSecond\": \"fast\", \"promptTokens\": 7,"
            " \"unknown\": [1]}'");
    }
    auto store = open();
    const StoredMessage message = store->path(id).value().at(0);
    EXPECT_EQ(message.role, ChatRole::User);
    EXPECT_EQ(message.state, State::Complete);
    EXPECT_EQ(message.rating, ReplyRating::Up);
    EXPECT_EQ(message.tokenIds.size(), 1U);
    EXPECT_EQ(message.statistics.promptTokens, 7);
    EXPECT_EQ(message.statistics.tokensPerSecond, 0);
}

TEST_F(Opening, NamesAFolderThatCannotBeMade) {
    std::ofstream(folder_.path() / "plain") << "a file, not a folder";
    const auto store = ConversationStore::open(folder_.path() / "plain" / "chats.db", clock());
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::Io);
    EXPECT_NE(store.error().message.find("plain"), std::string::npos) << store.error().message;
}

// Runs `body` as a user who may not write into the folder, also when the tests run as root.
int asNobody(const std::function<bool()>& body) {
    const pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(2);
        _exit(body() ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(Opening, InAFolderThatCannotBeWrittenReadsWhatIsThere) {
    std::int64_t id = 0;
    {
        auto store = open();
        id = begin(*store, "t");
        add(*store, question(id, 0, "still readable"));
    }
    namespace fs = std::filesystem;
    fs::permissions(folder_.path(), static_cast<fs::perms>(0555));
    fs::permissions(file(), static_cast<fs::perms>(0444));
    EXPECT_EQ(asNobody([&] {
                  auto store = ConversationStore::open(file(), clock());
                  return store && (*store)->isReadOnly() && (*store)->notices().size() == 1 &&
                         (*store)->notices()[0].kind == Kind::NotWritable &&
                         (*store)->path(id).value().size() == 1 &&
                         !(*store)->rename(id, "no", false);
              }),
              0);
    EXPECT_EQ(asNobody([&] {
                  auto store = ConversationStore::open(folder_.path() / "new.db", clock());
                  return !store && store.error().code == ErrorCode::Io;
              }),
              0);
    fs::permissions(folder_.path(), static_cast<fs::perms>(0755));
}

TEST_F(Opening, InAFolderThatCannotBeWrittenReadsWhatAnOlderProgramWrote) {
    std::int64_t id = 0;
    {
        auto store = open();
        id = begin(*store, "t");
        add(*store, question(id, 0, "of old"));
    }
    {
        SQLite::Database raw(file().string(), SQLite::OPEN_READWRITE);
        raw.exec(
            "PRAGMA journal_mode = DELETE; DROP INDEX rated_messages;"
            " ALTER TABLE messages DROP COLUMN rating; ALTER TABLE messages DROP COLUMN summary;"
            " ALTER TABLE messages DROP COLUMN prompt; ALTER TABLE messages DROP COLUMN attached;"
            " ALTER TABLE messages DROP COLUMN attached_texts; "
            "DROP INDEX messages_by_model; DROP INDEX messages_facts;"
            " ALTER TABLE conversations DROP COLUMN folder;"
            " ALTER TABLE conversations DROP COLUMN tags;"
            " ALTER TABLE conversations DROP COLUMN archived; PRAGMA user_version = 1");
    }
    namespace fs = std::filesystem;
    fs::permissions(folder_.path(), static_cast<fs::perms>(0555));
    fs::permissions(file(), static_cast<fs::perms>(0444));
    EXPECT_EQ(asNobody([&] {
                  auto store = ConversationStore::open(file(), clock());
                  return store && (*store)->isReadOnly() && (*store)->path(id) &&
                         (*store)->path(id)->size() == 1 && !(*store)->rename(id, "no", false) &&
                         (*store)->search("old", 5)->size() == 1;
              }),
              0);
    fs::permissions(folder_.path(), static_cast<fs::perms>(0755));
}

TEST_F(Opening, InAFolderThatCannotBeWrittenReadsTheNewestFromTheLogBesideTheFile) {
    namespace fs = std::filesystem;
    const fs::path left = folder_.path() / "left";
    fs::create_directory(left);
    std::int64_t id = 0;
    {
        auto store = open();
        id = begin(*store, "t");
        add(*store, question(id, 0, "still in the log"));
        // As a program that was killed leaves them.
        for (const char* end : {"", "-wal"})
            fs::copy_file(file().string() + end, left / ("conversations.db" + std::string(end)));
    }
    ASSERT_GT(fs::file_size(left / "conversations.db-wal"), 0U);
    for (const char* name : {"conversations.db", "conversations.db-wal"})
        fs::permissions(left / name, static_cast<fs::perms>(0444));
    fs::permissions(left, static_cast<fs::perms>(0555));
    fs::permissions(folder_.path(), static_cast<fs::perms>(0755));
    EXPECT_EQ(asNobody([&] {
                  auto store = ConversationStore::open(left / "conversations.db", clock());
                  return store && (*store)->isReadOnly() && (*store)->path(id).value().size() == 1;
              }),
              0);
    fs::permissions(left, static_cast<fs::perms>(0755));
}

TEST(DatabaseError, TellsTheUserWhatToDoAboutAFullDisk) {
    const Error error = databaseError(SQLite::Exception("full", 13), "chats.db");
    EXPECT_EQ(error.code, ErrorCode::Io);
    EXPECT_NE(error.message.find("disk is full; free some space"), std::string::npos);
    EXPECT_NE(error.message.find("chats.db"), std::string::npos);
}

TEST_F(Opening, ADiskThatFillsUpLosesNothingThatWasThere) {
    auto store = open();
    const std::int64_t id = begin(*store, "t");
    add(*store, question(id, 0, "before"));
    store.reset();
    // SQLite's own limit of pages stands for the disk: it fails with the same code.
    auto database = Database::open(file(), kNone, clock());
    ASSERT_TRUE(database);
    ASSERT_TRUE((*database)->isReadOnly()) << "no migration is known: the file is newer";
    SQLite::Database raw(file().string(), SQLite::OPEN_READWRITE);
    raw.exec("PRAGMA max_page_count = 1");
    try {
        raw.exec(
            "CREATE TABLE filler AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1"
            " FROM n LIMIT 1000) SELECT i, randomblob(4000) AS b FROM n");
        FAIL() << "the disk did not fill up";
    } catch (const SQLite::Exception& exception) {
        EXPECT_NE(databaseError(exception, file()).message.find("disk is full"), std::string::npos);
    }
    database->reset();
    store = open();
    EXPECT_EQ(texts(*store, id), (std::vector<std::string>{"before"}));
}

}  // namespace
}  // namespace dsm
