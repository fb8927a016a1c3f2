// The gradient of the whole model against finite differences in double.

#include "engine/train/training_pass.h"

#include <cmath>

#include "tests/engine/train/training_case.h"

namespace dsm::test {
namespace {

TokenBatch smallBatch() {
    std::vector<TrainingSample> samples{{{5, 17, 3, 250, 9}, {5, kNotTrained, 3, 250, 9}},
                                        {{80, 17, 2}, {80, 17, 2}}};
    return batchOf(samples);
}

// Moves the numbers of one parameter along its own gradient, so that one difference speaks for all
// of them.
void expectSlopes(const std::string& folder, const TrainTargets& targets, double dropout) {
    TrainableModel model = loadTrainable(goldenFolder(folder), targets);
    ASSERT_NE(model.trained, nullptr);
    std::uint32_t state = 1;
    for (const Parameter& p : model.trained->parameters()) {
        if (!p.name.ends_with("lora_B")) continue;  // zeros would hide A
        for (std::int64_t i = 0; i < p.size(); ++i) {
            state = state * 1664525U + 1013904223U;
            model.trained->values()[static_cast<std::size_t>(p.offset + i)] =
                0.05F * (static_cast<float>(state >> 8) * 0x1p-23F - 1);
        }
    }
    ThreadPool pool(1);
    TrainingPass<double> pass(model.config, *model.trained, referenceTrainOps<double>(), pool,
                              {.positions = 8, .dropout = dropout});
    const TokenBatch batch = smallBatch();
    const PassScale scale{.tokens = 0.25, .balance = 0.3, .dropoutSeed = 4};
    std::vector<double> gradient(static_cast<std::size_t>(model.trained->count()));
    ASSERT_TRUE(pass.run(batch, scale, gradient).has_value());
    std::vector<double> ignored(gradient.size());
    const auto lossNow = [&] {
        const auto loss = pass.run(batch, scale, ignored);  // with dropout, as above
        return 0.25 * loss->tokens + loss->balance;
    };
    int checked = 0;
    const auto& parameters = model.trained->parameters();
    const std::size_t every = std::max<std::size_t>(1, parameters.size() / 12);
    for (std::size_t i = 0; i < parameters.size(); i += every) {
        const Parameter& p = parameters[i];
        const auto own = std::span(gradient).subspan(static_cast<std::size_t>(p.offset),
                                                     static_cast<std::size_t>(p.size()));
        const auto values = model.trained->values().subspan(static_cast<std::size_t>(p.offset),
                                                            static_cast<std::size_t>(p.size()));
        double norm = 0;
        for (const double g : own)
            norm += g * g;
        if (norm == 0) continue;
        const std::vector<float> before(values.begin(), values.end());
        constexpr double kMove = 1e-4;  // along the gradient, and what of it float32 weights take
        double expected = 0;
        double losses[2];
        for (const int side : {0, 1}) {
            for (std::size_t j = 0; j < own.size(); ++j) {
                const double move = (side == 0 ? kMove : -kMove) * own[j] / std::sqrt(norm);
                values[j] = static_cast<float>(static_cast<double>(before[j]) + move);
                const double moved =
                    static_cast<double>(values[j]) - static_cast<double>(before[j]);
                expected += (side == 0 ? moved : -moved) * own[j];
            }
            losses[side] = lossNow();
        }
        std::copy(before.begin(), before.end(), values.begin());
        EXPECT_NEAR((losses[0] - losses[1]) / expected, 1, 2e-4) << p.name;
        ++checked;
    }
    EXPECT_GE(checked, 4);
}

TEST(WholeModel, GradientIsTheSlopeOfTheLossUnderLora) {
    expectSlopes("tiny_gqa", loraTargets(allLinearTargets(), 2, 4), 0);
    expectSlopes("tiny", loraTargets(attentionAndSharedTargets(), 2, 4), 0.2);
}

// None of them the first of its layer.
TEST(WholeModel, GradientIsTheSlopeOfTheLossWhenSomeExpertsLearn) {
    TrainTargets targets = loraTargets(
        {"experts.3.gate_proj", "experts.5.down_proj", "2.mlp.experts.6.up_proj"}, 2, 4);
    expectSlopes("tiny", targets, 0);
    targets.savedModules = {"experts.4.down_proj", "mlp.gate", "post_attention_layernorm"};
    expectSlopes("tiny", targets, 0);
}

TEST(WholeModel, GradientIsTheSlopeOfTheLossWhenAllLearns) {
    expectSlopes("tiny_gqa", fullTargets(), 0);
}

TEST(WholeModel, AnAdapterBeginsAsNothing) {
    const TokenBatch batch = smallBatch();
    ThreadPool pool(2);
    std::vector<double> losses;
    for (const auto& targets :
         {loraTargets({"o_proj"}, 1, 1), loraTargets(allLinearTargets(), 8, 32)}) {
        TrainableModel model = loadTrainable(goldenFolder("tiny"), targets);
        TrainingPass<float> pass(model.config, *model.trained, trainOps(Backend::Cpu), pool,
                                 {.positions = 8});
        losses.push_back(pass.run(batch, {}, {})->tokens);
    }
    EXPECT_EQ(losses[0], losses[1]);
}

TEST(WholeModel, CheckpointedActivationsGiveTheSameBits) {
    const TokenBatch batch = smallBatch();
    ThreadPool pool(2);
    TrainableModel model =
        loadTrainable(goldenFolder("tiny"), loraTargets(allLinearTargets(), 4, 8));
    std::vector<std::vector<float>> gradients;
    for (const bool checkpointing : {true, false}) {
        TrainingPass<float> pass(model.config, *model.trained, trainOps(Backend::Cpu), pool,
                                 {.checkpointing = checkpointing, .positions = 8, .dropout = 0.1});
        gradients.emplace_back(static_cast<std::size_t>(model.trained->count()));
        ASSERT_TRUE(pass.run(batch, {.balance = 0.1}, gradients.back()).has_value());
    }
    EXPECT_EQ(gradients[0], gradients[1]);
}

}  // namespace
}  // namespace dsm::test
