// Norm, gated units, cross entropy, embedding, combine, rotation and the optimizer.

#include <cmath>
#include <limits>

#include "kernels/ops/rope.h"
#include "tests/kernels/ops/train/train_case.h"

namespace dsm::test {
namespace {

const Golden& golden() {
    static const Golden file({"train_ops.safetensors"});
    return file;
}

struct NormRun {
    std::vector<float> out, scale, dx, dWeight;
};

NormRun runNorm(const TrainOps<float>& ops, OpContext& context, const std::vector<float>& x,
                const std::vector<float>& dy, std::int64_t rows, const Weight& weight) {
    const std::int64_t cols = weight.cols;
    Guarded<float> out(rows, cols), scale(1, rows), dx(rows, cols), dWeight(1, cols);
    std::fill_n(dx.view().data, rows * cols, 0.25F);
    std::fill_n(dWeight.view().data, cols, 0.5F);
    ops.normForward(context, {.x = {x.data(), rows, cols},
                              .weight = weight,
                              .epsilon = 1e-6F,
                              .out = out.view(),
                              .scale = {scale.view().data, static_cast<std::size_t>(rows)}});
    const std::vector<float> scales = scale.values();
    ops.normBackward(context, {.dOut = {dy.data(), rows, cols},
                               .x = {x.data(), rows, cols},
                               .weight = weight,
                               .scale = scales,
                               .dx = dx.view(),
                               .dWeight = dWeight.view()});
    EXPECT_TRUE(out.intact() && scale.intact() && dx.intact() && dWeight.intact());
    return {out.values(), scales, dx.values(), dWeight.values()};
}

TEST(TrainNorm, EqualsTheGolden) {
    const auto g = [](const char* name) { return golden().floats(std::string("norm.") + name); };
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        NormRun r = runNorm(ops, context, g("x"), g("dy"), 5, golden().weight("norm.w"));
        for (float& v : r.dx)
            v -= 0.25F;
        for (float& v : r.dWeight)
            v -= 0.5F;
        expectClose({r.out, r.dx, r.dWeight}, {g("y"), g("dx"), g("dw")}, 2e-6);
    });
}

TEST(TrainNorm, OfTheCpuIsNearTheReference) {
    for (const DType type : kPlainTypes) {
        for (const auto& [rows, cols] : {std::pair{1, 1}, {3, 37}, {19, 64}, {40, 300}}) {
            Random random;
            const std::vector<float> x = random.floats(rows * cols),
                                     dy = random.floats(rows * cols);
            const OwnedWeight weight(random, 1, cols, type);
            expectTrainParity(2e-5, [&, r = rows](const TrainOps<float>& ops, OpContext& context) {
                const NormRun n = runNorm(ops, context, x, dy, r, weight.view());
                return Outputs{n.out, n.scale, n.dx, n.dWeight};
            });
        }
    }
}

TEST(TrainNorm, GradientsAreFiniteDifferences) {
    Random random;
    const OwnedWeight weight(random, 1, 5, DType::F32);
    std::vector<double> x = wide(random.floats(10)), y(10), scale(2), dx(10);
    const std::vector<double> dy = wide(random.floats(10));
    ThreadPool pool(1);
    OpContext context{.pool = &pool};
    const auto forward = [&] {
        reference::normForward<double>(context, {.x = matrixOf(std::as_const(x), 2, 5),
                                                 .weight = weight.view(),
                                                 .epsilon = 1e-3F,
                                                 .out = matrixOf(y, 2, 5),
                                                 .scale = scale});
        return weightedSum(y, dy);
    };
    forward();
    reference::normBackward<double>(context, {.dOut = matrixOf(dy, 2, 5),
                                              .x = matrixOf(std::as_const(x), 2, 5),
                                              .weight = weight.view(),
                                              .scale = scale,
                                              .dx = matrixOf(dx, 2, 5),
                                              .dWeight = {}});
    expectGradient(x, dx, forward, "x");
}

