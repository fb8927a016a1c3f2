#include "engine/generate/language_model.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

using Role = ChatRole;

std::unique_ptr<LanguageModel> load(std::int64_t contextLimit = 0,
                                    const std::string& backend = "cpu") {
    auto model = LanguageModel::load({.folder = test::goldenFolder("tiny"),
                                      .backend = backend,
                                      .threads = 2,
                                      .contextLimit = contextLimit,
                                      .kv = KvType::F32},
                                     {}, {});
    if (!model) {
        ADD_FAILURE() << model.error().message;
        return nullptr;
    }
    return std::move(*model);
}

GenerationSettings greedy(std::int64_t maximumTokens) {
    return {.sampling = {.temperature = 0}, .maximumTokens = maximumTokens, .stopStrings = {}};
}

class EveryBackend : public testing::TestWithParam<const char*> {};

TEST_P(EveryBackend, WritesTheGreedyTokensOfPyTorch) {
    const auto model = load(0, GetParam());
    ASSERT_NE(model, nullptr);
    std::size_t paddingWouldWin = 0;
    for (const auto& [prompt, expected, padding] : test::goldenGreedy("tiny").cases) {
        const auto result =
            model->generate(prompt, greedy(static_cast<std::int64_t>(expected.size())), {}, {});
        ASSERT_TRUE(result.has_value());
        EXPECT_EQ(result->ids, expected);
        EXPECT_EQ(result->reason, StopReason::MaximumTokens);
        paddingWouldWin += padding;
    }
    EXPECT_GT(paddingWouldWin, 0U);  // else the mask of padding rows was not tested
}

#if defined(__SANITIZE_THREAD__)  // the reference has no threads, and takes minutes there
INSTANTIATE_TEST_SUITE_P(Backends, EveryBackend, testing::Values("cpu"));
#else
INSTANTIATE_TEST_SUITE_P(Backends, EveryBackend, testing::Values("reference", "cpu"));
#endif

TEST(LanguageModel, StreamsExactlyTheTextItReturns) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    std::string streamed;
    std::vector<TokenId> ids;
    const auto result = model->generate(model->encodeText("Hi"), greedy(40),
                                        [&](std::string_view text, TokenId id) {
                                            streamed += text;
                                            if (id >= 0) ids.push_back(id);
                                        },
                                        {});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(streamed, result->text);
    EXPECT_EQ(ids, result->ids);
    EXPECT_EQ(result->statistics.generatedTokens, 40);
    EXPECT_GT(result->statistics.tokensPerSecond, 0);
    EXPECT_GT(result->statistics.promptTokensPerSecond, 0);
    EXPECT_GT(result->statistics.timeToFirstToken.count(), 0);
}

// A tiny model soon repeats itself, so that guesses are made, right and wrong ones.
TEST(LanguageModel, WritesTheSameWhetherItLooksAheadOrNot) {
    const auto model = load(300);
    ASSERT_NE(model, nullptr);
    const auto prompt = model->encodeText("one two three four one two three four one two");
    for (const SampleSettings& sampling :
         {SampleSettings{.temperature = 0}, SampleSettings{.temperature = 0.4F, .seed = 7},
          SampleSettings{.temperature = 1, .topK = 3, .seed = 9},
          SampleSettings{
              .temperature = 0.2F, .repetitionPenalty = 1.05F, .presencePenalty = 0.2F}}) {
        GenerationSettings settings{.sampling = sampling, .maximumTokens = 1000};
        const auto ahead = model->generate(prompt, settings, {}, {});
        const std::int64_t positions = model->contextUsed();
        settings.looksAhead = false;
        const auto alone = model->generate(prompt, settings, {}, {});
        ASSERT_TRUE(ahead.has_value() && alone.has_value());
        EXPECT_EQ(ahead->ids, alone->ids);
        EXPECT_EQ(ahead->reason, alone->reason);
        EXPECT_EQ(positions, model->contextUsed());
    }
}

TEST(LanguageModel, StopsWithinOneTokenWhenAsked) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    std::stop_source stop;
    int tokens = 0;
    const auto result = model->generate(
        model->encodeText("Hi"), greedy(200),
        [&](std::string_view, TokenId id) {
            if (id >= 0 && ++tokens == 5) stop.request_stop();
        },
        stop.get_token());
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->reason, StopReason::Cancelled);
    EXPECT_EQ(result->ids.size(), 5U);
}

TEST(LanguageModel, WritesNothingWhenStoppedBeforeTheStart) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    std::stop_source stop;
    stop.request_stop();
    const auto result = model->generate(model->encodeText("Hi"), greedy(9), {}, stop.get_token());
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->reason, StopReason::Cancelled);
    EXPECT_TRUE(result->ids.empty());
}

