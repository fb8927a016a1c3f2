#include "kernels/ops/train/linear.h"

#include "tests/kernels/ops/train/train_case.h"

namespace dsm::test {
namespace {

// y = 2x + 3 * (x * 5) * 7, by hand: h = 3 * 5 x, y = 2x + 7h = 107x.
TEST(TrainLinear, MultipliesAndAddsTheFactors) {
    const OwnedWeight w({2}, 1, 1, DType::F32);
    const std::vector<float> x{1, -2}, a{5}, b{7};
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        std::vector<float> y(2), hidden(2), dx(2), dA(1), dB(1);
        const std::vector<float> dy{1, 10};
        LinearMap<float> map{
            .weight = w.view(), .lora = {}, .y = matrixOf(y, 2, 1), .dY = {}, .dWeight = {}};
        map.lora = {.a = matrixOf(a, 1, 1),
                    .b = matrixOf(b, 1, 1),
                    .scaling = 3,
                    .dropout = {},
                    .hidden = matrixOf(hidden, 2, 1),
                    .dA = matrixOf(dA, 1, 1),
                    .dB = matrixOf(dB, 1, 1)};
        map.dY = matrixOf(dy, 2, 1);
        const LinearGroup<float> group{
            .x = matrixOf(x, 2, 1), .count = 2, .maps = {&map, 1}, .dx = matrixOf(dx, 2, 1)};
        const LinearArgs<float> args{{&group, 1}};
        ops.linearForward(context, args);
        EXPECT_EQ(y, (std::vector<float>{107, -214}));
        EXPECT_EQ(hidden, (std::vector<float>{15, -30}));
        ops.linearBackward(context, args);
        EXPECT_EQ(dx, (std::vector<float>{107, 1070}));  // 2 dy + 3 * 7 * 5 dy
        EXPECT_EQ(dB[0], 15 * 1 + -30 * 10);
        EXPECT_EQ(dA[0], 21 * 1 * 1 + 21 * 10 * -2);
    });
}

struct LinearShape {
    std::int64_t rows, inputs, outputs, rank;
    DType type = DType::F32;
    double dropout = 0;
    bool trains = false;  // the weight itself
};

// Every output of two groups, one of all rows and one of some rows in another order, with two maps
// each, added to what is there.
Outputs runGroups(const TrainOps<float>& ops, OpContext& context, const LinearShape& s) {
    Random random(3);
    const OwnedWeight w1(random, s.outputs, s.inputs, s.type);
    const OwnedWeight w2(random, s.outputs + 5, s.inputs, s.type);
    const std::vector<float> x = random.floats(s.rows * s.inputs);
    std::vector<std::int32_t> rows;
    for (std::int64_t i = 0; i < s.rows / 2 + 1; ++i)
        rows.push_back(random.below(s.rows));
    const auto some = static_cast<std::int64_t>(rows.size());
    Outputs all;
    std::vector<std::unique_ptr<Guarded<float>>> guards;
    const auto output = [&](std::int64_t r, std::int64_t c) {
        guards.push_back(std::make_unique<Guarded<float>>(r, c));
        const Matrix<float> m = guards.back()->view();
        std::fill_n(m.data, m.size(), 0.5F);
        return m;
    };
    std::vector<std::vector<float>> kept;
    kept.reserve(64);
    const auto input = [&](std::int64_t r, std::int64_t c, float scale) {
        kept.push_back(random.floats(r * c, scale));
        return Matrix<const float>{kept.back().data(), r, c};
    };
    std::vector<std::vector<LinearMap<float>>> maps(2);
    std::vector<LinearGroup<float>> groups;
    for (std::size_t g = 0; g < 2; ++g) {
        const std::int64_t count = g == 0 ? s.rows : some;
        for (const OwnedWeight* w : {&w1, &w2}) {
            const std::int64_t outputs = w->view().rows;
            LinearMap<float> map{.weight = w->view(),
                                 .lora = {},
                                 .y = output(count, outputs),
                                 .dY = {},
                                 .dWeight = {}};
            map.addToY = w == &w2;
            map.dY = input(g == 0 ? count : s.rows, outputs, 1);
            if (s.trains) map.dWeight = output(outputs, s.inputs);
            if (s.rank > 0) {
                map.lora = {.a = input(s.rank, s.inputs, 0.1F),
                            .b = input(outputs, s.rank, 0.1F),
                            .scaling = 1.5F,
                            .dropout = Dropout::ofRate(s.dropout, 77 + g),
                            .hidden = output(count, s.rank),
                            .dA = output(s.rank, s.inputs),
                            .dB = output(outputs, s.rank)};
            }
            maps[g].push_back(map);
        }
        groups.push_back({.x = {x.data(), s.rows, s.inputs},
                          .rows = g == 0 ? nullptr : rows.data(),
                          .count = count,
                          .dYRows = g == 0 ? nullptr : rows.data(),
                          .maps = maps[g],
                          .dx = output(count, s.inputs),
                          .addToDx = g == 1});
    }
    const LinearArgs<float> args{groups};
    ops.linearForward(context, args);
    ops.linearBackward(context, args);
    for (const auto& guard : guards) {
        EXPECT_TRUE(guard->intact());
        all.push_back(guard->values());
    }
    return all;
}

