#include "engine/train/data/sample_template.h"
#include "engine/text/tokenizer_load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

namespace dsm {
namespace {

using nlohmann::json;

std::filesystem::path fromSource(const std::string& path) {
    return std::filesystem::path(DSM_SOURCE_DIR) / path;
}

std::unique_ptr<Tokenizer> tokenizerOf(const std::string& model) {
    auto tokenizer = loadTokenizer(fromSource(model));
    EXPECT_TRUE(tokenizer.has_value());
    return tokenizer ? std::move(*tokenizer) : nullptr;
}

Example exampleOf(const json& row) {
    return *readExample(row, {});
}

std::string trainedText(const TrainingSample& sample, const Tokenizer& tokenizer) {
    std::string text;
    for (std::size_t i = 0; i < sample.ids.size(); ++i) {
        if (sample.labels[i] != kNotTrained) text += tokenizer.tokenText(sample.ids[i]);
    }
    return text;
}

TEST(SampleTemplate, TrainsAnswersAndTheEndOfTextInAChat) {
    const auto tokenizer = tokenizerOf("tests/golden/tiny");
    const Example example = exampleOf(json::parse(
        R"({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
                         {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}]})"));
    const auto rendered = renderSample(example, SampleTemplate::Chat, *tokenizer, 4096);
    ASSERT_TRUE(rendered.has_value());
    const TrainingSample& sample = rendered->sample;
    EXPECT_EQ(sample.ids.front(), tokenizer->bosId());
    EXPECT_EQ(std::count(sample.ids.begin(), sample.ids.end(), tokenizer->bosId()), 1);
    const std::string eos = tokenizer->tokenText(tokenizer->eosId());
    EXPECT_EQ(trainedText(sample, *tokenizer), " b" + eos + " d" + eos);
    EXPECT_EQ(tokenizer->decode(sample.ids), "User: a\n\nAssistant: bUser: c\n\nAssistant: d");
}

TEST(SampleTemplate, ReadsAnswersThatAreNotTrainedAsTheSameTokens) {
    const auto tokenizer = tokenizerOf("tests/golden/tiny");
    const auto sampleWith = [&](const json& first, SampleTemplate chosen) {
        return renderSample(
            exampleOf({{"messages",
                        {{{"role", "user"}, {"content", "a"}},
                         {{"role", "assistant"}, {"content", "b"}, {"weight", first}},
                         {{"role", "user"}, {"content", "c"}},
                         {{"role", "assistant"}, {"content", "d"}}}}}),
            chosen, *tokenizer, 4096);
    };
    const auto all = sampleWith(1, SampleTemplate::Chat);
    const auto second = sampleWith(0, SampleTemplate::Chat);
    ASSERT_TRUE(all.has_value() && second.has_value());
    EXPECT_EQ(second->sample.ids, all->sample.ids);
    const std::string eos = tokenizer->tokenText(tokenizer->eosId());
    EXPECT_EQ(trainedText(second->sample, *tokenizer), " d" + eos);
    for (const SampleTemplate chosen : kSampleTemplates) {
        const auto nothing =
            renderSample(exampleOf({{"instruction", "q"}, {"output", "a"}, {"weight", 0}}), chosen,
                         *tokenizer, 99);
        ASSERT_FALSE(nothing.has_value());
        EXPECT_EQ(nothing.error().code, ErrorCode::NotFound);
        EXPECT_NE(nothing.error().message.find("nothing of it is trained"), std::string::npos);
    }
}

TEST(SampleTemplate, TellsWhereAnAnswerIsCut) {
    const auto tokenizer = tokenizerOf("tests/golden/tiny");
    const Example example = exampleOf({{"messages",
                                        {{{"role", "user"}, {"content", "q"}},
                                         {{"role", "assistant"}, {"content", "aaaa"}},
                                         {{"role", "user"}, {"content", "cccc"}},
                                         {{"role", "assistant"}, {"content", "d"}}}}});
    const auto whole = renderSample(example, SampleTemplate::Chat, *tokenizer, 4096);
    ASSERT_TRUE(whole.has_value());
    EXPECT_FALSE(whole->isCutInsideAnswer);
    const std::vector<std::int32_t>& labels = whole->sample.labels;
    for (std::size_t kept = labels.size() - 1; kept > 1; --kept) {
        const auto cut = renderSample(example, SampleTemplate::Chat, *tokenizer,
                                      static_cast<std::int64_t>(kept));
        if (!cut) continue;
        EXPECT_EQ(cut->isCutInsideAnswer,
                  labels[kept] != kNotTrained && labels[kept - 1] != kNotTrained)
            << kept;
    }
}

TEST(SampleTemplate, NeverTrainsTheEndOfTextInTheReferenceScript) {
    const auto tokenizer = tokenizerOf("tests/golden/tiny");
    const Example example = exampleOf({{"instruction", " q "}, {"output", "a"}});
    const auto rendered = renderSample(example, SampleTemplate::Reference, *tokenizer, 4096);
    ASSERT_TRUE(rendered.has_value());
    const auto& ids = rendered->sample.ids;
    EXPECT_EQ(std::count(ids.begin(), ids.end(), tokenizer->eosId()), 0);
    EXPECT_EQ(trainedText(rendered->sample, *tokenizer), "a\n<|EOT|>");
    EXPECT_TRUE(tokenizer->decode(ids).ends_with("### Instruction:\nq\n### Response:\na\n<|EOT|>"));
}

TEST(SampleTemplate, TakesNamesOfSpecialTokensForText) {
    const auto tokenizer = tokenizerOf("tests/golden/tiny");
    const std::string eos = tokenizer->tokenText(tokenizer->eosId());
    const Example example = exampleOf({{"instruction", eos}, {"output", eos}});
    const auto rendered = renderSample(example, SampleTemplate::Chat, *tokenizer, 4096);
    ASSERT_TRUE(rendered.has_value());
    const auto& ids = rendered->sample.ids;
    EXPECT_EQ(std::count(ids.begin(), ids.end(), tokenizer->eosId()), 1);
}

TEST(SampleTemplate, CutsTheEndAndRefusesWhatIsLeftWithoutAnswer) {
    const auto tokenizer = tokenizerOf("tests/golden/tiny");
    const Example example = exampleOf({{"instruction", "q"}, {"output", "abcdefgh"}});
    const auto whole = renderSample(example, SampleTemplate::Chat, *tokenizer, 4096);
    ASSERT_TRUE(whole.has_value());
    EXPECT_FALSE(whole->isCut());
    const std::int64_t tokens = whole->wholeTokens;
    const auto cut = renderSample(example, SampleTemplate::Chat, *tokenizer, tokens - 1);
    ASSERT_TRUE(cut.has_value());
    EXPECT_TRUE(cut->isCut());
    EXPECT_EQ(cut->wholeTokens, tokens);
    EXPECT_NE(cut->sample.ids.back(), tokenizer->eosId());
    const auto refused = renderSample(example, SampleTemplate::Chat, *tokenizer, 3);
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("within 3 tokens"), std::string::npos);
}

