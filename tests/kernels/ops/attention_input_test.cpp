#include "kernels/ops/attention_input.h"

#include <numbers>

#include "tests/kernels/ops/op_case.h"
#include "tests/support/golden.h"

namespace dsm::test {
namespace {

std::vector<float> inverseFrequencies(std::int64_t headSize) {
    std::vector<float> all;
    for (std::int64_t i = 0; i < headSize; i += 2) {
        const float exponent = static_cast<float>(i) / static_cast<float>(headSize);
        all.push_back(1.0F / std::pow(10000.0F, exponent));
    }
    return all;
}

struct Layer {
    Weight norm, query, key, value;
    std::int64_t headSize;
    std::vector<float> inverseFrequency;
};

// normed, q and the whole caches, of which every row outside [position, position + T) must still
// hold the canary they begin with.
Outputs attentionInput(const OpTable& ops, OpContext& context, const Layer& layer,
                       const std::vector<float>& x, std::int64_t position, std::int64_t cacheRows,
                       std::int64_t step) {
    const std::int64_t hidden = layer.query.cols;
    const std::int64_t tokens = static_cast<std::int64_t>(x.size()) / hidden;
    Guarded<float> normed(tokens, hidden);
    Guarded<float> q(tokens, layer.query.rows);
    Guarded<float> keys(cacheRows, layer.key.rows);
    Guarded<float> values(cacheRows, layer.value.rows);
    inSteps(tokens, step, [&](std::int64_t begin, std::int64_t count) {
        ops.attentionInput(context, {.x = rowsOf(x, begin, count, hidden),
                                     .norm = layer.norm,
                                     .epsilon = 1e-6F,
                                     .query = layer.query,
                                     .key = layer.key,
                                     .value = layer.value,
                                     .headSize = layer.headSize,
                                     .inverseFrequency = layer.inverseFrequency,
                                     .position = position + begin,
                                     .normed = {normed.view().row(begin), count, hidden},
                                     .q = {q.view().row(begin), count, layer.query.rows},
                                     .keyCache = keys.view(),
                                     .valueCache = values.view()});
    });
    EXPECT_TRUE(normed.intact() && q.intact() && keys.intact() && values.intact());
    return {normed.values(), q.values(), keys.values(), values.values()};
}

// The rows the call wrote, and proof that it wrote no other.
std::vector<float> writtenRows(const std::vector<float>& cache, std::int64_t first,
                               std::int64_t rows, std::int64_t cols) {
    for (std::size_t i = 0; i < cache.size(); ++i) {
        const std::int64_t row = static_cast<std::int64_t>(i) / cols;
        if (row >= first && row < first + rows) continue;
        EXPECT_EQ(cache[i], Guarded<float>::kCanary) << "row " << row;
    }
    return {cache.begin() + first * cols, cache.begin() + (first + rows) * cols};
}

TEST(AttentionInput, TurnsPairsHalfAHeadApartByTheAngleOfTheirPosition) {
    // Identity projections of a normed (1, -1, 1, 1), positions 0 and 3, frequencies pi/6 and pi/3:
    // at 3 the pair (0, 2) turns by 90 degrees and the pair (1, 3) by 180.
    const OwnedWeight ones({1, 1, 1, 1}, 1, 4, DType::F32);
    const OwnedWeight identity({1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, 4, 4, DType::F32);
    const auto pi = std::numbers::pi_v<float>;
    const Layer layer{ones.view(), identity.view(), identity.view(), identity.view(),
                      4,           {pi / 6, pi / 3}};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        for (const std::int64_t position : {0, 3}) {
            const Outputs o = attentionInput(ops, context, layer, {1, -1, 1, 1}, position, 5, 1);
            const std::vector<float> same{1, -1, 1, 1};
            const std::vector<float> turned{-1, 1, 1, -1};
            const auto& rotated = position == 0 ? same : turned;
            expectClose(
                {o[0], o[1], writtenRows(o[2], position, 1, 4), writtenRows(o[3], position, 1, 4)},
                {same, rotated, rotated, same}, 2e-6);
        }
    });
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
                norm.view(), projection.view(),     projection.view(), projection.view(),
                10,          inverseFrequencies(10)};
            const Outputs o = attentionInput(ops, context, layer, row, positions[t], 4096, 1);
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
                          inverseFrequencies(16)};
        const std::string name = "layer" + c.layer + ".";
        withEveryBackend([&](const OpTable& ops, OpContext& context) {
            expectClose(
                attentionInput(ops, context, layer, golden.floats(name + "input"), 0, 40, 40),
                {golden.floats(name + "input_norm"), golden.floats(name + "q"),
                 golden.floats(name + "k"), golden.floats(name + "v")},
                5e-6);
        });
    }
}

TEST(AttentionInput, OfTheCpuIsNearTheReferenceAndItsOwnTwin) {
    struct Shape {
        std::int64_t hidden, heads, groups, headSize, position;
    };
    for (const DType type : kWeightTypes) {
        for (const Shape s : {Shape{7, 1, 1, 2, 0},
                              {37, 6, 2, 10, 11},
                              {64, 4, 4, 16, 0},
                              {530, 2, 1, 128, 1000}}) {
            for (const std::int64_t tokens : kTokenCounts) {
                SCOPED_TRACE("D " + std::to_string(s.hidden) + ", T " + std::to_string(tokens));
                Random random;
                const std::vector<float> x = random.floats(tokens * s.hidden);
                const OwnedWeight norm(random, 1, s.hidden, type);
                const OwnedWeight query(random, s.heads * s.headSize, s.hidden, type);
                const OwnedWeight key(random, s.groups * s.headSize, s.hidden, type);
                const OwnedWeight value(random, s.groups * s.headSize, s.hidden, type);
                const Layer layer{norm.view(),  query.view(), key.view(),
                                  value.view(), s.headSize,   inverseFrequencies(s.headSize)};
                const std::int64_t width = s.groups * s.headSize;
                expectParity(tokens, 2e-5, [&](const OpTable& ops, OpContext& context, auto step) {
                    Outputs o = attentionInput(ops, context, layer, x, s.position,
                                               s.position + tokens + 2, step);
                    o[2] = writtenRows(o[2], s.position, tokens, width);
                    o[3] = writtenRows(o[3], s.position, tokens, width);
                    return o;
                });
            }
        }
    }
}

}  // namespace
}  // namespace dsm::test