TEST(LanguageModel, EndsBeforeAStopString) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    const auto prompt = model->encodeText("Hi");
    const auto whole = model->generate(prompt, greedy(40), {}, {});
    ASSERT_TRUE(whole.has_value() && whole->text.size() > 12);
    GenerationSettings settings = greedy(40);
    settings.stopStrings = {whole->text.substr(6, 3)};
    const auto cut = model->generate(prompt, settings, {}, {});
    ASSERT_TRUE(cut.has_value());
    EXPECT_EQ(cut->reason, StopReason::StopString);
    EXPECT_EQ(cut->text, whole->text.substr(0, whole->text.find(settings.stopStrings[0])));
}

TEST(LanguageModel, ReusesTheCommonPrefixOfTheLastText) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    auto prompt = model->encodeText("A first text");
    const auto first = model->generate(prompt, greedy(10), {}, {});
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->statistics.reusedTokens, 0);

    // The second turn: the first text, its reply, and more. The reply's last token was never read.
    prompt.insert(prompt.end(), first->ids.begin(), first->ids.end());
    const auto known = static_cast<std::int64_t>(prompt.size()) - 1;
    const auto more = model->tokenizer().encode(" and more");
    prompt.insert(prompt.end(), more.begin(), more.end());
    const auto second = model->generate(prompt, greedy(10), {}, {});
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(second->statistics.reusedTokens, known);

    const auto fresh = load();
    ASSERT_NE(fresh, nullptr);
    EXPECT_EQ(fresh->generate(prompt, greedy(10), {}, {})->ids, second->ids);
}

// A chat of the demo model: long enough a context, and replies that end by themselves.
class Chat {
  public:
    explicit Chat(KvType kv) {
        auto model = LanguageModel::load(
            {.folder = DSM_SOURCE_DIR "/resources/demo_model", .threads = 2, .kv = kv}, {}, {});
        DSM_CHECK(model.has_value());
        model_ = std::move(*model);
    }

    LanguageModel& model() { return *model_; }
    std::vector<TokenId> promptOf(const std::vector<ChatMessage>& messages) {
        return model_->encodeChat(messages, 200)->ids;
    }
    // The reply, greedily; what it took is in `statistics`.
    ChatMessage answer(const std::vector<ChatMessage>& messages) {
        auto reply = model_->generate(promptOf(messages), greedy(60), {}, {});
        DSM_CHECK(reply.has_value());
        statistics = reply->statistics;
        return {Role::Assistant, reply->text, reply->ids};
    }

    GenerationStatistics statistics;

  private:
    std::unique_ptr<LanguageModel> model_;
};

class EveryCache : public testing::TestWithParam<KvType> {};

// The end-of-sentence token after a reply was chosen, never read: it is the first of what is new.
TEST_P(EveryCache, TheSecondTurnReadsTheNewTextOnly) {
    const TemporaryFolder folder;
    Chat chat(GetParam());
    std::vector<ChatMessage> messages{{Role::User, "What is a mixture of experts?", {}}};
    const auto first = chat.promptOf(messages);
    messages.push_back(chat.answer(messages));
    const auto known = static_cast<std::int64_t>(first.size() + messages[1].ids.size());

    // Another reply to the first question reads its last token only.
    const ChatMessage regenerated = chat.answer({messages[0]});
    EXPECT_EQ(regenerated.ids, messages[1].ids);
    EXPECT_EQ(chat.statistics.reusedTokens, static_cast<std::int64_t>(first.size()) - 1);

    ASSERT_TRUE(chat.model().saveContext(folder / "context", {}));
    messages.push_back({Role::User, "Why is the sky blue?", {}});
    const auto second = chat.promptOf(messages);
    const ChatMessage reply = chat.answer(messages);
    EXPECT_EQ(chat.statistics.promptTokens, static_cast<std::int64_t>(second.size()));
    EXPECT_EQ(chat.statistics.reusedTokens, known);

    // After a restart, with the file.
    Chat restarted(GetParam());
    const auto restored = restarted.model().restoreContext(folder / "context", second);
    ASSERT_TRUE(restored.has_value()) << restored.error().message;
    EXPECT_EQ(*restored, known);
    EXPECT_EQ(restarted.answer(messages).ids, reply.ids);
    EXPECT_EQ(restarted.statistics.reusedTokens, known);

    // And as if nothing had ever been read.
    Chat fresh(GetParam());
    EXPECT_EQ(fresh.answer(messages).ids, reply.ids);
    EXPECT_EQ(fresh.statistics.reusedTokens, 0);
}

TEST_P(EveryCache, RefusesTheContextOfAnotherType) {
    const TemporaryFolder folder;
    Chat chat(GetParam());
    const std::vector<ChatMessage> messages{{Role::User, "What is a mixture of experts?", {}}};
    chat.answer(messages);
    ASSERT_TRUE(chat.model().saveContext(folder / "context", {}));
    Chat other(GetParam() == KvType::Q8 ? KvType::BF16 : KvType::Q8);
    const auto restored = other.model().restoreContext(folder / "context", chat.promptOf(messages));
    ASSERT_FALSE(restored.has_value());
    EXPECT_EQ(restored.error().code, ErrorCode::Unsupported);
}