TEST(SampleTemplate, RefusesExamplesItHasNoPlaceFor) {
    const auto tokenizer = tokenizerOf("tests/golden/tiny");
    const Example text{{}, "some text"};
    EXPECT_FALSE(renderSample(text, SampleTemplate::Chat, *tokenizer, 99).has_value());
    EXPECT_FALSE(renderSample(text, SampleTemplate::Reference, *tokenizer, 99).has_value());
    EXPECT_TRUE(renderSample(text, SampleTemplate::Raw, *tokenizer, 99).has_value());
}

TEST(SampleTemplate, AgreesWithHuggingFacesTokenizers) {
    std::ifstream file(fromSource("tests/golden/finetune_data.json"));
    const json cases = json::parse(file);
    ASSERT_GE(cases.size(), 90U);
    std::map<std::string, std::unique_ptr<Tokenizer>> tokenizers;
    for (const json& one : cases) {
        const std::string model = one["model"];
        if (!tokenizers.contains(model)) tokenizers[model] = tokenizerOf(model);
        SCOPED_TRACE(one.dump());
        const auto rendered =
            renderSample(exampleOf(one["row"]), *sampleTemplateNamed(std::string(one["template"])),
                         *tokenizers[model], one["max_length"].get<std::int64_t>());
        ASSERT_TRUE(rendered.has_value()) << rendered.error().message;
        EXPECT_EQ(json(rendered->sample.ids), one["ids"]);
        EXPECT_EQ(json(rendered->sample.labels), one["labels"]);
        EXPECT_EQ(rendered->wholeTokens, one["whole"]);
    }
}

TEST(SampleTemplate, IsChosenByItsName) {
    for (const SampleTemplate one : kSampleTemplates)
        EXPECT_EQ(sampleTemplateNamed(name(one)), one);
    EXPECT_FALSE(sampleTemplateNamed("alpaca").has_value());
}

}  // namespace
}  // namespace dsm
