#include "engine/model/checkpoint/config.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "kernels/base/kv_panels.h"
#include "kernels/base/reason.h"
#include "tests/engine/format/refusal.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

const fs::path kMalformedFolder = DSM_SOURCE_DIR "/tests/malformed/config";
const fs::path kGolden = DSM_SOURCE_DIR "/tests/golden";

// As published with deepseek-ai/deepseek-moe-16b-base.
nlohmann::json publishedConfig() {
    return nlohmann::json::parse(R"({
        "architectures": ["DeepseekForCausalLM"], "model_type": "deepseek",
        "hidden_size": 2048, "num_hidden_layers": 28,
        "num_attention_heads": 16, "num_key_value_heads": 16,
        "intermediate_size": 10944, "moe_intermediate_size": 1408,
        "n_routed_experts": 64, "n_shared_experts": 2, "num_experts_per_tok": 6,
        "first_k_dense_replace": 1, "moe_layer_freq": 1, "norm_topk_prob": false,
        "scoring_func": "softmax", "rms_norm_eps": 1e-06, "hidden_act": "silu",
        "rope_theta": 10000, "rope_scaling": null, "max_position_embeddings": 4096,
        "vocab_size": 102400, "bos_token_id": 100000, "eos_token_id": 100001,
        "tie_word_embeddings": false, "torch_dtype": "bfloat16", "attention_bias": false,
        "attention_dropout": 0.0, "auto_map": {"AutoConfig": "a.B"}, "use_cache": true})");
}

Result<ModelConfig> parse(const nlohmann::json& document) {
    return parseConfig(document.dump(), "config.json");
}

// Whatever else is missing: what is asked for later must still be known.
TEST(Config, KeepsTheReasonOfTheFirstThingThatIsWrong) {
    const auto config = parse({{"model_type", "llama"}});
    ASSERT_FALSE(config);
    const Reason reason = reasonOf(config.error());
    ASSERT_EQ(reason.parts.size(), 2U);
    EXPECT_EQ(reason.parts[0].code, ReasonCode::JobAtKey);
    EXPECT_EQ(reason.parts[1].code, ReasonCode::ModelOtherArchitecture);
}

TEST(Config, ReadsThePublishedModel) {
    const auto config = parse(publishedConfig());
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->layers, 28);
    EXPECT_EQ(*config, dsm::publishedConfig());
    EXPECT_EQ(config->hiddenSize, 2048);
    EXPECT_EQ(config->heads, 16);
    EXPECT_EQ(config->keyValueHeads, 16);
    EXPECT_EQ(config->headSize, 128);
    EXPECT_EQ(config->denseWidth, 10944);
    EXPECT_EQ(config->expertWidth, 1408);
    EXPECT_EQ(config->routedExperts, 64);
    EXPECT_EQ(config->sharedExperts, 2);
    EXPECT_EQ(config->sharedWidth(), 2816);
    EXPECT_EQ(config->expertsPerToken, 6);
    EXPECT_EQ(config->firstDenseLayers, 1);
    EXPECT_EQ(config->moeLayerFrequency, 1);
    EXPECT_EQ(config->vocabSize, 102400);
    EXPECT_EQ(config->maxPositions, 4096);
    EXPECT_EQ(config->ropeTheta, 10000.0);
    EXPECT_EQ(config->rmsEpsilon, 1e-6);
    EXPECT_FALSE(config->normalizeTopK);
    EXPECT_EQ(config->bosId, 100000);
    EXPECT_EQ(config->eosId, 100001);
    EXPECT_EQ(config->dtype, DType::BF16);
}

// What the cache and attention are made for; a larger one would be their caller's bug.
TEST(Config, RefusesAHeadLargerThanTheKernelsTake) {
    for (const std::int64_t size : {kMostHeadSize, kMostHeadSize + 2}) {
        auto document = publishedConfig();
        document["head_dim"] = size;
        const auto config = parse(document);
        EXPECT_EQ(config.has_value(), size == kMostHeadSize);
        if (!config) {
            EXPECT_EQ(config.error().code, ErrorCode::Malformed);
            EXPECT_NE(config.error().message.find("head_dim"), std::string::npos);
        }
    }
}

