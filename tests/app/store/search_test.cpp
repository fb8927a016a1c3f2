#include <chrono>
#include <iostream>
#include <random>

#include "app/store/search/search_text.h"
#include "tests/app/store/store_fixture.h"

namespace dsm {
namespace {

using Search = StoreTest;

TEST(SearchText, SeparatesEachCjkCharacter) {
    EXPECT_EQ(textForIndex("GPU显存ok"), "GPU\x1F显\x1F存\x1Fok");
    EXPECT_EQ(textFromIndex(textForIndex("GPU显存 ok，好")), "GPU显存 ok，好");
    EXPECT_EQ(textForIndex("plain"), "plain");
    EXPECT_EQ(textForIndex(""), "");
}

TEST(SearchText, QuotesEveryWordOfAQuery) {
    EXPECT_EQ(searchQuery("say \"hi\" now"), R"("say" """hi""" "now"*)");
    EXPECT_EQ(searchQuery("显存"), "\"显\x1F存\x1F\"");
    EXPECT_EQ(searchQuery("路由rout"), "\"路\x1F由\x1Frout\"*");
    EXPECT_EQ(searchQuery("done "), R"("done")");
    EXPECT_EQ(searchQuery(" * \" ( "), "");
    EXPECT_EQ(searchQuery(""), "");
}

TEST_F(Search, FindsChineseWordsOfTwoCharacters) {
    auto store = open();
    const std::int64_t id = begin(*store, "模型");
    add(*store, question(id, 0, "混合专家模型怎样选择专家？"));
    add(*store, question(id, 0, "专业的家具"));
    const auto hits = find(*store, "专家");
    ASSERT_EQ(hits.size(), 1U);
    EXPECT_NE(hits[0].snippet.find("\x02专家\x03"), std::string::npos) << hits[0].snippet;
    EXPECT_EQ(find(*store, "选择专家").size(), 1U);
    EXPECT_EQ(find(*store, "择专").size(), 1U);
    EXPECT_EQ(find(*store, "家专").size(), 0U);
    EXPECT_EQ(find(*store, "模型 怎样").size(), 1U);
    EXPECT_EQ(find(*store, "模型")[0].messageId, 0) << "the title comes first";
}

TEST_F(Search, FindsTheBeginningOfTheLastWordOnly) {
    auto store = open();
    const std::int64_t id = begin(*store, "t");
    add(*store, question(id, 0, "Mixture of experts"));
    EXPECT_EQ(find(*store, "exp").size(), 1U);
    EXPECT_EQ(find(*store, "EXPERTS mix").size(), 1U);
    EXPECT_EQ(find(*store, "mix experts").size(), 0U);
    EXPECT_EQ(find(*store, "exp ").size(), 0U);
}

TEST_F(Search, TakesNothingInTheTextForAnOperator) {
    auto store = open();
    const std::int64_t id = begin(*store, "t");
    add(*store, question(id, 0, "He said \"a*b\" AND left NEAR the (door) text:colon -minus 100%"));
    for (const char* text :
         {"\"",       "*",          "a*b",    "\"a*b\"", "(door)",  "AND", "OR", "NEAR",
          "NEAR(",    "text:colon", "-minus", "^he",     "100%",    "'",   ";",  "{",
          "said \"a", "\"said",     "+",      "，",      "， door", "\\",  "NOT"}) {
        const auto hits = store->search(text, 50);
        EXPECT_TRUE(hits) << text << ": " << hits.error().message;
    }
    EXPECT_EQ(find(*store, "\"a*b\"").size(), 1U);
    EXPECT_EQ(find(*store, "said AND left").size(), 1U);
    EXPECT_EQ(find(*store, "said OR nothing").size(), 0U);
    EXPECT_EQ(find(*store, "， door").size(), 1U) << "a word of marks only asks for nothing";
    EXPECT_TRUE(store->search(std::string("do\0or", 5), 50));
}

TEST_F(Search, FollowsEditsOfAReply) {
    auto store = open();
    const std::int64_t id = begin(*store, "t");
    StoredMessage answer = reply(id, 0, "elephant");
    answer.id = add(*store, answer);
    answer.text = "rhinoceros";
    ASSERT_TRUE(store->updateReply(answer, kFull));
    EXPECT_TRUE(find(*store, "elephant").empty());
    EXPECT_EQ(find(*store, "rhinoceros").size(), 1U);
}

TEST_F(Search, GivesAtMostTheAskedNumberOfHits) {
    auto store = open();
    const std::int64_t id = begin(*store, "t");
    for (int i = 0; i < 20; ++i)
        add(*store, question(id, 0, "penguin"));
    EXPECT_EQ(store->search("penguin", 5).value().size(), 5U);
    EXPECT_TRUE(store->search("penguin", 0).value().empty());
}

// Reports its times: what is asserted is only what is found.
TEST_F(Search, FindsAmongTwentyThousandMessages) {
    auto store = open();
    std::mt19937 random(7);
    const std::vector<std::string> words = {"路由",  "专家",   "模型",   "显存",  "训练",  "推理",
                                            "token", "expert", "router", "cache", "shared"};
    std::int64_t id = 0;
    for (int block = 0; block < 40; ++block) {
        id = begin(*store, "conversation " + std::to_string(block));
        std::vector<StoredMessage> chain;
        for (int i = 0; i < 500; ++i) {
            std::string text;
            for (int w = 0; w < 120; ++w)
                text += words[random() % words.size()] + " 是 and ";
            if (block == 20 && i == 250) text += "独角兽鲸鱼 narwhal";
            chain.push_back(question(id, 0, std::move(text)));
        }
        ASSERT_TRUE(store->addMessages(std::move(chain), kNormal));
    }
    for (const char* text : {"角兽", "narw", "路由", "expert router"}) {
        const auto start = std::chrono::steady_clock::now();
        const auto hits = find(*store, text);
        const std::chrono::duration<double, std::milli> time =
            std::chrono::steady_clock::now() - start;
        std::cout << "search \"" << text << "\": " << hits.size() << " hits, " << time.count()
                  << " ms\n";
        RecordProperty(std::string("ms_") + text, std::to_string(time.count()));
        EXPECT_FALSE(hits.empty()) << text;
    }
    EXPECT_EQ(find(*store, "角兽").size(), 1U);
    const auto start = std::chrono::steady_clock::now();
    store.reset();
    store = open();
    const std::chrono::duration<double, std::milli> reopened =
        std::chrono::steady_clock::now() - start;
    std::cout << "close and reopen: " << reopened.count() << " ms, "
              << std::filesystem::file_size(file()) / 1'000'000 << " MB\n";
}

}  // namespace
}  // namespace dsm