Outputs runGated(const TrainOps<float>& ops, OpContext& context, const std::vector<float>& gate,
                 const std::vector<float>& up, const std::vector<float>& factor,
                 const std::vector<float>& dy, std::int64_t rows) {
    const std::int64_t cols = static_cast<std::int64_t>(gate.size()) / rows;
    Guarded<float> out(rows, cols), dGate(rows, cols), dUp(rows, cols), dFactor(1, rows);
    const auto view = [&](const std::vector<float>& v) {
        return Matrix<const float>{v.data(), rows, cols};
    };
    ops.gatedForward(context, {view(gate), view(up), factor, out.view()});
    const std::size_t factors = factor.empty() ? 0 : static_cast<std::size_t>(rows);
    ops.gatedBackward(context, {view(dy),
                                view(gate),
                                view(up),
                                factor,
                                dGate.view(),
                                dUp.view(),
                                {dFactor.view().data, factors}});
    EXPECT_TRUE(out.intact() && dGate.intact() && dUp.intact() && dFactor.intact());
    if (factor.empty()) return {out.values(), dGate.values(), dUp.values()};
    return {out.values(), dGate.values(), dUp.values(), dFactor.values()};
}

TEST(TrainGated, EqualsTheGolden) {
    const auto g = [](const char* name) { return golden().floats(std::string("gated.") + name); };
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        expectClose(runGated(ops, context, g("g"), g("u"), g("w"), g("dy"), 4),
                    {g("y"), g("dg"), g("du"), g("dw")}, 2e-6);
    });
}

TEST(TrainGated, OfTheCpuIsNearTheReference) {
    for (const auto& [rows, cols] : {std::pair{1, 1}, {5, 33}, {30, 96}}) {
        for (const bool weighted : {false, true}) {
            Random random;
            const auto gate = random.floats(rows * cols, 3), up = random.floats(rows * cols),
                       dy = random.floats(rows * cols);
            const auto factor = weighted ? random.floats(rows) : std::vector<float>{};
            expectTrainParity(2e-5, [&, r = rows](const TrainOps<float>& ops, OpContext& context) {
                return runGated(ops, context, gate, up, factor, dy, r);
            });
        }
    }
}

TEST(TrainCrossEntropy, EqualsTheGolden) {
    const auto x = golden().floats("cross_entropy.x");
    const auto labels = golden().integers("cross_entropy.labels");
    const auto y = golden().floats("cross_entropy.y");
    auto expected = golden().floats("cross_entropy.dx");
    const auto dy = golden().floats("cross_entropy.dy");
    for (std::size_t i = 0; i < expected.size(); ++i)
        expected[i] *= 0.5F / dy[i / 37];
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        Guarded<float> logits(4, 37);
        std::copy(x.begin(), x.end(), logits.view().data);
        std::vector<double> loss(4);
        ops.crossEntropy(context,
                         {.logits = logits.view(), .labels = labels, .scale = 0.5, .loss = loss});
        EXPECT_TRUE(logits.intact());
        for (std::size_t i = 0; i < 4; ++i)
            EXPECT_NEAR(loss[i], y[i], 1e-5 * (1 + y[i]));
        expectClose({logits.values()}, {expected}, 2e-5);
    });
}

TEST(TrainCrossEntropy, OfTheCpuIsNearTheReference) {
    for (const std::int64_t vocabulary : {1, 7, 352, 5000}) {
        Random random;
        const auto x = random.floats(3 * vocabulary, 4);
        expectTrainParity(2e-5, [&](const TrainOps<float>& ops, OpContext& context) {
            std::vector<float> logits = x;
            std::vector<double> loss(3);
            const std::vector<std::int32_t> labels(3, static_cast<std::int32_t>(vocabulary / 2));
            ops.crossEntropy(
                context,
                {.logits = matrixOf(logits, 3, vocabulary), .labels = labels, .loss = loss});
            return Outputs{logits, {loss.begin(), loss.end()}};
        });
    }
}

TEST(TrainEmbedding, AddsTheGradientsOfEqualTokens) {
    const OwnedWeight table({1, 2, 3, 4, 5, 6}, 3, 2, DType::F32);
    const std::vector<std::int32_t> ids{2, 0, 2};
    const std::vector<float> dx{1, 10, 2, 20, 4, 40};
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        Guarded<float> x(3, 2), dTable(3, 2);
        std::fill_n(dTable.view().data, 6, 0.0F);
        ops.embeddingForward(context, {.ids = ids, .table = table.view(), .x = x.view()});
        ops.embeddingBackward(context,
                              {.ids = ids, .dx = matrixOf(dx, 3, 2), .dTable = dTable.view()});
        EXPECT_EQ(x.values(), (std::vector<float>{5, 6, 1, 2, 5, 6}));
        EXPECT_EQ(dTable.values(), (std::vector<float>{2, 20, 0, 0, 5, 50}));
        EXPECT_TRUE(x.intact() && dTable.intact());
    });
}

