// Which modules an adapter's settings name, by PEFT's rules.
#include "engine/model/adapter/adapter_targets.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/model/adapter/name_pattern.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr const char* kQuery = "model.layers.1.self_attn.q_proj";
constexpr const char* kExpert = "model.layers.11.mlp.experts.3.up_proj";

Result<AdapterTargets> read(const json& config) {
    return AdapterTargets::read(JsonField(config, "adapter_config.json"));
}

bool targets(const json& config, const std::string& module) {
    const auto read = dsm::read(config);
    EXPECT_TRUE(read.has_value()) << config << (read ? "" : read.error().message);
    return read && read->targets(module).value_or(false);
}

TEST(AdapterTargets, AListNamesWholeNamesAndEndsFromADot) {
    EXPECT_TRUE(targets({{"target_modules", {"q_proj"}}}, kQuery));
    EXPECT_TRUE(targets({{"target_modules", {kQuery}}}, kQuery));
    EXPECT_TRUE(targets({{"target_modules", {"1.self_attn.q_proj"}}}, kQuery));
    EXPECT_FALSE(targets({{"target_modules", {"1.mlp.experts.3.up_proj"}}}, kExpert));
    EXPECT_FALSE(targets({{"target_modules", {"_proj"}}}, kQuery));
    EXPECT_FALSE(targets({{"target_modules", json::array()}}, kQuery));
}

TEST(AdapterTargets, AStringIsARegularExpressionOfTheWholeName) {
    EXPECT_TRUE(targets({{"target_modules", R"(.*\.(q|v)_proj)"}}, kQuery));
    EXPECT_FALSE(targets({{"target_modules", "q_proj"}}, kQuery));
    EXPECT_FALSE(targets({{"target_modules", R"(model\.layers\.1)"}}, kQuery));
    EXPECT_TRUE(targets({{"target_modules", "all-linear"}}, kQuery));
    EXPECT_FALSE(targets({{"target_modules", "all-linear"}}, "lm_head"));
}

TEST(AdapterTargets, WhatIsExcludedOrSavedWholeGetsNoFactors) {
    const json all{{"target_modules", {"q_proj", "up_proj"}}};
    for (const json& excluded : {json{"self_attn.q_proj"}, json(R"(.*\.self_attn\..*)")}) {
        json config = all;
        config["exclude_modules"] = excluded;
        EXPECT_FALSE(targets(config, kQuery));
        EXPECT_TRUE(targets(config, kExpert));
    }
    json config = all;
    config["modules_to_save"] = {"experts.3"};
    EXPECT_FALSE(targets(config, kExpert));
    EXPECT_TRUE(read(config)->saves(kExpert));
    EXPECT_FALSE(read(config)->saves("model.layers.11.mlp.experts.33.up_proj"));
}

// Whose number is the expert's, to PEFT before 0.20.
TEST(AdapterTargets, LayersAreTheFirstOrTheLastNumberOrThatBehindThePattern) {
    json config{{"target_modules", {"q_proj", "up_proj"}}, {"layers_to_transform", {3}}};
    EXPECT_TRUE(targets(config, kExpert));
    EXPECT_FALSE(read(config)->isCertain(kExpert));  // no warning where its factors are missing
    EXPECT_FALSE(targets(config, kQuery));
    EXPECT_TRUE(read(config)->isCertain(kQuery));
    config["layers_pattern"] = "layers";
    EXPECT_FALSE(targets(config, kExpert));
    EXPECT_TRUE(read(config)->isCertain(kExpert));
    config.erase("layers_pattern");
    config["layers_to_transform"] = 11;
    EXPECT_TRUE(targets(config, kExpert));
    for (const json& pattern :
         {json("layers"), json{"h", "layers"}, json::array(), json(nullptr)}) {
        config["layers_pattern"] = pattern;
        EXPECT_TRUE(targets(config, kExpert)) << pattern;
        EXPECT_FALSE(targets(config, kQuery)) << pattern;
    }
    config["layers_pattern"] = "h";
    EXPECT_FALSE(targets(config, kExpert));
    config["layers_pattern"] = "experts";
    config["layers_to_transform"] = {3};
    EXPECT_TRUE(targets(config, kExpert));
    config["layers_to_transform"] = json::array();
    EXPECT_TRUE(targets(config, kQuery));
    config["target_modules"] = ".*";
    config["layers_to_transform"] = 1;
    EXPECT_FALSE(read(config).has_value());  // PEFT takes the two together neither
}