INSTANTIATE_TEST_SUITE_P(Types, EveryCache, testing::Values(KvType::F32, KvType::BF16, KvType::Q8),
                         [](const auto& type) { return std::string(name(type.param)); });

TEST(LanguageModel, ReadsTheLastTokenAgainForTheSamePrompt) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    const auto prompt = model->encodeText("Again");
    const auto first = model->generate(prompt, greedy(5), {}, {});
    const auto second = model->generate(prompt, greedy(5), {}, {});
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->ids, second->ids);
    EXPECT_EQ(second->statistics.reusedTokens, static_cast<std::int64_t>(prompt.size()) - 1);
}

TEST(LanguageModel, RefusesAPromptThatFillsTheContext) {
    const auto model = load(16);
    ASSERT_NE(model, nullptr);
    const std::vector<TokenId> prompt(16, 65);
    const auto result = model->generate(prompt, greedy(5), {}, {});
    ASSERT_FALSE(result.has_value());
    EXPECT_NE(result.error().message.find("16"), std::string::npos);
}

TEST(LanguageModel, StopsWhereTheContextEnds) {
    const auto model = load(16);
    ASSERT_NE(model, nullptr);
    const std::vector<TokenId> prompt(10, 65);
    const auto result = model->generate(prompt, greedy(100), {}, {});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->reason, StopReason::ContextFull);
    EXPECT_EQ(result->ids.size(), 7U);  // six positions, and one token that needs none
}

TEST(LanguageModel, GivesEqualTextsForEqualSeeds) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    GenerationSettings settings{
        .sampling = {.temperature = 1.0F, .seed = 3}, .maximumTokens = 20, .stopStrings = {}};
    const auto prompt = model->encodeText("Seed");
    const auto first = model->generate(prompt, settings, {}, {});
    const auto again = model->generate(prompt, settings, {}, {});
    settings.sampling.seed = 4;
    const auto other = model->generate(prompt, settings, {}, {});
    EXPECT_EQ(first->ids, again->ids);
    EXPECT_NE(first->ids, other->ids);
}

TEST(LanguageModel, EncodesAWholeConversationThatFits) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    const std::vector<ChatMessage> messages{
        {Role::User, "one", {}}, {Role::Assistant, "two", {}}, {Role::User, "three", {}}};
    const auto prompt = model->encodeChat(messages, 10);
    ASSERT_TRUE(prompt.has_value());
    EXPECT_EQ(prompt->droppedMessages, 0);
    EXPECT_EQ(prompt->ids, model->chatTemplate()->render(messages, model->tokenizer(), true));
}

TEST(LanguageModel, LeavesOutTheOldestExchangesOfALongConversation) {
    const auto model = load(200);
    ASSERT_NE(model, nullptr);
    std::vector<ChatMessage> messages{{Role::System, "rule", {}}};
    for (int i = 0; i < 12; ++i) {
        messages.push_back({Role::User, "question", {}});
        messages.push_back({Role::Assistant, "answer", {}});
    }
    messages.push_back({Role::User, "the last", {}});
    const auto prompt = model->encodeChat(messages, 30);
    ASSERT_TRUE(prompt.has_value()) << prompt.error().message;
    EXPECT_LE(prompt->ids.size(), 170U);
    EXPECT_GT(prompt->droppedMessages, 0);
    EXPECT_EQ(prompt->droppedMessages % 2, 0);  // whole exchanges
    const std::string text = model->tokenizer().decode(prompt->ids);
    EXPECT_NE(text.find("rule"), std::string::npos);
    EXPECT_NE(text.find("the last"), std::string::npos);
}

TEST(LanguageModel, RefusesAMessageThatIsTooLongByItself) {
    const auto model = load(64);
    ASSERT_NE(model, nullptr);
    const std::vector<ChatMessage> messages{{Role::User, std::string(500, 'x'), {}}};
    const auto prompt = model->encodeChat(messages, 10);
    ASSERT_FALSE(prompt.has_value());
    EXPECT_NE(prompt.error().message.find("64"), std::string::npos);
}

TEST(LanguageModel, SaysThatAFolderWithoutATokenizerIsNone) {
    const auto model = LanguageModel::load({.folder = test::goldenFolder("tiny_gqa")}, {}, {});
    ASSERT_FALSE(model.has_value());
    EXPECT_EQ(model.error().code, ErrorCode::NotFound);
    EXPECT_NE(model.error().message.find("tokenizer"), std::string::npos);
}

}  // namespace
}  // namespace dsm
