#include "app/store/conversation_store.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "tests/app/store/store_fixture.h"

namespace dsm {
namespace {

using Conversations = StoreTest;
using Messages = StoreTest;
using Trash = StoreTest;
using Strings = std::vector<std::string>;

TEST_F(Conversations, AreThereAgainAfterReopening) {
    std::int64_t id = 0;
    {
        auto store = open();
        id = begin(*store, "Experts");
        const std::int64_t first = add(*store, question(id, 0, "What is a router?"));
        StoredMessage answer = reply(id, first, "It picks experts.");
        answer.modelName = "demo";
        answer.tokenIds = {1, -2, 102399, 2147483647};
        answer.statistics = {12, 3, 4, 100.5, 20.25, std::chrono::milliseconds(130)};
        answer.droppedMessages = 2;
        answer.stopReason = "end";
        add(*store, answer);
        ASSERT_TRUE(store->setSamplingJson(id, R"({"temperature":0})"));
        ASSERT_TRUE(store->setSystemPrompt(id, "Be brief."));
    }
    auto store = open();
    EXPECT_TRUE(store->notices().empty());
    const auto conversation = store->conversation(id).value();
    ASSERT_TRUE(conversation);
    EXPECT_EQ(conversation->title, "Experts");
    EXPECT_EQ(conversation->samplingJson, R"({"temperature":0})");
    EXPECT_EQ(conversation->systemPrompt, "Be brief.");
    const auto path = store->path(id).value();
    ASSERT_EQ(path.size(), 2U);
    EXPECT_EQ(path[0].role, ChatRole::User);
    EXPECT_EQ(path[1].role, ChatRole::Assistant);
    EXPECT_EQ(path[1].modelName, "demo");
    EXPECT_EQ(path[1].tokenIds, (std::vector<std::int32_t>{1, -2, 102399, 2147483647}));
    EXPECT_EQ(path[1].statistics.promptTokens, 12);
    EXPECT_EQ(path[1].statistics.tokensPerSecond, 20.25);
    EXPECT_EQ(path[1].statistics.timeToFirstToken, std::chrono::milliseconds(130));
    EXPECT_EQ(path[1].droppedMessages, 2);
    EXPECT_EQ(path[1].stopReason, "end");
}

TEST_F(Conversations, AreListedPinnedFirstThenByTheirLastMessage) {
    auto store = open();
    const std::int64_t a = begin(*store, "a");
    now_ += std::chrono::minutes(1);
    const std::int64_t b = begin(*store, "b");
    now_ += std::chrono::minutes(1);
    const std::int64_t c = begin(*store, "c");
    now_ += std::chrono::minutes(1);
    add(*store, question(a, 0, "newest"));
    ASSERT_TRUE(store->setPinned(b, true));
    std::vector<std::int64_t> ids;
    const auto listed = store->conversations().value();
    for (const auto& conversation : listed)
        ids.push_back(conversation.id);
    EXPECT_EQ(ids, (std::vector<std::int64_t>{b, a, c}));
}

TEST_F(Conversations, RenamingTellsAutomaticTitlesFromChosenOnes) {
    auto store = open();
    const std::int64_t id = begin(*store, "Automatic");
    EXPECT_TRUE(store->conversation(id).value()->titleIsAutomatic);
    ASSERT_TRUE(store->rename(id, "Chosen", false));
    EXPECT_FALSE(store->conversation(id).value()->titleIsAutomatic);
    EXPECT_EQ(find(*store, "chosen").size(), 1U);
    EXPECT_TRUE(find(*store, "automatic").empty());
}

TEST_F(Conversations, ThatDoNotExistAreNamedInTheError) {
    auto store = open();
    const auto renamed = store->rename(77, "x", false);
    ASSERT_FALSE(renamed);
    EXPECT_EQ(renamed.error().code, ErrorCode::NotFound);
    EXPECT_NE(renamed.error().message.find("77"), std::string::npos);
    EXPECT_FALSE(store->addMessages({question(77, 0, "x")}, kFull));
    EXPECT_FALSE(store->conversation(77).value());
    EXPECT_TRUE(store->path(77).value().empty());
}

TEST_F(Conversations, AStartThatFailsLeavesNothingBehind) {
    auto store = open();
    StoredMessage orphan = question(0, 4711, "below a message that is not there");
    EXPECT_FALSE(store->startConversation("t", true, {orphan}, kFull));
    EXPECT_TRUE(store->conversations().value().empty());
    const auto started =
        store->startConversation("t", true, {question(0, 0, "q"), reply(0, 0, "")}, kFull).value();
    EXPECT_EQ(started.messageIds.size(), 2U);
    EXPECT_EQ(texts(*store, started.conversationId), (Strings{"q", ""}));
}

TEST_F(Messages, FormATreeWhoseBranchesAllStay) {
    auto store = open();
    const std::int64_t id = begin(*store, "tree");
    const std::int64_t q1 = add(*store, question(id, 0, "q1"));
    const std::int64_t a1 = add(*store, reply(id, q1, "a1"));
    add(*store, question(id, a1, "q2"));
    const std::int64_t a1b = add(*store, reply(id, q1, "a1 again"));
    EXPECT_EQ(texts(*store, id), (Strings{"q1", "a1 again"}));
    EXPECT_EQ(store->siblings(a1).value(), (std::vector<std::int64_t>{a1, a1b}));
    ASSERT_TRUE(store->selectBranch(a1));
    EXPECT_EQ(texts(*store, id), (Strings{"q1", "a1", "q2"}));
    const std::int64_t edited = add(*store, question(id, 0, "q1 edited"));
    EXPECT_EQ(texts(*store, id), (Strings{"q1 edited"}));
    EXPECT_EQ(store->siblings(edited).value(), (std::vector<std::int64_t>{q1, edited}));
    ASSERT_TRUE(store->selectBranch(q1));
    EXPECT_EQ(texts(*store, id), (Strings{"q1", "a1 again"}));
}

TEST_F(Messages, RootsOfOtherConversationsAreNoSiblings) {
    auto store = open();
    const std::int64_t a = begin(*store, "a");
    const std::int64_t b = begin(*store, "b");
    const std::int64_t inA = add(*store, question(a, 0, "one"));
    const std::int64_t inB = add(*store, question(b, 0, "two"));
    EXPECT_EQ(store->siblings(inA).value(), (std::vector<std::int64_t>{inA}));
    EXPECT_FALSE(store->addMessages({question(b, inA, "in the wrong place")}, kFull));
    EXPECT_EQ(store->path(b).value().back().id, inB);
}

TEST_F(Messages, AreRatedWithoutTheirConversationMovingUp) {
    std::int64_t rated = 0;
    std::int64_t answer = 0;
    {
        auto store = open();
        rated = begin(*store, "rated");
        const std::int64_t asked = add(*store, question(rated, 0, "q"));
        answer = add(*store, reply(rated, asked, "a"));
        const StoreTime before = store->conversation(rated).value()->updated;
        now_ += std::chrono::minutes(1);
        ASSERT_TRUE(store->setRating(answer, ReplyRating::Up));
        EXPECT_EQ(store->conversation(rated).value()->updated, before);
        EXPECT_FALSE(store->setRating(asked, ReplyRating::Up)) << "a question is none";
        EXPECT_FALSE(store->setRating(999, ReplyRating::Up));
        const std::int64_t deleted = begin(*store, "deleted");
        const std::int64_t gone = add(*store, reply(deleted, 0, "a"));
        ASSERT_TRUE(store->setRating(gone, ReplyRating::Up));
        ASSERT_TRUE(store->moveToTrash(deleted));
    }
    auto store = open();
    StoredMessage grown = store->message(answer).value().value();
    EXPECT_EQ(grown.rating, ReplyRating::Up);
    EXPECT_EQ(store->conversationsRated(ReplyRating::Up).value(),
              (std::vector<std::int64_t>{rated}));
    EXPECT_TRUE(store->conversationsRated(ReplyRating::Down).value().empty());
    EXPECT_TRUE(store->conversationsRated(ReplyRating::None).value().empty());
    grown.text = "a, longer";
    ASSERT_TRUE(store->updateReply(grown, kFull));
    EXPECT_EQ(store->message(answer).value()->rating, ReplyRating::Up);
    ASSERT_TRUE(store->setRating(answer, ReplyRating::None));
    EXPECT_TRUE(store->conversationsRated(ReplyRating::Up).value().empty());
}

TEST_F(Messages, ThatGrewWhenTheProgramDiedAreStoppedWithTheirText) {
    std::int64_t id = 0;
    {
        auto store = open();
        id = begin(*store, "crash");
        const std::int64_t q = add(*store, question(id, 0, "q"));
        StoredMessage growing = reply(id, q, "", State::Generating);
        growing.id = add(*store, growing);
        growing.text = "half a zebra";
        growing.tokenIds = {5, 6};
        ASSERT_TRUE(store->updateReply(growing, kNormal));
        EXPECT_TRUE(find(*store, "zebra").empty()) << "a growing reply is not searched";
    }
    auto store = open();
    const StoredMessage last = store->path(id).value().back();
    EXPECT_EQ(last.state, State::Stopped);
    EXPECT_EQ(last.text, "half a zebra");
    EXPECT_EQ(last.tokenIds, (std::vector<std::int32_t>{5, 6}));
    EXPECT_EQ(find(*store, "zebra").size(), 1U);
}

TEST_F(Messages, OfAnyBytesComeBackUnchanged) {
    auto store = open();
    const std::int64_t id = begin(*store, "bytes");
    const std::string text("a\0b \xFF \x1F 中\x1F文 '; DROP TABLE messages; --", 43);
    add(*store, question(id, 0, text));
    EXPECT_EQ(texts(*store, id), (Strings{text}));
}

TEST_F(Trash, HidesAConversationUntilItIsRestored) {
    auto store = open();
    const std::int64_t id = begin(*store, "Giraffes");
    add(*store, question(id, 0, "long necks"));
    ASSERT_TRUE(store->moveToTrash(id));
    EXPECT_TRUE(store->conversations().value().empty());
    EXPECT_TRUE(find(*store, "necks").empty());
    EXPECT_TRUE(find(*store, "giraffes").empty());
    ASSERT_EQ(store->trash().value().size(), 1U);
    ASSERT_TRUE(store->restore(id));
    EXPECT_EQ(store->conversations().value().size(), 1U);
    EXPECT_EQ(find(*store, "necks").size(), 1U);
    EXPECT_TRUE(store->trash().value().empty());
}

TEST_F(Trash, IsPurgedAfterThirtyDaysAlongWithTheIndex) {
    auto store = open();
    const std::int64_t old = begin(*store, "old");
    add(*store, question(old, 0, "walrus"));
    ASSERT_TRUE(store->moveToTrash(old));
    now_ += std::chrono::days(30) - std::chrono::milliseconds(1);
    EXPECT_EQ(store->purgeTrash().value(), 0);
    now_ += std::chrono::milliseconds(1);
    EXPECT_EQ(store->purgeTrash().value(), 1);
    EXPECT_TRUE(store->trash().value().empty());
    EXPECT_FALSE(store->restore(old));
    EXPECT_TRUE(find(*store, "walrus").empty());
    EXPECT_GT(begin(*store, "new"), old) << "ids are not reused";
}

TEST_F(Trash, IsEmptiedAtOnceWhereThatIsAskedForAndOfNothingElse) {
    auto store = open();
    const std::int64_t gone = begin(*store, "gone");
    const std::int64_t there = begin(*store, "there");
    add(*store, question(gone, 0, "walrus"));
    add(*store, question(there, 0, "walrus"));
    ASSERT_TRUE(store->moveToTrash(gone));
    EXPECT_EQ(store->timeInTrash(gone).value(), ConversationStore::kTrashLasts);
    EXPECT_FALSE(store->timeInTrash(there));
    EXPECT_EQ(store->removeForGood({gone, there, 99}).value(), 1);
    EXPECT_TRUE(store->trash().value().empty());
    EXPECT_EQ(find(*store, "walrus").size(), 1U);
    EXPECT_FALSE(store->restore(gone));
}

TEST_F(Trash, IsNotEmptiedByAClockThatJumps) {
    {
        auto store = open();
        const std::int64_t id = begin(*store, "regretted");
        ASSERT_TRUE(store->moveToTrash(id));
    }
    const StoreTime right = now_;
    now_ += std::chrono::days(365 * 73);
    EXPECT_EQ(open()->trash().value().size(), 1U);
    now_ = right + std::chrono::days(1);
    EXPECT_EQ(open()->trash().value().size(), 1U);
    now_ += std::chrono::days(31);
    EXPECT_EQ(open()->trash().value().size(), 0U) << "the days that passed count";
}

TEST_F(Trash, PurgesAConversationOfThousandsOfTurns) {
    auto store = open();
    const std::int64_t id = begin(*store, "long");
    std::vector<StoredMessage> chain;
    for (int i = 0; i < 3000; ++i)
        chain.push_back(question(id, 0, "turn"));
    ASSERT_TRUE(store->addMessages(std::move(chain), kNormal));
    EXPECT_EQ(store->path(id).value().size(), 3000U);
    ASSERT_TRUE(store->moveToTrash(id));
    now_ += std::chrono::days(31);
    const auto purged = store->purgeTrash();
    ASSERT_TRUE(purged) << purged.error().message;
    EXPECT_EQ(*purged, 1);
}

TEST(ConversationStoreInMemory, WorksWithoutAFile) {
    auto store = ConversationStore::openInMemory([] { return fromMilliseconds(1); }).value();
    const std::int64_t id = store->createConversation("t", true).value();
    StoredMessage message;
    message.conversationId = id;
    message.text = "hello";
    ASSERT_TRUE(store->addMessages({message}, Durability::Full));
    EXPECT_EQ(store->path(id).value().size(), 1U);
    EXPECT_FALSE(store->isReadOnly());
}

// The clock is asked between what a message reads and what it writes.
TEST_F(Messages, AreTakenWhileTheUpkeepWrites) {
    bool writesBeside = false;
    const auto clockBeside = [&] {
        if (writesBeside) {
            SQLite::Database beside(file().string(), SQLite::OPEN_READWRITE);
            beside.tryExec("UPDATE clean_stop SET clean = 0");
        }
        return now_;
    };
    auto store = ConversationStore::open(file(), clockBeside).value();
    const std::int64_t id = begin(*store, "t");
    const std::int64_t first = add(*store, question(id, 0, "first"));
    writesBeside = true;
    const auto added = store->addMessages({question(id, first, "second")}, kFull);
    EXPECT_TRUE(added) << added.error().message;
}

}  // namespace
}  // namespace dsm
