#include "engine/generate/generation_config.h"

#include <gtest/gtest.h>

#include "tests/engine/format/refusal.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

GenerationSettings parsed(std::string_view json) {
    const auto settings = parseGenerationConfig(json, "generation_config.json");
    EXPECT_TRUE(settings) << settings.error().message;
    return settings.value_or(GenerationSettings());
}

TEST(GenerationConfig, ReadsWhatAModelAsksFor) {
    const GenerationSettings settings = parsed(
        R"({"do_sample": true, "temperature": 0.3, "top_k": 40, "top_p": 0.8,
            "repetition_penalty": 1.1, "max_new_tokens": 256, "bos_token_id": 1,
            "eos_token_id": [2, 3], "_from_model_config": true, "num_beams": 4})");
    EXPECT_FLOAT_EQ(settings.sampling.temperature, 0.3F);
    EXPECT_EQ(settings.sampling.topK, 40);
    EXPECT_FLOAT_EQ(settings.sampling.topP, 0.8F);
    EXPECT_FLOAT_EQ(settings.sampling.repetitionPenalty, 1.1F);
    EXPECT_EQ(settings.maximumTokens, 256);
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
    const auto settings = readGenerationConfig(folder.path());
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->sampling.temperature, GenerationSettings().sampling.temperature);
    folder.write("generation_config.json", R"({"top_k": 7})");
    EXPECT_EQ(readGenerationConfig(folder.path())->sampling.topK, 7);
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
                            {R"({"max_new_tokens": 0})", "max_new_tokens: 0 is not between"},
                            {R"({"top_k": 1, "top_k": 2})", "appears twice"}}) {
        const TemporaryFolder folder;
        const auto path = folder.write("generation_config.json", one.json);
        expectRefused(readGenerationConfig(folder.path()),
                      {one.json, ErrorCode::Malformed, {path.string(), one.says}});
    }
}

TEST(GenerationOverrides, ReplaceOnlyWhatTheyName) {
    GenerationSettings own;
    own.sampling.temperature = 0;
    own.sampling.topK = 9;
    own.maximumTokens = 256;
    GenerationOverrides wanted;
    wanted.seed = 5;
    GenerationSettings settings = overridden(own, wanted);
    EXPECT_EQ(settings.sampling.temperature, 0);
    EXPECT_EQ(settings.sampling.topK, 9);
    EXPECT_EQ(settings.maximumTokens, 256);
    EXPECT_EQ(settings.sampling.seed, 5);
    wanted.temperature = 1.0F;
    wanted.maximumTokens = 3;
    settings = overridden(own, wanted);
    EXPECT_EQ(settings.sampling.temperature, 1.0F);
    EXPECT_EQ(settings.sampling.topK, 9);
    EXPECT_EQ(settings.maximumTokens, 3);
}

}  // namespace
}  // namespace dsm