TEST(Config, CountsTheParametersOfThePublishedModel) {
    const auto config = parse(publishedConfig());
    ASSERT_TRUE(config);
    EXPECT_EQ(config->parameters(), 16'375'728'128);
    EXPECT_EQ(config->routedParameters(), 14'948'499'456);
    EXPECT_EQ(config->activeParametersPerToken(), 2'618'935'296);
}

TEST(Config, KnowsWhichLayersHaveExperts) {
    const auto all = parse(publishedConfig());
    ASSERT_TRUE(all);
    EXPECT_FALSE(all->isMoeLayer(0));
    EXPECT_TRUE(all->isMoeLayer(1));
    EXPECT_TRUE(all->isMoeLayer(27));
    EXPECT_EQ(all->moeLayers(), 27);

    const auto second = readConfig(kGolden / "tiny_gqa");  // moe_layer_freq 2 of 4 layers
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_FALSE(second->isMoeLayer(0));
    EXPECT_FALSE(second->isMoeLayer(1));
    EXPECT_TRUE(second->isMoeLayer(2));
    EXPECT_FALSE(second->isMoeLayer(3));
    EXPECT_TRUE(second->normalizeTopK);
    EXPECT_EQ(second->keyValueHeads, 2);
    EXPECT_EQ(second->dtype, DType::F32);
}

TEST(Config, TakesTheOnlySupportedValueOrNoneForKeysOfOtherArchitectures) {
    nlohmann::json document = publishedConfig();
    document["routed_scaling_factor"] = 1.0;
    document["n_group"] = 1;
    document["topk_method"] = "greedy";
    document["q_lora_rank"] = nullptr;
    EXPECT_TRUE(parse(document));
    for (const char* key : {"scoring_func", "hidden_act", "rope_scaling", "attention_bias",
                            "tie_word_embeddings", "torch_dtype"}) {
        document.erase(key);
    }
    EXPECT_TRUE(parse(document));
}

TEST(Config, HonoursAHeadSizeOfItsOwn) {
    nlohmann::json document = publishedConfig();
    document["head_dim"] = 96;
    const auto config = parse(document);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->headSize, 96);
    document["head_dim"] = nullptr;
    EXPECT_EQ(parse(document)->headSize, 128);
}

TEST(Config, IsWrittenAsItIsRead) {
    nlohmann::json document = publishedConfig();
    document["head_dim"] = 96;
    document["norm_topk_prob"] = true;
    document["torch_dtype"] = "float16";
    document["moe_layer_freq"] = 3;
    for (const nlohmann::json& original : {publishedConfig(), document}) {
        const auto config = parse(original);
        ASSERT_TRUE(config) << config.error().message;
        const auto again = parseConfig(writeConfig(*config), "written");
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_TRUE(*again == *config) << writeConfig(*config);
    }
}

TEST(Config, TakesWeightsThisProgramConverted) {
    nlohmann::json document = publishedConfig();
    document["quantization_config"] = {{"quant_method", "deepseekmoe"},
                                       {"version", 1},
                                       {"preset", "q4"},
                                       {"source_sha256", "ab12"}};
    const auto config = parse(document);
    ASSERT_TRUE(config) << config.error().message;
    ASSERT_TRUE(config->quantization.has_value());
    EXPECT_EQ(config->quantization->method, Quantization::Method::DeepSeekMoe);
    EXPECT_EQ(config->quantization->preset, "q4");
    EXPECT_EQ(config->quantization->sourceSha256, "ab12");
    const auto again = parseConfig(writeConfig(*config), "written");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(*again == *config);
}

TEST(Config, TakesNf4AsBitsAndBytesWritesIt) {
    nlohmann::json document = publishedConfig();
    document["quantization_config"] = nlohmann::json::parse(R"({
        "_load_in_4bit": true, "_load_in_8bit": false, "bnb_4bit_compute_dtype": "bfloat16",
        "bnb_4bit_quant_storage": "uint8", "bnb_4bit_quant_type": "nf4",
        "bnb_4bit_use_double_quant": true, "llm_int8_enable_fp32_cpu_offload": false,
        "llm_int8_has_fp16_weight": false, "llm_int8_skip_modules": null,
        "llm_int8_threshold": 6.0, "load_in_4bit": true, "load_in_8bit": false,
        "quant_method": "bitsandbytes"})");
    const auto config = parse(document);
    ASSERT_TRUE(config) << config.error().message;
    ASSERT_TRUE(config->quantization.has_value());
    EXPECT_EQ(config->quantization->method, Quantization::Method::BitsAndBytes);
    EXPECT_FALSE(parse(publishedConfig())->quantization.has_value());
}

// What transformers 5 makes of the file above.
TEST(Config, ReadsWhatTransformers5Writes) {
    nlohmann::json document = publishedConfig();
    for (const char* key : {"rope_theta", "rope_scaling", "torch_dtype"})
        document.erase(key);
    document["dtype"] = "bfloat16";
    document["transformers_version"] = "5.1.0";
    const nlohmann::json one = {{"rope_type", "default"}, {"rope_theta", 10000.0}};
    for (const nlohmann::json& parameters :
         {one, nlohmann::json{{"full_attention", one}}, nlohmann::json{{"rope_theta", 10000}},
          nlohmann::json{{"rope_theta", 10000}, {"rope_type", nullptr}, {"factor", 1.0}}}) {
        document["rope_parameters"] = parameters;
        document["layer_types"] = nlohmann::json::array({"full_attention", "full_attention"});
        const auto config = parse(document);
        ASSERT_TRUE(config) << config.error().message;
        EXPECT_EQ(*config, dsm::publishedConfig()) << parameters;
    }
}

TEST(Config, TakesTheDefaultScalingOfPositionsForNone) {
    for (const char* scaling :
         {R"({"rope_type": "default"})", R"({"type": "default"})", R"({"type": null})", "{}",
          R"({"rope_type": "default", "rope_theta": 10000,
              "original_max_position_embeddings": 4096})"}) {
        nlohmann::json document = publishedConfig();
        document["rope_scaling"] = nlohmann::json::parse(scaling);
        const auto config = parse(document);
        ASSERT_TRUE(config) << scaling << config.error().message;
        EXPECT_EQ(*config, dsm::publishedConfig()) << scaling;
    }
}

