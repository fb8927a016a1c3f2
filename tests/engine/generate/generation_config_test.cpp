#include "engine/generate/generation_config.h"

#include <gtest/gtest.h>

#include "tests/engine/format/refusal.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

constexpr std::int64_t kVocab = 100;

GenerationConfig parsedWhole(std::string_view json) {
    const auto config = parseGenerationConfig(json, "generation_config.json", kVocab);
    EXPECT_TRUE(config) << config.error().message;
    return config.value_or(GenerationConfig());
}
GenerationSettings parsed(std::string_view json) {
    return parsedWhole(json).settings;
}

TEST(GenerationConfig, ReadsWhatAModelAsksFor) {
    const GenerationSettings settings = parsed(
        R"({"do_sample": true, "temperature": 0.3, "top_k": 40, "top_p": 0.8,
            "repetition_penalty": 1.1, "max_new_tokens": 256, "bos_token_id": 1,
            "eos_token_id": [2, 3], "_from_model_config": true, "num_beams": 1,
            "min_p": 0.05, "stop_strings": ["User:"], "typical_p": 1.0, "suppress_tokens": null})");
    EXPECT_FLOAT_EQ(settings.sampling.temperature, 0.3F);
    EXPECT_EQ(settings.sampling.topK, 40);
    EXPECT_FLOAT_EQ(settings.sampling.topP, 0.8F);
    EXPECT_FLOAT_EQ(settings.sampling.repetitionPenalty, 1.1F);
    EXPECT_FLOAT_EQ(settings.sampling.minP, 0.05F);
    EXPECT_EQ(settings.stopStrings, std::vector<std::string>{"User:"});
    EXPECT_EQ(settings.maximumTokens, 256);
}

// As transformers: of prompt and reply together, and only where nobody says how long a reply is.
TEST(GenerationConfig, CountsThePromptIntoMaxLength) {
    const GenerationSettings settings = parsed(R"({"max_length": 300})");
    EXPECT_EQ(settings.maximumLength, 300);
    EXPECT_EQ(settings.maximumTokens, 300);
    EXPECT_EQ(replyReserve(settings, 4096), 4096 - 300 + 75);
    const GenerationSettings both = parsed(R"({"max_length": 300, "max_new_tokens": 7})");
    EXPECT_EQ(both.maximumLength, 0);
    EXPECT_EQ(both.maximumTokens, 7);
    EXPECT_EQ(parsed(R"({"max_length": 300, "max_new_tokens": null})").maximumLength, 300);
    GenerationChoices wanted;
    wanted.maximumTokens = 900;
    EXPECT_EQ(overridden(settings, wanted).maximumLength, 0);
    EXPECT_EQ(overridden(settings, wanted).maximumTokens, 900);
    EXPECT_EQ(overridden(settings, {}).maximumLength, 300);
    EXPECT_EQ(parsed(R"({"max_length": 1000000000000})").maximumLength, 1'000'000);
    // What transformers writes by itself.
    EXPECT_EQ(parsed(R"({"max_length": 20})").maximumLength, 0);
    EXPECT_EQ(parsed(R"({"max_length": 20})").maximumTokens, GenerationSettings().maximumTokens);
}

TEST(GenerationConfig, EndsRepliesAtEachIdItNames) {
    EXPECT_EQ(parsedWhole(R"({"eos_token_id": [2, 3, 2]})").endIds, (std::vector<TokenId>{2, 3}));
    EXPECT_EQ(parsedWhole(R"({"eos_token_id": 99})").endIds, std::vector<TokenId>{99});
    EXPECT_TRUE(parsedWhole(R"({"eos_token_id": null})").endIds.empty());
}

// Another way of choosing is not left out in silence; nor is what nobody knows.
TEST(GenerationConfig, RefusesWhatItDoesNotDoByName) {
    for (const char* json :
         {R"({"num_beams": 4})", R"({"typical_p": 0.9})", R"({"suppress_tokens": [1]})",
          R"({"no_repeat_ngram_size": 3})", R"({"guidance_scale": 1.5})", R"({"min_length": 1})",
          R"({"penalty_alpha": 0.6})", R"({"bad_words_ids": [[5]]})", R"({"new_sampler": 1})",
          R"({"sequence_bias": [[[1], 2.0]]})", R"({"forced_eos_token_id": 2})"}) {
        const std::string key = std::string(json).substr(2, std::string(json).find("\":") - 2);
        expectRefused(parseGenerationConfig(json, "g.json", kVocab),
                      {json, ErrorCode::Unsupported, {"g.json: " + key + ": ", "Remove it"}});
    }
}

TEST(GenerationConfig, WithoutSamplingIsGreedyWhateverTheTemperature) {
    EXPECT_EQ(parsed(R"({"do_sample": false})").sampling.temperature, 0);
    EXPECT_EQ(parsed(R"({"do_sample": false, "temperature": 0.9})").sampling.temperature, 0);
}

