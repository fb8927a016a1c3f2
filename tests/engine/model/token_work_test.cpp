#include "engine/model/token_work.h"

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
    EXPECT_NEAR(work.layerMultiplyAdds + work.headMultiplyAdds,
                static_cast<double>(c.activeParametersPerToken() - norms), 0.5);
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