TEST(Config, RefusesScaledPositionsByName) {
    for (const char* key : {"rope_scaling", "rope_parameters"}) {
        for (const char* type : {"linear", "dynamic", "yarn", "longrope", "llama3", "su", "new"}) {
            for (const char* name : {"rope_type", "type"}) {
                nlohmann::json document = publishedConfig();
                document[key] = {{name, type}, {"factor", 4.0}, {"rope_theta", 10000}};
                expectRefused(parse(document),
                              {type,
                               ErrorCode::Unsupported,
                               {std::string("config.json: ") + key + ": ", type, "expected"}});
            }
        }
        nlohmann::json document = publishedConfig();
        document[key] = {{"rope_type", "default"}, {"factor", 4}};
        expectRefused(parse(document), {"factor", ErrorCode::Unsupported, {key, "factor 4"}});
        document[key] = {{"sliding_attention", {{"rope_type", "default"}}}};
        expectRefused(parse(document),
                      {"layers", ErrorCode::Unsupported, {key, "sliding_attention"}});
        document[key] = {{"rope_theta", 500000}};
        expectRefused(parse(document),
                      {"base", ErrorCode::Malformed, {key, "rope_theta", "contradicts"}});
        document[key] = "default";
        expectRefused(parse(document), {"text", ErrorCode::Unsupported, {key, "expected"}});
    }
}

TEST(Config, EndsRepliesAtEachIdOfAList) {
    nlohmann::json document = publishedConfig();
    document["eos_token_id"] = {100001, 13, 100001, 14};
    const auto config = parse(document);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->eosId, 100001);
    EXPECT_EQ(config->moreEosIds, (std::vector<std::int32_t>{13, 14}));
    const auto again = parseConfig(writeConfig(*config), "written");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(*again == *config);

    document["eos_token_id"] = nlohmann::json::array();
    expectRefused(parse(document), {"none", ErrorCode::Malformed, {"eos_token_id", "empty"}});
    document["eos_token_id"] = {1, 102400};
    expectRefused(parse(document),
                  {"range", ErrorCode::Malformed, {"eos_token_id[1]", "102400 is not between"}});
    document["eos_token_id"] = {1, "2"};
    expectRefused(parse(document), {"text", ErrorCode::Malformed, {"eos_token_id[1]", "expected"}});
}

