#include "kernels/ops/attention_input.h"

#include <utility>

#include "kernels/ops/rope.h"
#include "tests/kernels/ops/op_case.h"
#include "tests/support/golden.h"

namespace dsm::test {
namespace {

using Layer = AttentionInputInputs;

// normed, q, keys, values, and the cache's keys and values of the positions written.
Outputs attentionInput(const OpTable& ops, OpContext& context, Layer layer,
                       const std::vector<float>& x, std::int64_t position, std::int64_t step) {
    layer.x = x;
    layer.position = position;
    return selftest::attentionInput({.ops = ops, .context = context}, layer, step);
}

TEST(AttentionInput, TurnsPairsHalfAHeadApartByTheAngleOfTheirPosition) {
    // Identity projections of a normed (1, -1, 1, 1) at position 0, where nothing turns, and at 3,
    // where this table turns the pair (0, 2) by 90 degrees and the pair (1, 3) by 180.
    const OwnedWeight ones({1, 1, 1, 1}, 1, 4, DType::F32);
    const OwnedWeight identity({1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, 4, 4, DType::F32);
    const Layer layer{
        ones.view(), identity.view(), identity.view(), identity.view(), 4, {1, 1, 0, 0, 1, 1, 0,
                                                                            0, 1, 1, 0, 0, 0, -1,
                                                                            1, 0, 1, 1, 0, 0}};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        for (const std::int64_t position : {0, 3}) {
            const Outputs o = attentionInput(ops, context, layer, {1, -1, 1, 1}, position, 1);
            const std::vector<float> same{1, -1, 1, 1};
            const std::vector<float> turned{-1, 1, 1, -1};
            const auto& rotated = position == 0 ? same : turned;
            expectClose(o, {same, rotated, rotated, same, rotated, same}, 2e-6);
        }
    });
}

TEST(AttentionInput, FillsTheTableWithTheAnglesOfItsDefinition) {
    // Head size 4, theta 10000: frequencies 1 and 1/100.
    const std::vector<float> table = rotaryTable(4, 101);
    const auto line = [&](std::size_t s) {
        return std::vector<float>(table.begin() + static_cast<std::ptrdiff_t>(4 * s),
                                  table.begin() + static_cast<std::ptrdiff_t>(4 * s + 4));
    };
    EXPECT_EQ(line(0), (std::vector<float>{1, 1, 0, 0}));
    expectClose({line(100)}, {{std::cos(100.0F), std::cos(1.0F), std::sin(100.0F), std::sin(1.0F)}},
                1e-6);
}

TEST(AttentionInput, RotatesAsTheGoldenAtPositionsUpTo4095) {
    const Golden golden({"ops.safetensors"});
    const auto x = golden.floats("rope.x");  // [7, 3, 10]
    const auto positions = golden.integers("rope.positions");
    const auto expected = golden.floats("rope.y");
    std::vector<float> identity(900);
    for (std::size_t i = 0; i < 30; ++i)
        identity[i * 31] = 1;
    const OwnedWeight projection(identity, 30, 30, DType::F32);
    const std::vector<float> table = rotaryTable(10, 4096);
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        for (std::size_t t = 0; t < 7; ++t) {
            const std::vector<float> row(x.begin() + static_cast<std::ptrdiff_t>(30 * t),
                                         x.begin() + static_cast<std::ptrdiff_t>(30 * t + 30));
            const std::vector<float> wanted(
                expected.begin() + static_cast<std::ptrdiff_t>(30 * t),
                expected.begin() + static_cast<std::ptrdiff_t>(30 * t + 30));
            // A norm that gives the row back.
            double squares = 0;
            for (const float v : row)
                squares += double{v} * double{v};
            const auto root = static_cast<float>(std::sqrt(squares / 30 + 1e-6));
            const OwnedWeight norm(std::vector<float>(30, root), 1, 30, DType::F32);
            const Layer layer{
                norm.view(), projection.view(), projection.view(), projection.view(), 10, table};
            const Outputs o = attentionInput(ops, context, layer, row, positions[t], 1);
            // A rounding of the frequency moves position 4095 by up to 5e-4.
            expectClose({o[1]}, {wanted}, 5e-4);
        }
    });
}

TEST(AttentionInput, EqualsTheGoldenLayers) {
    struct Case {
        std::string folder, layer;
        std::vector<std::string> shards;
    };
    for (const Case& c : {Case{"tiny", "0", {"tiny/model-00001-of-00002.safetensors"}},
                          Case{"tiny", "1", {"tiny/model-00001-of-00002.safetensors"}},
                          Case{"tiny_gqa", "2", {"tiny_gqa/model.safetensors"}}}) {
        const Golden golden({c.folder + "/golden.safetensors"});
        const Golden model(c.shards);
        const std::string prefix = "model.layers." + c.layer + ".";
        const Layer layer{model.weight(prefix + "input_layernorm.weight"),
                          model.weight(prefix + "self_attn.q_proj.weight"),
                          model.weight(prefix + "self_attn.k_proj.weight"),
                          model.weight(prefix + "self_attn.v_proj.weight"),
                          16,
                          rotaryTable(16, 40)};
        const std::string name = "layer" + c.layer + ".";
        withEveryBackend([&](const OpTable& ops, OpContext& context) {
            expectClose(attentionInput(ops, context, layer, golden.floats(name + "input"), 0, 40),
                        {golden.floats(name + "input_norm"), golden.floats(name + "q"),
                         golden.floats(name + "k"), golden.floats(name + "v"),
                         golden.floats(name + "k"), golden.floats(name + "v")},
                        5e-6);
        });
    }
}

TEST(AttentionInput, OfTheCpuIsNearTheReferenceAndItsOwnTwin) {
    expectParityOf("attentionInput");
}

// Rounding to the cache's type hides small differences and turns a few into a whole step.
TEST(AttentionInput, RoundsWhatItCachesToTheCachesType) {
    Random random;
    const std::vector<float> x = random.floats(5 * 64);
    const OwnedWeight norm(random, 1, 64, DType::BF16);
    const OwnedWeight square(random, 64, 64, DType::BF16);
    for (const auto& [type, step] : {std::pair{KvType::BF16, 1.0 / 256}, {KvType::Q8, 1.0 / 254}}) {
        const Layer layer{norm.view(), square.view(),       square.view(), square.view(),
                          16,          rotaryTable(16, 20), type};
        withEveryBackend([&, most = step * 1.001](const OpTable& ops, OpContext& context) {
            const Outputs o = attentionInput(ops, context, layer, x, 7, 5);
            expectClose({o[4], o[5]}, {o[2], o[3]}, most);
        });
    }
}

}  // namespace
}  // namespace dsm::test
