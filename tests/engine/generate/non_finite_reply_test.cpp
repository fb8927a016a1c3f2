// Replies of models whose numbers stop being finite.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/generate/side_by_side.h"
#include "tests/support/damaged_model.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

constexpr std::int64_t kHidden = 64;

std::unique_ptr<LanguageModel> load(const std::filesystem::path& folder) {
    auto model = LanguageModel::load({.folder = folder, .threads = 2}, {}, {});
    EXPECT_TRUE(model.has_value()) << model.error().message;
    return model ? std::move(*model) : nullptr;
}

GenerationSettings greedy(std::int64_t tokens) {
    return {.sampling = {.temperature = 0}, .maximumTokens = tokens, .stopStrings = {}};
}

// The first token of the reply that neither the prompt nor the reply had before, from `from` on.
std::size_t firstNew(const std::vector<TokenId>& prompt, const std::vector<TokenId>& reply,
                     std::size_t from) {
    for (std::size_t at = from; at < reply.size(); ++at) {
        const auto end = reply.begin() + static_cast<std::ptrdiff_t>(at);
        if (std::find(reply.begin(), end, reply[at]) == end &&
            std::find(prompt.begin(), prompt.end(), reply[at]) == prompt.end())
            return at;
    }
    return reply.size();
}

TEST(NonFiniteReply, EndsThereKeepsItsTextAndNamesTheLayer) {
    const auto sound = load(test::goldenFolder("tiny"));
    ASSERT_NE(sound, nullptr);
    const auto prompt = sound->encodeText("Hi");
    const auto whole = sound->generate(prompt, greedy(30), {}, {});
    ASSERT_TRUE(whole.has_value());
    const std::size_t at = firstNew(prompt, whole->ids, 3);
    ASSERT_LT(at, whole->ids.size());

    const TemporaryFolder folder;
    const auto model = load(test::damagedModel(
        folder, {"model.embed_tokens.weight", whole->ids[at] * kHidden, kHidden}));
    ASSERT_NE(model, nullptr);
    for (int round = 0; round < 2; ++round) {  // nothing damaged is gone on with
        std::string streamed;
        const auto cut = model->generate(
            prompt, greedy(30), [&](std::string_view text, TokenId) { streamed += text; }, {});
        ASSERT_TRUE(cut.has_value()) << cut.error().message;
        EXPECT_EQ(cut->reason, StopReason::NotFinite);
        EXPECT_EQ(cut->ids,
                  std::vector<TokenId>(whole->ids.begin(),
                                       whole->ids.begin() + static_cast<std::ptrdiff_t>(at) + 1));
        EXPECT_EQ(cut->text, streamed);
        EXPECT_FALSE(streamed.empty());
        EXPECT_NE(cut->problem.find("the embedding"), std::string::npos) << cut->problem;
        EXPECT_EQ(model->contextUsed(), 0);
    }
}

TEST(NonFiniteReply, DrawsNothingAtAnyTemperature) {
    const TemporaryFolder folder;
    const auto model =
        load(test::damagedModel(folder, {"model.layers.1.self_attn.k_proj.weight", 3, 1, true}));
    ASSERT_NE(model, nullptr);
    for (const float temperature : {0.0F, 0.7F}) {
        GenerationSettings settings = greedy(9);
        settings.sampling.temperature = temperature;
        const auto reply = model->generate(model->encodeText("Hi"), settings, {}, {});
        ASSERT_TRUE(reply.has_value());
        EXPECT_EQ(reply->reason, StopReason::NotFinite);
        EXPECT_TRUE(reply->ids.empty());
        EXPECT_NE(reply->problem.find("the attention of layer 1"), std::string::npos)
            << reply->problem;
    }
}

TEST(NonFiniteReply, SideBySideSaysWhichOfTheTwo) {
    const TemporaryFolder folder;
    const auto model = load(test::damagedModel(folder, {"model.norm.weight", 3}));
    ASSERT_NE(model, nullptr);
    const auto both = generateSideBySide(*model, {test::goldenFolder("adapter") / "patterns", 1},
                                         model->encodeText("Hi"), greedy(4), {}, {});
    ASSERT_TRUE(both.has_value()) << both.error().message;
    EXPECT_TRUE(both->problem().starts_with("Without the adapter: ")) << both->problem();
    EXPECT_EQ(SideBySide().problem(), "");
}

}  // namespace
}  // namespace dsm
