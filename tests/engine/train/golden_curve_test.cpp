// Gradients and loss curves of the golden models against PyTorch (tests/golden/golden_training.py).

#include <cmath>
#include <numbers>

#include "tests/engine/train/training_case.h"

namespace dsm::test {
namespace {

constexpr int kSteps = 20;
constexpr std::size_t kBatch = 4;

const Golden& golden() {
    static const Golden file({"training.safetensors"});
    return file;
}

std::vector<TrainingSample> samplesOf(const std::string& folder) {
    const auto ids = golden().integers(folder + ".ids");
    const auto lengths = golden().integers(folder + ".lengths");
    const auto starts = golden().integers(folder + ".starts");
    std::vector<TrainingSample> samples;
    auto at = ids.begin();
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        TrainingSample sample{{at, at + lengths[i]}, {at, at + lengths[i]}};
        std::fill_n(sample.labels.begin(), starts[i], kNotTrained);
        samples.push_back(std::move(sample));
        at += lengths[i];
    }
    return samples;
}

struct Case {
    const char* folder;
    const char* name;
    TrainTargets targets;
    double rate, decay;
};

std::vector<Case> cases() {
    std::vector<Case> all;
    for (const char* folder : {"tiny", "tiny_gqa"}) {
        all.push_back({folder, "attention", loraTargets(attentionTargets(), 4, 8), 5e-3, 0});
        all.push_back({folder, "all", loraTargets(allLinearTargets(), 2, 8), 5e-3, 0});
        all.push_back({folder, "full", fullTargets(), 1e-3, 0.1});
    }
    return all;
}

std::string keyOf(const Case& c) {
    return std::string(c.folder) + "." + c.name + ".";
}

// PyTorch's names of whole weights and factors are the parameters' own.
void setStart(const Case& c, TrainableWeights& weights) {
    if (weights.targets().method == TrainMethod::Full) return;
    for (const Parameter& p : weights.parameters()) {
        const std::vector<float> start = golden().floats(keyOf(c) + "start." + p.name);
        ASSERT_EQ(start.size(), static_cast<std::size_t>(p.size())) << p.name;
        std::copy(start.begin(), start.end(), weights.values().begin() + p.offset);
    }
}

double normOf(std::span<const float> values) {
    double sum = 0;
    for (const float v : values)
        sum += static_cast<double>(v) * static_cast<double>(v);
    return std::sqrt(sum);
}

// alpha of the golden model's balance loss, and its samples' share.
PassScale scaleOf(const TokenBatch& batch, std::int64_t labels, std::size_t samples) {
    static_cast<void>(batch);
    return {.tokens = 1.0 / static_cast<double>(labels),
            .balance = 0.001 / static_cast<double>(samples)};
}

class GoldenCurve : public testing::TestWithParam<Backend> {
  protected:
    ThreadPool pool_{2};
};

TEST_P(GoldenCurve, GradientsEqualPyTorch) {
    for (const Case& c : cases()) {
        SCOPED_TRACE(keyOf(c));
        TrainableModel model = loadTrainable(goldenFolder(c.folder), c.targets);
        ASSERT_NE(model.trained, nullptr);
        setStart(c, *model.trained);
        const auto samples = samplesOf(c.folder);
        const TokenBatch batch = batchOf(std::span(samples).first(kBatch));
        for (const bool checkpointing : {true, false}) {
            TrainingPass<float> pass(model.config, *model.trained, trainOps(GetParam()), pool_,
                                     {.checkpointing = checkpointing, .positions = 16});
            std::vector<float> gradients(static_cast<std::size_t>(model.trained->count()));
            const auto loss = pass.run(batch, scaleOf(batch, batch.labels(), kBatch), gradients);
            ASSERT_TRUE(loss.has_value());
            const double whole = normOf(gradients);
            for (const Parameter& p : model.trained->parameters()) {
                const auto own = std::span<const float>(gradients).subspan(
                    static_cast<std::size_t>(p.offset), static_cast<std::size_t>(p.size()));
                const double expected = golden().floats(keyOf(c) + "norm." + p.name)[0];
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
    for (const Case& c : cases()) {
        SCOPED_TRACE(keyOf(c));
        TrainableModel model = loadTrainable(goldenFolder(c.folder), c.targets);
        ASSERT_NE(model.trained, nullptr);
        setStart(c, *model.trained);
        const auto samples = samplesOf(c.folder);
        const auto curve = golden().floats(keyOf(c) + "curve");
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
                loss += pass.run(batch, scaleOf(batch, whole.labels(), kBatch), gradients)->tokens;
            }
            loss /= static_cast<double>(whole.labels());
            double squares = 0;
            ops.sumOfSquares(context, {.numbers = gradients, .sum = &squares});
            const double norm = std::sqrt(squares);
            const auto at = static_cast<std::size_t>(i) * 3;
            EXPECT_NEAR(loss, curve[at], 1e-4) << "step " << i;
            EXPECT_NEAR(norm, curve[at + 1], 1e-3 * curve[at + 1]) << "step " << i;
            const double share =
                i < 2 ? i / 2.0 : 0.5 * (1 + std::cos(std::numbers::pi * (i - 2) / (kSteps - 2)));
            step(*model.trained, gradients, first, second, i + 1, c.rate * share, c.decay, ops,
                 context, norm);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Backends, GoldenCurve, testing::Values(Backend::Reference, Backend::Cpu),
                         [](const auto& backend) { return std::string(name(backend.param)); });

}  // namespace
}  // namespace dsm::test
