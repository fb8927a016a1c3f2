// Adapters: folders of the PEFT library read and written, and what a model computes with them.

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/format/safetensors_writer.h"
#include "engine/model/adapter_folder.h"
#include "tests/engine/format/refusal.h"
#include "tests/support/golden.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

using nlohmann::json;
using test::goldenFolder;

ModelConfig tinyConfig() {
    return *readConfig(goldenFolder("tiny"));
}

LoraAdapter golden(const std::string& name) {
    auto adapter = readAdapter(goldenFolder("adapter") / name, tinyConfig());
    EXPECT_TRUE(adapter.has_value()) << (adapter ? "" : adapter.error().message);
    return adapter ? *adapter : LoraAdapter();
}

const LoraModule& module(const LoraAdapter& adapter, const std::string& name) {
    for (const LoraModule& one : adapter.modules) {
        if (one.name == name) return one;
    }
    ADD_FAILURE() << "no module " << name;
    return adapter.modules.front();
}

TEST(AdapterFolder, ReadsRanksAndAlphasOfEachModule) {
    const LoraAdapter adapter = golden("patterns");
    EXPECT_EQ(adapter.settings.rank, 3);
    EXPECT_EQ(adapter.settings.alpha, 6);
    EXPECT_EQ(adapter.modules.size(), 4U * 4 + 3 + 3 * (8 + 1) * 3);
    EXPECT_FLOAT_EQ(module(adapter, "model.layers.0.self_attn.q_proj").scaling, 2);
    const LoraModule& query = module(adapter, "model.layers.1.self_attn.q_proj");
    EXPECT_EQ(query.rank, 5);
    EXPECT_FLOAT_EQ(query.scaling, 6.0F / 5);
    EXPECT_EQ(module(adapter, "model.layers.3.mlp.shared_experts.up_proj").rank, 2);
    EXPECT_FLOAT_EQ(module(adapter, "model.layers.2.self_attn.v_proj").scaling, 0.5F);
}

TEST(AdapterFolder, ReadsRankStabilisedScalingAndModulesSavedWhole) {
    const LoraAdapter adapter = golden("saved");
    EXPECT_TRUE(adapter.settings.rankStabilised);
    for (const LoraModule& one : adapter.modules)
        EXPECT_FLOAT_EQ(one.scaling, 4);  // 8 / sqrt(4)
    ASSERT_EQ(adapter.savedModules.size(), 2U);
    EXPECT_EQ(adapter.savedModules[0].name, "model.embed_tokens");
    EXPECT_EQ(adapter.savedModules[1].name, "lm_head");
}

TEST(AdapterFolder, ReadsBackWhatItWrites) {
    const TemporaryFolder folder;
    for (const char* name : {"patterns", "saved"}) {
        const LoraAdapter adapter = golden(name);
        const auto written = writeAdapter(folder / name, adapter, tinyConfig());
        ASSERT_TRUE(written.has_value()) << written.error().message;
        const auto again = readAdapter(folder / name, tinyConfig());
        ASSERT_TRUE(again.has_value()) << again.error().message;
        EXPECT_EQ(fingerprintOf(*again), fingerprintOf(adapter));
        EXPECT_EQ(again->settings, adapter.settings);
    }
}

TEST(AdapterFolder, WritesTheConfigAsPythonDoes) {
    const TemporaryFolder folder;
    LoraAdapter adapter = golden("patterns");
    adapter.baseModel = "models/tïny";
    ASSERT_TRUE(writeAdapter(folder.path(), adapter, tinyConfig()).has_value());
    const std::string text = contentOf(folder / "adapter_config.json");
    EXPECT_TRUE(text.starts_with("{\n  \"alpha_pattern\": {\n"));
    EXPECT_NE(text.find("\"models/t\\u00efny\""), std::string::npos);
    EXPECT_NE(text.find("\"lora_alpha\": 6,"), std::string::npos);
    EXPECT_NE(text.find("\"inference_mode\": true"), std::string::npos);
    EXPECT_EQ(json::parse(text).dump(2, ' ', true), text);  // sorted keys, indent 2
}

