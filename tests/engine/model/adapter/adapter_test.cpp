// Adapters: folders of the PEFT library read and written, and what a model computes with them.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/format/safetensors.h"
#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
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

TEST(AdapterFolder, ReadsRegularExpressionsAndAnyModuleSavedWhole) {
    const LoraAdapter adapter = golden("whole");
    const auto has = [&](const std::string& name) {
        return std::ranges::any_of(adapter.modules,
                                   [&](const LoraModule& one) { return one.name == name; });
    };
    EXPECT_FALSE(has("model.layers.0.self_attn.q_proj"));  // excluded
    EXPECT_FLOAT_EQ(module(adapter, "model.layers.1.self_attn.q_proj").scaling, 5.0F / 2);
    const LoraModule& fifth = module(adapter, "model.layers.3.mlp.experts.5.down_proj");
    EXPECT_EQ(fifth.rank, 3);
    EXPECT_FLOAT_EQ(fifth.scaling, 3.0F / 3);
    EXPECT_FLOAT_EQ(module(adapter, "model.layers.3.mlp.experts.3.down_proj").scaling, 3.0F / 2);
    EXPECT_EQ(adapter.savedModules.size(), 9U + 3 + 3);  // norms, routers, maps
}

TEST(AdapterFolder, ReadsBackWhatItWrites) {
    const TemporaryFolder folder;
    for (const char* name : {"patterns", "saved", "whole"}) {
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

// PEFT takes each module whose name ends with an entry of modules_to_save, "norm" for
// "input_layernorm" too, and reads a norm as a vector.
TEST(AdapterFolder, WritesModulesSavedWholeAsPeftFindsThem) {
    const TemporaryFolder folder;
    LoraAdapter adapter;
    for (const TensorSpec& spec : tensorTable(tinyConfig())) {
        for (const char* name : {"model.norm", "model.layers.1.mlp.gate", "model.layers.2.mlp.gate",
                                 "model.layers.3.mlp.gate", "model.layers.1.self_attn.q_proj"}) {
            if (spec.name != std::string(name) + ".weight") continue;
            adapter.savedModules.push_back(
                {name, spec.rows, spec.cols,
                 std::vector<float>(static_cast<std::size_t>(spec.rows * spec.cols), 0.5F)});
        }
    }
    ASSERT_EQ(adapter.savedModules.size(), 5U);
    ASSERT_TRUE(writeAdapter(folder.path(), adapter, tinyConfig()).has_value());
    const json config = json::parse(contentOf(folder / "adapter_config.json"));
    EXPECT_EQ(config["modules_to_save"], (json{"1.self_attn.q_proj", "gate", "model.norm"}));
    EXPECT_EQ(config["target_modules"], "dummy-target-modules");
    const auto file = SafetensorsFile::open(folder / "adapter_model.safetensors");
    ASSERT_TRUE(file.has_value());
    EXPECT_EQ(file->find("base_model.model.model.norm.weight")->shape,
              std::vector<std::int64_t>{64});
    const auto again = readAdapter(folder.path(), tinyConfig());
    ASSERT_TRUE(again.has_value()) << again.error().message;
    EXPECT_EQ(fingerprintOf(*again), fingerprintOf(adapter));
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
        for (const char* name : {"patterns", "saved", "whole"}) {
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
    for (const char* name : {"saved", "whole"}) {
        const auto tuned = logitsWith(*model, shared(name));
        EXPECT_NE(tuned, base);
        EXPECT_NE(model->fingerprint(), fingerprint);
        EXPECT_EQ(logitsWith(*model, nullptr), base);
        EXPECT_EQ(model->fingerprint(), fingerprint);
    }
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
