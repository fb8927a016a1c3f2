// What learns, whatever targets and modules to save name: it trains, and the adapter that is
// written from it computes what training computed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/model/adapter/adapter_targets.h"
#include "engine/train/model_writer.h"
#include "tests/engine/train/training_case.h"
#include "tests/support/temporary_folder.h"

namespace dsm::test {
namespace {

struct Choice {
    std::vector<std::string> targets, saved;
};

void PrintTo(const Choice& choice, std::ostream* out) {
    for (const auto* list : {&choice.targets, &choice.saved}) {
        for (const std::string& name : *list)
            *out << name << " ";
        *out << "| ";
    }
}

const std::vector<Choice> kChoices{
    {{"experts.3.gate_proj"}, {}},
    {{"experts.7.down_proj"}, {}},
    {{"2.mlp.experts.5.up_proj"}, {}},
    {{"experts.1.gate_proj", "experts.2.up_proj", "3.mlp.experts.0.down_proj"}, {}},
    {{"shared_experts.down_proj"}, {}},
    {{"model.layers.1.self_attn.q_proj", "model.layers.3.self_attn.o_proj"}, {}},
    {{"layers.0.mlp.up_proj", "lm_head"}, {}},
    {{"q_proj"}, {"norm", "gate"}},
    {{}, {"input_layernorm", "model.layers.2.post_attention_layernorm"}},
    {{}, {"model.layers.1.mlp.gate"}},
    {{"q_proj", "q_proj"}, {"embed_tokens", "lm_head", "norm"}},
    {{"gate_proj"}, {"experts.2.gate_proj", "1.mlp.experts.6.down_proj", "shared_experts.up_proj"}},
    {{"v_proj"}, {"q_proj", "layers.0.mlp.down_proj"}},
};

class TrainedAdapter : public testing::TestWithParam<Choice> {
  protected:
    void SetUp() override {
        TrainTargets targets = loraTargets(GetParam().targets, 3, 6);
        targets.savedModules = GetParam().saved;
        model_ = loadTrainable(goldenFolder("tiny"), targets);
        ASSERT_NE(model_.trained, nullptr);
        // As if something had been learnt; factors B begin as zero.
        std::uint32_t state = 1;
        for (const Parameter& p : model_.trained->parameters()) {
            const float most = p.name.find(".lora_") == std::string::npos ? 0.05F : 0.3F;
            for (std::int64_t i = p.offset; i < p.offset + p.size(); ++i) {
                state = state * 1664525U + 1013904223U;
                model_.trained->values()[static_cast<std::size_t>(i)] +=
                    most * (static_cast<float>(state >> 8) * 0x1p-23F - 1);
            }
        }
    }
    std::vector<std::int32_t> ids() const {
        return Golden({"tiny/golden.safetensors"}).integers("input_ids");
    }
    TrainingSample sample() const {
        const auto all = ids();
        return {all, all};
    }