TEST(GenerationConfig, LeavesWhatItDoesNotNameToTheProgram) {
    const GenerationSettings usual;
    for (const char* json : {"{}", R"({"temperature": null, "max_new_tokens": null})"}) {
        const GenerationSettings settings = parsed(json);
        EXPECT_EQ(settings.sampling.temperature, usual.sampling.temperature);
        EXPECT_EQ(settings.sampling.topK, usual.sampling.topK);
        EXPECT_EQ(settings.sampling.topP, usual.sampling.topP);
        EXPECT_EQ(settings.maximumTokens, usual.maximumTokens);
    }
}

TEST(GenerationConfig, IsOptional) {
    const TemporaryFolder folder;
    const auto settings = readGenerationConfig(folder.path(), kVocab);
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->settings.sampling.temperature, GenerationSettings().sampling.temperature);
    folder.write("generation_config.json", R"({"top_k": 7})");
    EXPECT_EQ(readGenerationConfig(folder.path(), kVocab)->settings.sampling.topK, 7);
}

// As transformers 4 reads a model from before the file was.
TEST(GenerationConfig, IsLookedForInTheModelsOwnWhereItHasNoFile) {
    const TemporaryFolder folder;
    folder.write("config.json", R"({"model_type": "deepseek", "repetition_penalty": 1.25,
                                    "top_k": 7, "num_beams": 1, "eos_token_id": 5,
                                    "max_length": 200})");
    const auto config = readGenerationConfig(folder.path(), kVocab);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_FLOAT_EQ(config->settings.sampling.repetitionPenalty, 1.25F);
    EXPECT_EQ(config->settings.sampling.topK, 7);
    EXPECT_EQ(config->settings.maximumLength, 200);
    EXPECT_TRUE(config->endIds.empty());
    folder.write("config.json", R"({"no_repeat_ngram_size": 3})");
    const auto refused = readGenerationConfig(folder.path(), kVocab);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("config.json: no_repeat_ngram_size"), std::string::npos)
        << refused.error().message;
    folder.write("generation_config.json", "{}");
    EXPECT_TRUE(readGenerationConfig(folder.path(), kVocab));
}

TEST(GenerationConfig, ADamagedOneIsRefusedWithFileAndKey) {
    struct Case {
        const char* json;
        const char* says;
    };
    for (const Case& one : {Case{"", "not valid JSON"},
                            {"[]", "expected an object"},
                            {R"({"do_sample": "yes"})", "do_sample: expected true or false"},
                            {R"({"temperature": -0.1})", "temperature: -0.1 is out of range"},
                            {R"({"temperature": 1e300})", "temperature: "},
                            {R"({"temperature": "hot"})", "temperature: expected a number"},
                            {R"({"top_p": 0})", "top_p: 0 is out of range"},
                            {R"({"top_p": 1.5})", "top_p: 1.5 is out of range"},
                            {R"({"top_k": -1})", "top_k: -1 is not between"},
                            {R"({"top_k": 2.5})", "top_k: expected a whole number"},
                            {R"({"top_k": 18446744073709551615})", "top_k: expected"},
                            {R"({"repetition_penalty": 0})", "repetition_penalty: "},
                            {R"({"min_p": 2})", "min_p: 2 is out of range"},
                            {R"({"stop_strings": [""]})", "stop_strings[0]: "},
                            {R"({"eos_token_id": []})", "eos_token_id: the list is empty"},
                            {R"({"eos_token_id": [1, 100]})", "eos_token_id[1]: 100 is not"},
                            {R"({"eos_token_id": "2"})", "eos_token_id: expected"},
                            {R"({"max_new_tokens": 0})", "max_new_tokens: 0 is not between"},
                            {R"({"max_length": -1})", "max_length: -1 is not between"},
                            {R"({"max_length": "long"})", "max_length: expected a whole number"},
                            {R"({"top_k": 1, "top_k": 2})", "appears twice"}}) {
        const TemporaryFolder folder;
        const auto path = folder.write("generation_config.json", one.json);
        expectRefused(readGenerationConfig(folder.path(), kVocab),
                      {one.json, ErrorCode::Malformed, {path.string(), one.says}});
    }
}

TEST(GenerationChoices, ReplaceOnlyWhatTheyName) {
    GenerationSettings own;
    own.sampling.temperature = 0;
    own.sampling.topK = 9;
    own.sampling.minP = 0.1F;
    own.stopStrings = {"a"};
    own.maximumTokens = 256;
    GenerationChoices wanted;
    wanted.stopStrings = {"b"};
    wanted.seed = 5;
    GenerationSettings settings = overridden(own, wanted);
    EXPECT_EQ(settings.sampling.temperature, 0);
    EXPECT_EQ(settings.sampling.topK, 9);
    EXPECT_EQ(settings.maximumTokens, 256);
    EXPECT_EQ(settings.sampling.minP, 0.1F);
    EXPECT_EQ(settings.stopStrings, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(settings.sampling.seed, 5);
    wanted.minP = 0.0F;
    EXPECT_EQ(overridden(own, wanted).sampling.minP, 0.0F);
    wanted.temperature = 1.0F;
    wanted.maximumTokens = 3;
    settings = overridden(own, wanted);
    EXPECT_EQ(settings.sampling.temperature, 1.0F);
    EXPECT_EQ(settings.sampling.topK, 9);
    EXPECT_EQ(settings.maximumTokens, 3);
}

}  // namespace
}  // namespace dsm