TEST(Config, MayHaveNoTokenThatBeginsATextAndAnyThatPads) {
    nlohmann::json document = publishedConfig();
    document["bos_token_id"] = nullptr;
    document["pad_token_id"] = -1;
    const auto config = parse(document);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->bosId, -1);
    const auto again = parseConfig(writeConfig(*config), "written");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(*again == *config);
}

TEST(Config, RefusesAKeyThatNobodyKnowsUnlessItIsANoteOrNull) {
    nlohmann::json document = publishedConfig();
    document["_name_or_path"] = "/somewhere";
    document["unsloth_version"] = "2026.1";
    document["pretraining_tp"] = 1;
    document["ep_size"] = 1;
    document["aux_loss_alpha"] = 0.001;
    document["future_feature"] = nullptr;
    EXPECT_TRUE(parse(document));
    for (const char* key : {"future_feature", "sliding_window", "final_logit_softcapping",
                            "embedding_multiplier", "use_qk_norm", "num_experts"}) {
        nlohmann::json changed = document;
        changed[key] = 4096;
        expectRefused(
            parse(changed),
            {key, ErrorCode::Unsupported, {std::string("config.json: ") + key + ": ", "expected"}});
    }
}

TEST(Config, RefusesTheClassOfAnotherModelBesideItsOwnType) {
    nlohmann::json document = publishedConfig();
    document["architectures"] = nullptr;
    EXPECT_TRUE(parse(document));
    document["architectures"] = {"DeepseekForCausalLM"};
    EXPECT_TRUE(parse(document));
    for (const char* name : {"DeepseekV2ForCausalLM", "LlamaForCausalLM", "DeepseekModel"}) {
        document["architectures"] = {name};
        expectRefused(parse(document), {name,
                                        ErrorCode::Unsupported,
                                        {"config.json: architectures: ", name,
                                         "expected [\"DeepseekForCausalLM\"]"}});
    }
}

TEST(Config, SaysWhichFileIsMissing) {
    const TemporaryFolder folder;
    expectRefused(readConfig(folder.path()),
                  {"config.json", ErrorCode::NotFound, {(folder / "config.json").string()}});
}

// Files are named "<kind>.<key>.json", or "contradiction.<what>.<key>.json".
Refusal refusalFor(const std::string& fileName) {
    static const std::map<std::string, Refusal> kKinds{
        {"missing", {"", ErrorCode::NotFound, {"the key is missing"}}},
        {"negative", {"", ErrorCode::Malformed, {"-1", "between"}}},
        {"zero", {"", ErrorCode::Malformed, {"0", "between"}}},
        {"enormous", {"", ErrorCode::Malformed, {}}},
        {"wrong_type", {"", ErrorCode::Malformed, {"expected"}}},
        {"contradiction", {"", ErrorCode::Malformed, {}}},
        {"unsupported", {"", ErrorCode::Unsupported, {"expected"}}},
    };
    static const std::map<std::string, std::string> kWholeFiles{
        {"not_json", "not valid JSON"},
        {"empty", "not valid JSON"},
        {"not_an_object", "expected a JSON object"},
        {"key_twice", "\"hidden_size\" appears twice"},
        {"nul", "NUL"},
        {"number_too_large", "too large"},
    };
    const std::string stem = fs::path(fileName).stem().string();
    const std::string kind = stem.substr(0, stem.find('.'));
    const std::string key = stem.substr(stem.rfind('.') + 1);
    if (kind == "file") return {fileName, ErrorCode::Malformed, {kWholeFiles.at(key)}};
    Refusal refusal = kKinds.at(kind);
    refusal.file = fileName;
    refusal.says.push_back(": " + key + ": ");
    return refusal;
}

TEST(MalformedConfig, IsRefusedWithFileAndKey) {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(kMalformedFolder)) {
        Refusal refusal = refusalFor(entry.path().filename().string());
        refusal.says.push_back("the/config.json");
        expectRefused(parseConfig(contentOf(entry.path()), "the/config.json"), refusal);
        ++count;
    }
    EXPECT_EQ(count, 115);
}

}  // namespace
}  // namespace dsm