TEST(TrainLinear, OfTheCpuIsNearTheReference) {
    std::vector<LinearShape> shapes{{1, 1, 1, 1},
                                    {3, 37, 29, 3},
                                    {17, 64, 130, 8},
                                    {97, 300, 65, 4, DType::BF16, 0, true},
                                    {40, 270, 20, 2, DType::F32, 0.3, true},
                                    {20, 64, 33, 0, DType::F32, 0, true}};
    for (const DType type : kWeightTypes)
        shapes.push_back({19, 192, 80, 5, type, 0.1});
    shapes.push_back({7, 100, 24, 2, DType::Q8});
    shapes.push_back({7, 100, 24, 2, DType::NF4});  // blocks that straddle rows
    for (const LinearShape& s : shapes) {
        SCOPED_TRACE("M " + std::to_string(s.rows) + ", K " + std::to_string(s.inputs) + ", N " +
                     std::to_string(s.outputs) + ", " + std::string(name(s.type)));
        expectTrainParity(4e-5, [&](const TrainOps<float>& ops, OpContext& context) {
            return runGroups(ops, context, s);
        });
    }
}

TEST(TrainLinear, EqualsTheGolden) {
    const Golden golden({"train_ops.safetensors"});
    const auto g = [&](const char* name) { return golden.floats(std::string("linear.") + name); };
    const auto x = g("x"), a = g("a"), b = g("b"), dy = g("dy");
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        std::vector<float> y(7 * 29), hidden(7 * 3), dx(7 * 37), dA(3 * 37), dB(29 * 3),
            dW(29 * 37);
        LinearMap<float> map{.weight = golden.weight("linear.w"),
                             .lora = {},
                             .y = matrixOf(y, 7, 29),
                             .dY = matrixOf(dy, 7, 29),
                             .dWeight = matrixOf(dW, 29, 37)};
        map.lora = {.a = matrixOf(a, 3, 37),
                    .b = matrixOf(b, 29, 3),
                    .scaling = 1.5F,
                    .dropout = {},
                    .hidden = matrixOf(hidden, 7, 3),
                    .dA = matrixOf(dA, 3, 37),
                    .dB = matrixOf(dB, 29, 3)};
        const LinearGroup<float> group{
            .x = matrixOf(x, 7, 37), .count = 7, .maps = {&map, 1}, .dx = matrixOf(dx, 7, 37)};
        const LinearArgs<float> args{{&group, 1}};
        ops.linearForward(context, args);
        ops.linearBackward(context, args);
        expectClose({y, dx, dA, dB, dW}, {g("y"), g("dx"), g("da"), g("db"), g("dw")}, 1e-6);
    });
}

TEST(TrainLinear, GradientsAreFiniteDifferences) {
    Random random;
    const OwnedWeight w(random, 4, 6, DType::Q8);
    std::vector<double> x = wide(random.floats(5 * 6));
    const std::vector<double> dy = wide(random.floats(5 * 4));
    const std::vector<float> a = random.floats(2 * 6), b = random.floats(4 * 2);
    ThreadPool pool(1);
    OpContext context{.pool = &pool};
    std::vector<double> y(5 * 4), hidden(5 * 2), dx(5 * 6), dA(2 * 6), dB(4 * 2);
    LinearMap<double> map{.weight = w.view(),
                          .lora = {},
                          .y = matrixOf(y, 5, 4),
                          .dY = matrixOf(dy, 5, 4),
                          .dWeight = {}};
    map.lora = {.a = matrixOf(a, 2, 6),
                .b = matrixOf(b, 4, 2),
                .scaling = 2,
                .dropout = Dropout::ofRate(0.3, 5),
                .hidden = matrixOf(hidden, 5, 2),
                .dA = matrixOf(dA, 2, 6),
                .dB = matrixOf(dB, 4, 2)};
    const LinearGroup<double> group{.x = matrixOf(std::as_const(x), 5, 6),
                                    .count = 5,
                                    .maps = {&map, 1},
                                    .dx = matrixOf(dx, 5, 6)};
    const LinearArgs<double> args{{&group, 1}};
    reference::linearForward(context, args);
    reference::linearBackward(context, args);
    expectGradient(
        x, dx,
        [&] {
            reference::linearForward(context, args);
            return weightedSum(y, dy);
        },
        "x");
}

TEST(TrainLinear, DropsTheShareItIsToldTo) {
    const Dropout dropout = Dropout::ofRate(0.25, 123456789);
    int kept = 0;
    for (int i = 0; i < 100000; ++i)
        kept += dropout.keeps(i) ? 1 : 0;
    EXPECT_NEAR(kept, 75000, 500);
    EXPECT_FLOAT_EQ(dropout.scale, 4.0F / 3);
    EXPECT_FALSE(Dropout::ofRate(0, 1).isOn());
}

}  // namespace
}  // namespace dsm::test
