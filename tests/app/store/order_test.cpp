// Folders, tags and the archive; searching within them, and by role, model and date; how a file of
// an older program comes to have them.
#include <SQLiteCpp/SQLiteCpp.h>

#include "app/store/conversation_row.h"
#include "tests/app/store/store_fixture.h"

namespace dsm {
namespace {

using Order = StoreTest;
using Scope = StoreTest;
using Strings = std::vector<std::string>;

std::vector<StoredHit> within(ConversationStore& store, const std::string& text,
                              const StoredScope& scope) {
    auto hits = store.search(text, 50, scope);
    if (!hits) ADD_FAILURE() << hits.error().message;
    return hits ? std::move(*hits) : std::vector<StoredHit>{};
}

TEST(Tags, AreSortedAndEachOnce) {
    EXPECT_EQ(unpackTags(packTags({"b", "a", "", "b"})), (Strings{"a", "b"}));
    EXPECT_EQ(packTags({}), "");
    EXPECT_EQ(unpackTags("\n\n\n"), Strings{});
    EXPECT_EQ(unpackTags("no mark at the ends"), (Strings{"no mark at the ends"}));
}

TEST_F(Order, IsThereAgainAfterReopening) {
    std::int64_t id = 0;
    {
        auto store = open();
        id = begin(*store, "t");
        ASSERT_TRUE(store->setFolder(id, "Work\nand play"));
        ASSERT_TRUE(store->setTags(id, {"weiß", "专家", "weiß"}));
        ASSERT_TRUE(store->setArchived(id, true));
    }
    const auto found = open()->conversation(id).value();
    EXPECT_EQ(found->folder, "Work and play");
    EXPECT_EQ(found->tags, (Strings{"weiß", "专家"}));
    EXPECT_TRUE(found->archived);
}

TEST_F(Order, IsNoChangeOfTheConversation) {
    auto store = open();
    const std::int64_t id = begin(*store, "t");
    const StoreTime before = store->conversation(id).value()->updated;
    now_ += std::chrono::hours(1);
    ASSERT_TRUE(store->setFolder(id, "Work"));
    ASSERT_TRUE(store->setTags(id, {"a"}));
    ASSERT_TRUE(store->setArchived(id, true));
    EXPECT_EQ(store->conversation(id).value()->updated, before);
}

TEST_F(Order, AMessageTakesItsConversationOutOfTheArchive) {
    auto store = open();
    const std::int64_t id = begin(*store, "t");
    ASSERT_TRUE(store->setArchived(id, true));
    add(*store, question(id, 0, "again"));
    EXPECT_FALSE(store->conversation(id).value()->archived);
}

TEST_F(Order, RenamesAFolderAndATagEverywhere) {
    auto store = open();
    const std::int64_t one = begin(*store, "one");
    const std::int64_t two = begin(*store, "two");
    for (const std::int64_t id : {one, two}) {
        ASSERT_TRUE(store->setFolder(id, "Work"));
        ASSERT_TRUE(store->setTags(id, {"a", "ab"}));
    }
    ASSERT_TRUE(store->moveToTrash(two));
    ASSERT_TRUE(store->renameFolder("Work", "Play"));
    ASSERT_TRUE(store->renameTag("a", "z"));
    for (const std::int64_t id : {one, two}) {
        EXPECT_EQ(store->conversation(id).value()->folder, "Play");
        EXPECT_EQ(store->conversation(id).value()->tags, (Strings{"ab", "z"}));
    }
    ASSERT_TRUE(store->renameTag("z", "ab"));
    EXPECT_EQ(store->conversation(one).value()->tags, (Strings{"ab"})) << "two became one";
    ASSERT_TRUE(store->renameTag("ab", ""));
    ASSERT_TRUE(store->renameFolder("Play", ""));
    EXPECT_TRUE(store->conversation(one).value()->tags.empty());
    EXPECT_EQ(store->conversation(one).value()->folder, "");
}

TEST_F(Order, OfWhatIsNotThereIsRefused) {
    auto store = open();
    EXPECT_FALSE(store->setFolder(7, "Work"));
    EXPECT_FALSE(store->setTags(7, {"a"}));
    EXPECT_FALSE(store->setArchived(7, true));
}

TEST_F(Order, ComesBackWithABackup) {
    auto store = open();
    const std::int64_t id = begin(*store, "t");
    add(*store, question(id, 0, "kept"));
    ASSERT_TRUE(store->setFolder(id, "Work"));
    ASSERT_TRUE(store->setTags(id, {"a"}));
    now_ += std::chrono::days(1);
    store.reset();
    store = open();
    keepUp(*store);
    const auto backups = store->backups();
    ASSERT_FALSE(backups.empty());
    store.reset();
    std::filesystem::remove(file());
    store = open();
    ASSERT_TRUE(store->bringBack(backups.front().file));
    const auto all = store->conversations().value();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].folder, "Work");
    EXPECT_EQ(all[0].tags, (Strings{"a"}));
}