TEST(AdapterFolder, NamesTargetsThatMeanItsModulesAlone) {
    const ModelConfig config = tinyConfig();
    EXPECT_EQ(targetModules(golden("patterns"), config),
              (std::vector<std::string>{"down_proj", "gate_proj", "k_proj", "o_proj", "q_proj",
                                        "up_proj", "v_proj"}));
    EXPECT_EQ(targetModules(golden("saved"), config),
              (std::vector<std::string>{"q_proj", "shared_experts.down_proj"}));
    LoraAdapter one;
    one.modules.resize(1);
    one.modules[0].name = "model.layers.2.mlp.experts.7.up_proj";
    EXPECT_EQ(targetModules(one, config), std::vector<std::string>{"2.mlp.experts.7.up_proj"});
    one.modules[0].name = "model.layers.0.mlp.up_proj";  // the dense layer's
    EXPECT_EQ(targetModules(one, config), std::vector<std::string>{"mlp.up_proj"});
}

class BrokenAdapter : public testing::Test {
  protected:
    void SetUp() override {
        config_ = json::parse(contentOf(goldenFolder("adapter") / "saved/adapter_config.json"));
    }

    // An adapter with these tensors of zeros.
    Result<LoraAdapter> read(const std::vector<TensorDeclaration>& tensors) {
        folder_.write("adapter_config.json", config_.dump());
        auto writer = SafetensorsWriter::create(folder_ / "adapter_model.safetensors", tensors);
        const std::vector<std::byte> zeros(writer->remainingBytes());
        EXPECT_TRUE(writer->append(zeros).has_value() && writer->finish().has_value());
        return readAdapter(folder_.path(), tinyConfig());
    }

    static TensorDeclaration query(const char* factor, std::vector<std::int64_t> shape) {
        return {
            "base_model.model.model.layers.1.self_attn.q_proj." + std::string(factor) + ".weight",
            "F32", std::move(shape)};
    }
    const TensorDeclaration a_ = query("lora_A", {4, 64});
    const TensorDeclaration b_ = query("lora_B", {64, 4});

    TemporaryFolder folder_;
    json config_;
};

TEST_F(BrokenAdapter, IsReadWithUnknownTensorsIgnored) {
    EXPECT_TRUE(read({a_, b_}).has_value());
    EXPECT_TRUE(read({a_, b_, {"optimizer.step", "I64", {1}}}).has_value());
    const auto old =
        read({query("lora_A.default", {4, 64}),
              query("lora_B.default", {64, 4}),
              {"base_model.model.lm_head.modules_to_save.default.weight", "BF16", {352, 64}}});
    ASSERT_TRUE(old.has_value()) << old.error().message;
    EXPECT_EQ(old->savedModules.size(), 1U);
}

TEST_F(BrokenAdapter, NamesTheTensorThatDoesNotFit) {
    using std::vector;
    const std::string q = "layers.1.self_attn.q_proj.lora_";
    expectRefused(read({a_}), {"", ErrorCode::NotFound, {q + "A", "other factor"}});
    expectRefused(read({query("lora_A", {4, 63}), b_}),
                  {"", ErrorCode::Malformed, {q + "A", "[4, 63]", "[4, 64]"}});
    expectRefused(read({a_, query("lora_B", {64, 5})}),
                  {"", ErrorCode::Malformed, {q + "B", "[64, 5]", "[64, 4]"}});
    expectRefused(read({query("lora_A", {0, 64}), query("lora_B", {64, 0})}),
                  {"", ErrorCode::Malformed, {q + "A", "no rows"}});
    expectRefused(read({{"base_model.model.lm_head.weight", "F32", {351, 64}}}),
                  {"", ErrorCode::Malformed, {"lm_head.weight", "[351, 64]", "[352, 64]"}});
    expectRefused(
        read({{"base_model.model.model.layers.9.self_attn.q_proj.lora_A.weight", "F32", {4, 64}}}),
        {"", ErrorCode::Malformed, {"layers.9", "another model"}});
    expectRefused(read({{"base_model.model.model.embed_tokens.lora_embedding_A", "F32", {4, 352}}}),
                  {"", ErrorCode::Unsupported, {"lora_embedding_A"}});
    expectRefused(read({{a_.name, "I32", {4, 64}}, b_}), {"", ErrorCode::Unsupported, {"I32"}});
    expectRefused(read({{"other", "F32", {1}}}), {"", ErrorCode::Malformed, {"nothing that fits"}});
}