// "lm_head" is an end of no name.
TEST(AdapterTargets, LayersDoNotCountForAModuleNamedInFull) {
    const json config{{"target_modules", {"up_proj", "lm_head", kQuery}},
                      {"layers_to_transform", {0}}};
    EXPECT_TRUE(targets(config, "lm_head"));
    EXPECT_TRUE(targets(config, kQuery));
    EXPECT_FALSE(targets(config, kExpert));
}

bool endMatches(const std::string& pattern, const std::string& name) {
    const auto compiled = NamePattern::ofEnd(pattern);
    EXPECT_TRUE(compiled.has_value()) << (compiled ? "" : compiled.error().message);
    return compiled && compiled->matches(name).value_or(false);
}

// As Python's re.match(rf"(.*\.)?({pattern})$", name).
TEST(NamePattern, OfTheEndMeansWhatPeftMeans) {
    EXPECT_TRUE(endMatches("q_proj", kQuery));
    EXPECT_TRUE(endMatches("layers.1.self_attn.q_proj", kQuery));
    EXPECT_TRUE(endMatches("self.attn.q_proj", kQuery));  // a dot is any character
    EXPECT_FALSE(endMatches("_proj", kQuery));
    EXPECT_FALSE(endMatches("1.mlp.experts.3.up_proj", kExpert));
    EXPECT_TRUE(endMatches("^model.layers.1.self_attn.q_proj", kQuery));
    EXPECT_FALSE(endMatches("^q_proj", kQuery));
    EXPECT_TRUE(endMatches(R"(layers\.\d+\.self_attn\.[qk]_proj)", kQuery));
    EXPECT_TRUE(endMatches("k_proj|q_proj", kQuery));
    EXPECT_FALSE(endMatches(".*\\.layers", kQuery));
    EXPECT_TRUE(endMatches("(?P<word>q)_proj", kQuery));
    EXPECT_TRUE(endMatches("(?i)Q_PROJ", kQuery));
    // PCRE2 spells these otherwise.
    EXPECT_TRUE(endMatches(R"(experts\.\d{,2}\.up_proj)", kExpert));
    EXPECT_FALSE(endMatches(R"(experts\.\d{,0}\.up_proj)", kExpert));
    EXPECT_TRUE(endMatches(R"([]{,}q]_proj\Z)", kQuery));
    EXPECT_FALSE(endMatches("[{,1}]", "model.layers.0"));
}

TEST(NamePattern, RefusesWhatPythonDoesNotHave) {
    for (const char* pattern :
         {R"(\Qq_proj\E)", R"(q\K_proj)", R"(\h)", "(*ACCEPT)", "[[:alpha:]]+", R"(\z)"}) {
        const auto compiled = NamePattern::ofEnd(pattern);
        ASSERT_FALSE(compiled.has_value()) << pattern;
        EXPECT_EQ(compiled.error().code, ErrorCode::Unsupported) << compiled.error().message;
    }
    for (const char* pattern : {"(", "q_proj)", "*", "[a", "(?<=a+)b"}) {
        const auto compiled = NamePattern::ofWhole(pattern);
        ASSERT_FALSE(compiled.has_value()) << pattern;
        EXPECT_EQ(compiled.error().code, ErrorCode::Malformed) << compiled.error().message;
    }
}

}  // namespace
}  // namespace dsm