class ScopeTest : public StoreTest {
  protected:
    void SetUp() override {
        store_ = open();
        work_ = begin(*store_, "owl at work");
        add(*store_, question(work_, 0, "an owl asked"));
        now_ += std::chrono::days(2);
        StoredMessage answer = reply(work_, 0, "an owl answered");
        answer.modelName = "big";
        add(*store_, answer);
        play_ = begin(*store_, "play");
        answer.conversationId = play_;
        answer.modelName = "small";
        add(*store_, answer);
        ASSERT_TRUE(store_->setFolder(work_, "Work"));
        ASSERT_TRUE(store_->setTags(play_, {"birds"}));
        ASSERT_TRUE(store_->setArchived(play_, true));
    }

    std::size_t count(const StoredScope& scope) { return within(*store_, "owl", scope).size(); }

    std::unique_ptr<ConversationStore> store_;
    std::int64_t work_ = 0;
    std::int64_t play_ = 0;
};

TEST_F(ScopeTest, WithoutLimitsIsEverything) {
    EXPECT_EQ(count({}), 4U);
}

TEST_F(ScopeTest, TakesOneRole) {
    EXPECT_EQ(count({.role = ChatRole::User}), 1U);
    EXPECT_EQ(count({.role = ChatRole::Assistant}), 2U);
}

TEST_F(ScopeTest, TakesOneModel) {
    EXPECT_EQ(count({.model = "big"}), 1U);
    EXPECT_EQ(count({.model = "bi"}), 0U);
    EXPECT_EQ(store_->modelNames().value(), (Strings{"big", "small"}));
    EXPECT_EQ(store_->conversationsOf("small").value(), (std::vector<std::int64_t>{play_}));
    EXPECT_TRUE(store_->conversationsOf("").value().empty());
}

TEST_F(ScopeTest, TakesTheDaysBetween) {
    const StoreTime middle = now_ - std::chrono::days(1);
    EXPECT_EQ(count({.until = middle}), 1U) << "the title counts from its last change";
    EXPECT_EQ(count({.from = middle}), 3U);
    EXPECT_EQ(count({.from = now_, .until = now_}), 0U);
    EXPECT_EQ(count({.from = now_}), 3U) << "from then, included";
}

TEST_F(ScopeTest, TakesOneFolderTagOrTheArchive) {
    EXPECT_EQ(count({.folder = "Work"}), 3U);
    EXPECT_EQ(count({.folder = "work"}), 0U);
    EXPECT_EQ(count({.tag = "birds"}), 1U);
    EXPECT_EQ(count({.tag = "bird"}), 0U);
    EXPECT_EQ(count({.archived = true}), 1U);
    EXPECT_EQ(count({.archived = false}), 3U);
}