TEST_F(BrokenAdapter, NamesTheKeyThatIsNotSupported) {
    const auto with = [&](const char* key, const json& value) {
        const json before = config_;
        config_[key] = value;
        auto result = read({a_, b_});
        config_ = before;
        return result;
    };
    expectRefused(with("use_dora", true), {"", ErrorCode::Unsupported, {"use_dora"}});
    expectRefused(with("peft_type", "IA3"), {"", ErrorCode::Unsupported, {"peft_type", "IA3"}});
    expectRefused(with("r", 0), {"", ErrorCode::Malformed, {"r: expected a rank"}});
    expectRefused(with("r", "8"), {"", ErrorCode::Malformed, {"r: "}});
    expectRefused(with("lora_alpha", -1), {"", ErrorCode::Malformed, {"lora_alpha", "above 0"}});
    expectRefused(with("alpha_pattern", json{{"q_proj", 0}}),
                  {"", ErrorCode::Malformed, {"alpha_pattern.q_proj"}});
    expectRefused(with("alpha_pattern", json{{".*q_proj", 1}}),
                  {"", ErrorCode::Unsupported, {"alpha_pattern", "regular expressions"}});
    const auto exact =
        with("alpha_pattern", json{{"^model.layers.1.self_attn.q_proj", 20}, {"^q_proj", 3}});
    ASSERT_TRUE(exact.has_value());
    EXPECT_FLOAT_EQ(exact->modules.at(0).scaling, 10);
    EXPECT_TRUE(with("a_key_of_next_year", 1).has_value());
    config_.erase("r");
    expectRefused(read({a_, b_}), {"", ErrorCode::Malformed, {"r: the key is missing"}});
}

std::shared_ptr<const LoraAdapter> shared(const std::string& name) {
    return std::make_shared<const LoraAdapter>(golden(name));
}

std::vector<float> logitsWith(Model& model, std::shared_ptr<const LoraAdapter> adapter,
                              float scale = 1) {
    const test::Golden tiny({"tiny/golden.safetensors"});
    EXPECT_TRUE(model.useAdapter(std::move(adapter), scale).has_value());
    return test::allLogits(model, tiny.integers("input_ids"));
}

TEST(AdapterOnModel, ComputesWhatPeftComputes) {
    const test::Golden expected({"adapter/golden.safetensors"});
    for (const char* backend : {"reference", "cpu"}) {
        const auto model = test::loadGolden("tiny", backend);
        ASSERT_NE(model, nullptr);
        for (const char* name : {"patterns", "saved"}) {
            SCOPED_TRACE(std::string(backend) + " " + name);
            const auto logits = logitsWith(*model, shared(name));
            const auto wanted = expected.floats(std::string(name) + ".logits");
            ASSERT_EQ(logits.size(), wanted.size());
            float largest = 0;
            for (const float value : wanted)
                largest = std::max(largest, std::abs(value));
            for (std::size_t i = 0; i < wanted.size(); ++i)
                ASSERT_NEAR(logits[i], wanted[i], 2e-5F * largest) << i;
        }
    }
}

TEST(AdapterOnModel, IsTakenOffWithoutATrace) {
    const auto model = test::loadGolden("tiny", "cpu");
    const auto base = logitsWith(*model, nullptr);
    const std::string fingerprint = model->fingerprint();
    const auto tuned = logitsWith(*model, shared("saved"));
    EXPECT_NE(tuned, base);
    EXPECT_NE(model->fingerprint(), fingerprint);
    EXPECT_EQ(logitsWith(*model, nullptr), base);
    EXPECT_EQ(model->fingerprint(), fingerprint);
}

TEST(AdapterOnModel, IsTheBaseAtScaleZeroAndAnotherModelAtEachScale) {
    const auto model = test::loadGolden("tiny", "cpu");
    const auto base = logitsWith(*model, nullptr);
    const auto adapter = shared("patterns");
    EXPECT_EQ(logitsWith(*model, adapter, 0), base);
    const auto full = logitsWith(*model, adapter, 1);
    const std::string fingerprint = model->fingerprint();
    EXPECT_NE(logitsWith(*model, adapter, 0.5F), full);
    EXPECT_NE(model->fingerprint(), fingerprint);
}

TEST(AdapterOnModel, ForgetsTheContextOfAnotherModel) {
    const TemporaryFolder folder;
    const auto model = test::loadGolden("tiny", "cpu");
    const std::vector<std::int32_t> ids{316, 40, 41, 42};
    ASSERT_TRUE(model->useAdapter(shared("patterns"), 1).has_value());
    model->read(ids, {});
    ASSERT_TRUE(model->saveContext(folder / "context", {}).has_value());
    ASSERT_TRUE(model->useAdapter(nullptr, 1).has_value());
    EXPECT_EQ(model->cache().size(), 0);
    EXPECT_FALSE(model->restoreContext(folder / "context", ids).has_value());
    ASSERT_TRUE(model->useAdapter(shared("patterns"), 1).has_value());
    EXPECT_EQ(model->restoreContext(folder / "context", ids), 4);
}

}  // namespace
}  // namespace dsm