TEST(TrainCombine, AddsTheSlotsOfEachToken) {
    const std::vector<float> rows{1, 2, 3, 4};
    const std::vector<std::int32_t> place{3, 0, 1, 2};
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        Guarded<float> out(2, 1);
        std::fill_n(out.view().data, 2, 100.0F);
        ops.combine(context,
                    {.rows = matrixOf(rows, 4, 1), .place = place, .active = 2, .out = out.view()});
        EXPECT_EQ(out.values(), (std::vector<float>{105, 105}));
        EXPECT_TRUE(out.intact());
    });
}

TEST(TrainRotation, TurnsBackToWhatWasThere) {
    Random random;
    const auto x = random.floats(5 * 12);
    std::vector<float> table(20 * 6);
    fillRotary(matrixOf(table, 20, 6), 10000);
    const std::vector<std::int32_t> positions{0, 1, 2, 0, 19};
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        Guarded<float> rows(5, 12);
        std::copy(x.begin(), x.end(), rows.view().data);
        RotateArgs<float> args{.rows = rows.view(),
                               .positions = positions,
                               .rotary = matrixOf(std::as_const(table), 20, 6)};
        ops.rotate(context, args);
        std::vector<float> expected = x;
        for (std::size_t t = 0; t < 5; ++t)
            rotateHeads(expected.data() + t * 12, 12, table.data() + positions[t] * 6, 6);
        expectClose({rows.values()}, {expected}, 1e-6);
        args.inverse = true;
        ops.rotate(context, args);
        expectClose({rows.values()}, {x}, 1e-6);
        EXPECT_TRUE(rows.intact());
    });
}

TEST(AdamW, EqualsPyTorch) {
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        std::vector<float> weight = golden().floats("adamw.start"), first(37), second(37);
        for (int step = 1; step <= 3; ++step) {
            const auto gradient = golden().floats("adamw.gradient" + std::to_string(step - 1));
            ops.adamW(context, {.weight = weight,
                                .gradient = gradient,
                                .first = first,
                                .second = second,
                                .step = step,
                                .rate = 0.01,
                                .decay = 0.1});
        }
        expectClose({weight}, {golden().floats("adamw.end")}, 1e-6);
    });
}

// What bitsandbytes does, written again in NumPy (tests/golden/golden_adamw8.py).
TEST(AdamW8, EqualsTheDefinitionOfBlocks) {
    const Golden adamw8({"adamw8.safetensors"});
    const auto levels = adamw8.floats("signed_map");
    const auto others = adamw8.floats("unsigned_map");
    for (std::size_t i = 0; i < levels.size(); ++i) {
        ASSERT_NEAR(kSignedMap[i], levels[i], 1e-7F * std::abs(levels[i])) << i;
        ASSERT_NEAR(kUnsignedMap[i], others[i], 1e-7F * std::abs(others[i])) << i;
    }
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        std::vector<float> weight = adamw8.floats("start"), firstScale(3), secondScale(3);
        std::vector<std::uint8_t> first(weight.size()), second(weight.size());
        for (int step = 1; step <= 4; ++step) {
            const auto gradient = adamw8.floats("gradient" + std::to_string(step - 1));
            ops.adamW8(context, {.weight = weight,
                                 .gradient = gradient,
                                 .first = first,
                                 .second = second,
                                 .firstScale = firstScale,
                                 .secondScale = secondScale,
                                 .step = step,
                                 .rate = 0.01,
                                 .decay = 0.1});
        }
        expectClose({weight}, {adamw8.floats("end")}, 1e-6);
        EXPECT_EQ(first, adamw8.bytes("first"));
        EXPECT_EQ(second, adamw8.bytes("second"));
        expectClose({firstScale, secondScale},
                    {adamw8.floats("first_scale"), adamw8.floats("second_scale")}, 1e-6);
    });
}