    TrainableModel model_;
    TemporaryFolder folder_;
};

TEST_P(TrainedAdapter, TrainsOnEveryBackend) {
    std::vector<TrainingSample> samples{sample(), sample()};
    const TokenBatch batch = batchOf(samples);
    ThreadPool pool(2);
    std::vector<std::vector<float>> gradients;
    for (const auto& [backend, checkpointing] : std::vector<std::pair<Backend, bool>>{
             {Backend::Reference, true}, {Backend::Cpu, true}, {Backend::Cpu, false}}) {
        TrainingPass<float> pass(model_.config, *model_.trained, trainOps(backend), pool,
                                 {.checkpointing = checkpointing, .positions = 64});
        gradients.emplace_back(static_cast<std::size_t>(model_.trained->count()));
        ASSERT_TRUE(pass.run(batch, {.tokens = 1e-2}, gradients.back()).has_value());
    }
    EXPECT_EQ(gradients[1], gradients[2]);
    float largest = 0;
    for (const float value : gradients[0])
        largest = std::max(largest, std::abs(value));
    EXPECT_GT(largest, 0);
    for (std::size_t i = 0; i < gradients[0].size(); ++i)
        ASSERT_NEAR(gradients[1][i], gradients[0][i], 1e-4F * largest) << i;
}

// The loss of the model with the adapter that was read back: of each token given those before it.
double lossOf(Model& model, const std::vector<std::int32_t>& ids) {
    const std::vector<float> logits = allLogits(model, ids);
    const auto vocab = static_cast<std::size_t>(model.config().vocabSize);
    double loss = 0;
    for (std::size_t t = 0; t + 1 < ids.size(); ++t) {
        const auto row = std::span(logits).subspan(t * vocab, vocab);
        const double largest = *std::max_element(row.begin(), row.end());
        double sum = 0;
        for (const float value : row)
            sum += std::exp(value - largest);
        loss += largest + std::log(sum) - row[static_cast<std::size_t>(ids[t + 1])];
    }
    return loss;
}

TEST_P(TrainedAdapter, ComputesWhatWasTrained) {
    ThreadPool pool(2);
    TrainingPass<float> pass(model_.config, *model_.trained, trainOps(Backend::Cpu), pool,
                             {.positions = 64});
    std::vector<TrainingSample> samples{sample()};
    const double trained = pass.run(batchOf(samples), {}, {})->tokens;
    ASSERT_TRUE(
        writeTrainedAdapter(folder_.path(), "base", model_.config, *model_.trained).has_value());
    auto adapter = readAdapter(folder_.path(), model_.config);
    ASSERT_TRUE(adapter.has_value()) << adapter.error().message;
    const auto model = loadGolden("tiny", "cpu");
    const double base = lossOf(*model, ids());
    ASSERT_TRUE(
        model->useAdapter(std::make_shared<const LoraAdapter>(std::move(*adapter)), 1).has_value());
    EXPECT_NEAR(lossOf(*model, ids()), trained, 2e-5 * trained);
    EXPECT_GT(std::abs(base - trained), 1e-4 * trained);  // five times what may differ above
}

std::set<std::string> namesOf(const auto& list) {
    std::set<std::string> names;
    for (const auto& one : list)
        names.insert(one.name);
    return names;
}

// PEFT wraps every module whose name ends with an entry of modules_to_save, and gives factors to
// what target_modules names.
TEST_P(TrainedAdapter, IsWrittenSoThatPeftFindsItsModulesAndNoOther) {
    const LoraAdapter adapter = model_.trained->adapterShape();
    ASSERT_TRUE(
        writeTrainedAdapter(folder_.path(), "base", model_.config, *model_.trained).has_value());
    const auto config = nlohmann::json::parse(contentOf(folder_ / "adapter_config.json"));
    std::vector<std::string> saved;
    if (!config["modules_to_save"].is_null()) saved = config["modules_to_save"];
    EXPECT_EQ(std::set<std::string>(saved.begin(), saved.end()).size(), saved.size());
    const auto targets = AdapterTargets::read(JsonField(config, "adapter_config.json"));
    ASSERT_TRUE(targets.has_value()) << targets.error().message;
    std::set<std::string> wrapped, targeted;
    for (const TensorSpec& spec : tensorTable(model_.config)) {
        const std::string module = spec.module();
        if (std::any_of(saved.begin(), saved.end(),
                        [&](const std::string& end) { return module.ends_with(end); }))
            wrapped.insert(module);
        if (!spec.isNorm() && targets->targets(module).value()) targeted.insert(module);
    }
    EXPECT_EQ(wrapped, namesOf(adapter.savedModules));
    EXPECT_EQ(targeted, namesOf(adapter.modules));
}

INSTANTIATE_TEST_SUITE_P(Choices, TrainedAdapter, testing::ValuesIn(kChoices));

}  // namespace
}  // namespace dsm::test