TEST_F(Scope, FindsThaiInsideASentence) {
    auto store = open();
    const std::int64_t id = begin(*store, "t");
    add(*store, question(id, 0, "ฉันชอบกินข้าวผัดมาก"));
    const auto hits = find(*store, "ข้าวผัด");
    ASSERT_EQ(hits.size(), 1U);
    EXPECT_NE(hits[0].snippet.find("\x02ข้าวผัด\x03"), std::string::npos) << hits[0].snippet;
    EXPECT_TRUE(find(*store, "ขาวผัด").empty()) << "a tone is part of the word";
}

TEST_F(Scope, KeepsTheVowelsOfHindiInTheWord) {
    auto store = open();
    const std::int64_t id = begin(*store, "t");
    add(*store, question(id, 0, "हिन्दी भाषा और भाषण ❤\uFE0F"));
    EXPECT_EQ(find(*store, "भाषा").size(), 1U);
    EXPECT_TRUE(find(*store, "भाषी").empty());
    EXPECT_EQ(find(*store, "हिन्").size(), 1U) << "a beginning";
    EXPECT_TRUE(find(*store, "★\uFE0F").empty()) << "how an emoji is drawn is no word";
}

TEST_F(Order, AnOlderFileIsGivenItAndIndexedAnew) {
    std::int64_t id = 0;
    {
        auto store = open();
        id = begin(*store, "old");
        add(*store, question(id, 0, "ฉันชอบกินข้าวผัดมาก"));
    }
    {
        SQLite::Database raw(file().string(), SQLite::OPEN_READWRITE);
        raw.exec(R"sql(
DROP INDEX messages_by_model;
DROP INDEX messages_facts;
ALTER TABLE messages DROP COLUMN summary;
ALTER TABLE messages DROP COLUMN prompt;
ALTER TABLE messages DROP COLUMN attached;
ALTER TABLE messages DROP COLUMN attached_texts;
ALTER TABLE conversations DROP COLUMN folder;
ALTER TABLE conversations DROP COLUMN tags;
ALTER TABLE conversations DROP COLUMN archived;
DROP TABLE message_index;
CREATE VIRTUAL TABLE message_index USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');
PRAGMA user_version = 2;
)sql");
    }
    auto store = open();
    EXPECT_TRUE(store->notices().empty());
    EXPECT_EQ(store->conversation(id).value()->folder, "");
    ASSERT_TRUE(store->setTags(id, {"a"}));
    keepUp(*store);
    EXPECT_EQ(find(*store, "ข้าวผัด").size(), 1U);
    EXPECT_EQ(find(*store, "old").size(), 1U) << "titles too";
}

TEST_F(Order, AnOlderIndexIsMadeAnewWithTheBeginningsOfWords) {
    {
        auto store = open();
        const std::int64_t id = begin(*store, "walrus");
        add(*store, question(id, 0, "narwhal and 独角兽"));
    }
    {
        SQLite::Database raw(file().string(), SQLite::OPEN_READWRITE);
        raw.exec(R"sql(
DROP TABLE message_index;
CREATE VIRTUAL TABLE message_index USING fts5 (text, tokenize = 'unicode61');
INSERT INTO message_index (rowid, text) SELECT id, text FROM messages;
PRAGMA user_version = 5;
)sql");
    }
    auto store = open();
    EXPECT_TRUE(store->notices().empty());
    EXPECT_EQ(find(*store, "narw").size(), 1U) << "meanwhile as it was";
    EXPECT_TRUE(store->dueUpkeep().index);
    keepUp(*store);
    EXPECT_FALSE(store->dueUpkeep().index);
    for (const char* words : {"narwhal", "n", "narw", "narwh", "角兽"})
        EXPECT_EQ(find(*store, words).size(), 1U) << words;
    EXPECT_EQ(find(*store, "wal").size(), 1U) << "titles too";
    SQLite::Database raw(file().string(), SQLite::OPEN_READONLY);
    EXPECT_EQ(
        raw.execAndGet("SELECT count(*) FROM sqlite_master WHERE sql LIKE '%prefix%'").getInt(), 2);
}

}  // namespace
}  // namespace dsm