// Near what moments in float32 give, over a run of steps.
TEST(AdamW8, StaysNearMomentsInFloat32) {
    Random random;
    const std::vector<float> start = random.floats(1000);
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        std::vector<float> weight = start, exact = start, m(1000), v(1000);
        std::vector<float> firstScale(4), secondScale(4);
        std::vector<std::uint8_t> first(1000), second(1000);
        Random gradients(7);
        for (int step = 1; step <= 20; ++step) {
            const std::vector<float> gradient = gradients.floats(1000, 1e-3F);
            ops.adamW8(context, {.weight = weight,
                                 .gradient = gradient,
                                 .first = first,
                                 .second = second,
                                 .firstScale = firstScale,
                                 .secondScale = secondScale,
                                 .step = step,
                                 .rate = 1e-3});
            ops.adamW(context, {.weight = exact,
                                .gradient = gradient,
                                .first = m,
                                .second = v,
                                .step = step,
                                .rate = 1e-3});
        }
        double squares = 0;
        double moved = 0;
        for (std::size_t i = 0; i < weight.size(); ++i) {
            squares += std::pow(double{weight[i]} - double{exact[i]}, 2);
            moved += std::pow(double{exact[i]} - double{start[i]}, 2);
        }
        EXPECT_LT(std::sqrt(squares / moved), 0.1);
        EXPECT_GT(squares, 0);
    });
}

TEST(AdamW8, OfTheCpuHasTheBitsOfTheReferenceWhateverTheThreads) {
    Random random;
    const auto gradient = random.floats(70001), start = random.floats(70001);
    expectTrainParity(0, [&](const TrainOps<float>& ops, OpContext& context) {
        std::vector<float> weight = start, firstScale(274), secondScale(274);
        std::vector<std::uint8_t> first(start.size()), second(start.size());
        for (const std::int64_t step : {1, 2, 3}) {
            ops.adamW8(context, {.weight = weight,
                                 .gradient = gradient,
                                 .first = first,
                                 .second = second,
                                 .firstScale = firstScale,
                                 .secondScale = secondScale,
                                 .step = step,
                                 .rate = 0.1,
                                 .decay = 0.01});
        }
        return Outputs{weight, firstScale, secondScale,
                       std::vector<float>(first.begin(), first.end()),
                       std::vector<float>(second.begin(), second.end())};
    });
}

TEST(AdamW, LeavesAloneWhatHasNoGradient) {
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        std::vector<float> weight{1, -2}, first(2), second(2);
        const std::vector<float> gradient{0, 4};
        ops.adamW(context, {.weight = weight,
                            .gradient = gradient,
                            .first = first,
                            .second = second,
                            .step = 1,
                            .rate = 0.5,
                            .gradientScale = 0.5});
        EXPECT_EQ(weight[0], 1);
        EXPECT_NEAR(weight[1], -2.5, 1e-6);  // the first step is the rate, whatever the gradient
    });
}

TEST(AdamW, ClipsByTheSizeOfTheGradientAndLeavesOutAStepBehindOneThatIsNotFinite) {
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        const auto stepped = [&](double gradientScale, const GradientClip& clip) {
            std::vector<float> weight{1}, first(1), second(1);
            const std::vector<float> gradient{4};
            ops.adamW(context, {.weight = weight,
                                .gradient = gradient,
                                .first = first,
                                .second = second,
                                .step = 1,
                                .rate = 0.5,
                                .gradientScale = gradientScale,
                                .clip = clip});
            return std::vector<float>{weight[0], first[0], second[0]};
        };
        constexpr double kInfinity = std::numeric_limits<double>::infinity();
        const double sums[] = {16, 1e9};
        EXPECT_EQ(stepped(1, {.squares = sums, .own = 0, .limit = 2}), stepped(2 / (4 + 1e-6), {}));
        EXPECT_EQ(stepped(1, {.squares = sums, .own = 0, .limit = 5}), stepped(1, {}));
        EXPECT_EQ(stepped(1, {.squares = sums, .own = 1, .limit = 0}), stepped(1, {}));
        for (const double bad : {kInfinity, std::nan("")}) {
            const double broken[] = {16, bad};
            EXPECT_EQ(stepped(1, {.squares = broken, .own = 0, .limit = 2}),
                      (std::vector<float>{1, 0, 0}));
        }
    });
}

TEST(AdamW, OfTheCpuDoesNotDependOnThreads) {
    Random random;
    const auto gradient = random.floats(100003), start = random.floats(100003);
    expectTrainParity(1e-5, [&](const TrainOps<float>& ops, OpContext& context) {
        std::vector<float> weight = start, first(start.size()), second(start.size());
        ops.adamW(context, {.weight = weight,
                            .gradient = gradient,
                            .first = first,
                            .second = second,
                            .step = 1,
                            .rate = 0.1,
                            .decay = 0.01});
        double squares = 0;
        ops.sumOfSquares(context, {.numbers = gradient, .sum = &squares});
        return Outputs{weight, first, second, {static_cast<float>(squares)}};
    });
}

}  // namespace
}  // namespace dsm::test
