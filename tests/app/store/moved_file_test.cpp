// A file of chats that others move, replace or delete while it is open.
#include <SQLiteCpp/SQLiteCpp.h>

#include "app/store/care/backup_name.h"
#include "tests/app/store/store_fixture.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

class MovedFile : public StoreTest {
  protected:
    void SetUp() override {
        store_ = open();
        ASSERT_NE(store_, nullptr);
        chat_ = begin(*store_, "a chat");
        first_ = add(*store_, question(chat_, 0, "kept"));
    }

    fs::path log() const { return withSuffix(file(), "-wal"); }
    fs::path elsewhere() const { return folder_.path() / "elsewhere.db"; }

    void expectRefused(const fs::path& named) {
        const auto added = store_->addMessages({question(chat_, first_, "lost")}, kFull);
        ASSERT_FALSE(added);
        EXPECT_EQ(added.error().code, ErrorCode::Io);
        EXPECT_NE(added.error().message.find(named.string() + " was moved"), std::string::npos)
            << added.error().message;
        EXPECT_FALSE(store_->rename(chat_, "lost", false));
        EXPECT_EQ(texts(*store_, chat_), (std::vector<std::string>{"kept"}));
        EXPECT_TRUE(store_->dueUpkeep().isEmpty());
    }

    std::unique_ptr<ConversationStore> store_;
    std::int64_t chat_ = 0;
    std::int64_t first_ = 0;
};

TEST_F(MovedFile, IsNotWrittenOnceItIsDeleted) {
    fs::remove(file());
    expectRefused(file());
}

TEST_F(MovedFile, IsNotWrittenOnceAnotherLiesInItsPlace) {
    fs::copy_file(file(), elsewhere());
    fs::rename(elsewhere(), file());
    expectRefused(file());
}

TEST_F(MovedFile, IsNotWrittenOnceItsLogIsGone) {
    fs::remove(log());
    expectRefused(log());
    store_.reset();
    EXPECT_EQ(texts(*open(), chat_), (std::vector<std::string>{"kept"}));
}

TEST_F(MovedFile, IsWrittenAgainOnceItIsBack) {
    fs::rename(file(), elsewhere());
    expectRefused(file());
    fs::rename(elsewhere(), file());
    add(*store_, question(chat_, first_, "and more"));
    store_.reset();
    EXPECT_EQ(texts(*open(), chat_), (std::vector<std::string>{"kept", "and more"}));
}

TEST_F(MovedFile, TakesNothingOfTheOneInItsPlaceWithItWhenItIsClosed) {
    fs::rename(file(), elsewhere());
    for (const char* side : {"-wal", "-shm"})
        fs::rename(withSuffix(file(), side), withSuffix(elsewhere(), side));
    SQLite::Database other(file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    other.exec("PRAGMA journal_mode = WAL; CREATE TABLE theirs (id INTEGER)");
    ASSERT_TRUE(fs::exists(log()));
    store_.reset();
    EXPECT_TRUE(fs::exists(log()));
    SQLite::Database reader(file().string(), SQLite::OPEN_READONLY);
    EXPECT_TRUE(reader.tableExists("theirs"));
}

}  // namespace
}  // namespace dsm
