// Gradients and loss curves of the golden models against PyTorch (tests/golden/golden_training.py).

#include "tests/engine/train/golden_training.h"

namespace dsm::test {
namespace {

class GoldenCurve : public testing::TestWithParam<Backend> {
  protected:
    ThreadPool pool_{2};
};

TEST_P(GoldenCurve, GradientsEqualPyTorch) {
    for (const GoldenCase& c : goldenCases()) {
        SCOPED_TRACE(keyOf(c));
        TrainableModel model = loadTrainable(goldenFolder(c.folder), c.targets);
        ASSERT_NE(model.trained, nullptr);
        setGoldenStart(c, *model.trained);
        const auto samples = goldenSamples(c.folder);
        const TokenBatch batch = batchOf(std::span(samples).first(kBatch));
        for (const bool checkpointing : {true, false}) {
            TrainingPass<float> pass(model.config, *model.trained, trainOps(GetParam()), pool_,
                                     {.checkpointing = checkpointing, .positions = 16});
            std::vector<float> gradients(static_cast<std::size_t>(model.trained->count()));
            const auto loss = pass.run(batch, scaleOf(batch.labels(), kBatch), gradients);
            ASSERT_TRUE(loss.has_value());
            const double whole = normOf(gradients);
            for (const Parameter& p : model.trained->parameters()) {
                const auto own = std::span<const float>(gradients).subspan(
                    static_cast<std::size_t>(p.offset), static_cast<std::size_t>(p.size()));
                const double expected = trainingGolden().floats(keyOf(c) + "norm." + p.name)[0];
                EXPECT_NEAR(normOf(own), expected, 1e-4 * expected + 1e-6 * whole) << p.name;
            }
        }
    }
}

void step(TrainableWeights& weights, std::span<float> gradients, std::vector<float>& first,
          std::vector<float>& second, int number, double rate, double decay,
          const TrainOps<float>& ops, OpContext& context, double norm) {
    const auto decaying = static_cast<std::size_t>(weights.decayingNumbers());
    const std::size_t count = gradients.size();
    for (const auto& [begin, end, weightDecay] :
         {std::tuple{std::size_t{0}, decaying, decay}, std::tuple{decaying, count, 0.0}}) {
        const std::size_t length = end - begin;
        ops.adamW(context, {.weight = weights.values().subspan(begin, length),
                            .gradient = gradients.subspan(begin, length),
                            .first = std::span(first).subspan(begin, length),
                            .second = std::span(second).subspan(begin, length),
                            .step = number,
                            .rate = rate,
                            .decay = weightDecay,
                            .gradientScale = norm > 1 ? 1 / (norm + 1e-6) : 1});
    }
}

TEST_P(GoldenCurve, TwentyStepsEqualPyTorch) {
    for (const GoldenCase& c : goldenCases()) {
        SCOPED_TRACE(keyOf(c));
        TrainableModel model = loadTrainable(goldenFolder(c.folder), c.targets);
        ASSERT_NE(model.trained, nullptr);
        setGoldenStart(c, *model.trained);
        const auto samples = goldenSamples(c.folder);
        const auto curve = trainingGolden().floats(keyOf(c) + "curve");
        const TrainOps<float>& ops = trainOps(GetParam());
        OpContext context{.pool = &pool_};
        TrainingPass<float> pass(model.config, *model.trained, ops, pool_, {.positions = 16});
        const auto count = static_cast<std::size_t>(model.trained->count());
        std::vector<float> gradients(count), first(count), second(count);
        for (int i = 0; i < kSteps; ++i) {
            std::fill(gradients.begin(), gradients.end(), 0.0F);
            const auto some = std::span(samples).subspan(
                static_cast<std::size_t>(i) * kBatch % samples.size(), kBatch);
            const TokenBatch whole = batchOf(some);
            double loss = 0;
            for (const std::size_t half : {std::size_t{0}, kBatch / 2}) {  // accumulation
                const TokenBatch batch = batchOf(some.subspan(half, kBatch / 2));
                loss += pass.run(batch, scaleOf(whole.labels(), kBatch), gradients)->tokens;
            }
            loss /= static_cast<double>(whole.labels());
            double squares = 0;
            ops.sumOfSquares(context, {.numbers = gradients, .sum = &squares});
            const double norm = std::sqrt(squares);
            const auto at = static_cast<std::size_t>(i) * 3;
            EXPECT_NEAR(loss, curve[at], 1e-4) << "step " << i;
            EXPECT_NEAR(norm, curve[at + 1], 1e-3 * curve[at + 1]) << "step " << i;
            step(*model.trained, gradients, first, second, i + 1, c.rate * goldenRate(i), c.decay,
                 ops, context, norm);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Backends, GoldenCurve, testing::Values(Backend::Reference, Backend::Cpu),
                         [](const auto& backend) { return std::string(name(backend.param)); });

}  // namespace
}  // namespace dsm::test
