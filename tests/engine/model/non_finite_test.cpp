#include "engine/model/non_finite.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <vector>

#include "tests/support/damaged_model.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

const std::vector<std::int32_t> kText{72, 105, 32, 116, 104, 101, 114, 101};

std::unique_ptr<Model> load(const std::filesystem::path& folder, const std::string& backend) {
    auto model = Model::load({.folder = folder, .backend = backend, .threads = 2}, {}, {});
    EXPECT_TRUE(model.has_value()) << model.error().message;
    return model ? std::move(*model) : nullptr;
}

struct Case {
    test::Damage damage;
    std::string place;
};

class EveryBackend : public testing::TestWithParam<const char*> {};

TEST_P(EveryBackend, FindsThePartAndTheWeight) {
    const TemporaryFolder folder;
    const std::string layer = "model.layers.2.";
    const std::vector<Case> cases{
        {{"model.embed_tokens.weight", 116 * 64}, "the embedding, at token 4 "},
        {{layer + "input_layernorm.weight", 5}, "the attention of layer 2, at token 1 "},
        {{layer + "self_attn.q_proj.weight", 70}, "the attention of layer 2, "},
        {{layer + "self_attn.k_proj.weight", 70, 1, true}, "the attention of layer 2, "},
        {{layer + "self_attn.v_proj.weight", 70, 1, true}, "the attention of layer 2, "},
        {{layer + "self_attn.o_proj.weight", 7}, "the attention of layer 2, "},
        {{layer + "post_attention_layernorm.weight", 3}, "the experts of layer 2, "},
        {{layer + "mlp.gate.weight", 0, 64}, "the experts of layer 2, "},
        {{layer + "mlp.shared_experts.gate_proj.weight", 9}, "the experts of layer 2, "},
        {{layer + "mlp.shared_experts.up_proj.weight", 9, 1, true}, "the experts of layer 2, "},
        {{layer + "mlp.shared_experts.down_proj.weight", 9}, "the experts of layer 2, "},
        {{"model.layers.0.mlp.gate_proj.weight", 9}, "the dense MLP of layer 0, "},
        {{"model.layers.0.mlp.down_proj.weight", 9}, "the dense MLP of layer 0, "},
        {{"model.layers.0.mlp.up_proj.weight", 9}, "the dense MLP of layer 0, "},
        {{"model.norm.weight", 1}, "the final norm and the head, "},
        {{"lm_head.weight", 64 * 65}, "the final norm and the head, at token 8 "},
    };
    for (const Case& one : cases) {
        SCOPED_TRACE(one.damage.tensor);
        const auto model = load(test::damagedModel(folder, one.damage), GetParam());
        ASSERT_NE(model, nullptr);
        const auto logits = model->read(kText, {});
        ASSERT_TRUE(logits.has_value());
        EXPECT_FALSE(areFinite(*logits));
        const Error error = explainNonFinite(*model, kText, {});
        for (const std::string& part :
             {one.place, "The weight " + one.damage.tensor + " holds", std::string("Download")})
            EXPECT_NE(error.message.find(part), std::string::npos) << error.message;
        EXPECT_EQ(model->cache().size(), 0);  // what was read must not be gone on with
    }
}

TEST_P(EveryBackend, FindsAnExpertThatSomeTokensChoose) {
    const TemporaryFolder folder;
    int found = 0;
    constexpr std::array kMatrices{".up_proj.weight", ".gate_proj.weight", ".down_proj.weight"};
    for (std::size_t expert = 0; expert < 8; ++expert) {
        const std::string name = "model.layers.3.mlp.experts." + std::to_string(expert) +
                                 kMatrices[expert % kMatrices.size()];
        const auto model = load(test::damagedModel(folder, {name, 1, 8}), GetParam());
        ASSERT_NE(model, nullptr);
        bool isFinite = true;
        model->readWithLogits(kText, [&](Matrix<const float> rows) {
            isFinite = areFinite({rows.data, static_cast<std::size_t>(rows.size())});
        });
        if (isFinite) continue;
        ++found;
        const Error error = explainNonFinite(*model, kText, {});
        EXPECT_NE(error.message.find(name), std::string::npos) << error.message;
    }
    EXPECT_GE(found, 2);
}

TEST_P(EveryBackend, SaysWhenNoWeightIsToBlame) {
    const auto model = load(test::goldenFolder("tiny"), GetParam());
    ASSERT_NE(model, nullptr);
    // Finite, and their product is beyond what float32 holds.
    auto adapter = std::make_shared<LoraAdapter>();
    adapter->modules.push_back({.name = "model.layers.1.self_attn.o_proj",
                                .rank = 1,
                                .inputs = 64,
                                .outputs = 64,
                                .scaling = 1,
                                .a = std::vector<float>(64, 1e30F),
                                .b = std::vector<float>(64, 1e30F)});
    ASSERT_TRUE(model->useAdapter(adapter, 1).has_value());
    const auto logits = model->read(kText, {});
    ASSERT_TRUE(logits.has_value());
    EXPECT_FALSE(areFinite(*logits));
    const Error error = explainNonFinite(*model, kText, {});
    for (const char* part : {"the attention of layer 1", "weights are finite", "scale"})
        EXPECT_NE(error.message.find(part), std::string::npos) << error.message;
}

INSTANTIATE_TEST_SUITE_P(Backends, EveryBackend, testing::Values("reference", "cpu"));

TEST(NonFinite, NamesNoPlaceWhenStopped) {
    const TemporaryFolder folder;
    const auto model = load(test::damagedModel(folder, {"model.norm.weight", 1}), "cpu");
    ASSERT_NE(model, nullptr);
    std::stop_source stop;
    stop.request_stop();
    const Error error = explainNonFinite(*model, kText, stop.get_token());
    EXPECT_EQ(error.message.find("begin in"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("not finite"), std::string::npos);
}

TEST(NonFinite, TellsNaNAndInfinityFromLargeNumbers) {
    std::vector<float> numbers(1000, -3.4e38F);
    EXPECT_TRUE(areFinite(numbers));
    EXPECT_TRUE(areFinite({}));
    for (const float bad :
         {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
          std::numeric_limits<float>::quiet_NaN()}) {
        numbers[517] = bad;
        EXPECT_FALSE(areFinite(numbers));
    }
}

}  // namespace
}  // namespace dsm
