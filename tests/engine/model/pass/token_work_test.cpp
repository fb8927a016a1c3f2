#include "engine/model/pass/token_work.h"

#include <gtest/gtest.h>

#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

TEST(TokenWork, ReadsTheActiveWeightsAndOneRowOfTheEmbedding) {
    const auto model = test::loadGolden("tiny", "cpu");
    ASSERT_NE(model, nullptr);
    const ModelConfig& c = model->config();
    const TokenWork work = tokenWork(c, model->weights());
    const std::int64_t numbers = c.activeParametersPerToken() + c.hiddenSize;
    EXPECT_EQ(work.type, DType::BF16);
    EXPECT_NEAR(work.weightBytes, 2.0 * static_cast<double>(numbers), 1e-6 * work.weightBytes);
}

TEST(TokenWork, MultipliesWithEveryActiveWeightButTheNorms) {
    const auto model = test::loadGolden("tiny", "cpu");
    ASSERT_NE(model, nullptr);
    const ModelConfig& c = model->config();
    const TokenWork work = tokenWork(c, model->weights());
    const std::int64_t norms = (2 * c.layers + 1) * c.hiddenSize;
    EXPECT_EQ(work.headMultiplyAdds, static_cast<double>(c.vocabSize * c.hiddenSize));
    EXPECT_EQ(work.layerMultiplyAdds + work.headMultiplyAdds,
              static_cast<double>(c.activeParametersPerToken() - norms));
}

// Of rank 4 on the first layer's query map alone.
TEST(TokenWork, CountsTheFactorsOfAnAdapter) {
    const auto model = test::loadGolden("tiny", "cpu");
    ASSERT_NE(model, nullptr);
    const ModelConfig& c = model->config();
    const TokenWork before = tokenWork(c, model->weights());
    const Weight& query = model->weights().layers()[0].query;
    const auto inputs = static_cast<std::size_t>(query.cols);
    const auto outputs = static_cast<std::size_t>(query.rows);
    auto adapter = std::make_shared<LoraAdapter>();
    adapter->modules.push_back({.name = "model.layers.0.self_attn.q_proj",
                                .rank = 4,
                                .inputs = query.cols,
                                .outputs = query.rows,
                                .scaling = 1,
                                .a = std::vector<float>(4 * inputs),
                                .b = std::vector<float>(4 * outputs)});
    ASSERT_TRUE(model->useAdapter(adapter, 1));
    const TokenWork after = tokenWork(c, model->weights());
    const auto numbers = static_cast<double>(4 * (inputs + outputs));
    EXPECT_DOUBLE_EQ(after.weightBytes - before.weightBytes, 4 * numbers);
    EXPECT_DOUBLE_EQ(after.layerMultiplyAdds - before.layerMultiplyAdds, numbers);
    EXPECT_EQ(after.headMultiplyAdds, before.headMultiplyAdds);
}

TEST(TokenWork, CountsEveryWeightOnce) {
    const auto model = test::loadGolden("tiny", "cpu");
    ASSERT_NE(model, nullptr);
    EXPECT_EQ(everyWeight(model->weights()).size(), tensorTable(model->config()).size());
    std::uint64_t bytes = 0;
    for (const auto& [type, ofType] : bytesByType(model->weights()))
        bytes += ofType;
    EXPECT_EQ(bytes, model->weights().sizeBytes());
}

}  // namespace
}  // namespace dsm
