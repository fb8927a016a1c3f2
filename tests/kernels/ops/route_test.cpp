#include "kernels/ops/route.h"

#include <algorithm>
#include <numeric>

#include "tests/kernels/ops/op_case.h"
#include "tests/support/golden.h"

namespace dsm::test {
namespace {

struct Router {
    Weight norm;
    Weight gate;
    std::int64_t active = 1;
    bool normalizeTopK = false;
    float epsilon = 1e-6F;
};

Routed route(const OpTable& ops, OpContext& context, const Matrix<const float>& x,
             const Router& router) {
    return selftest::route({.ops = ops, .context = context}, {.x = {x.data, x.data + x.size()},
                                                              .norm = router.norm,
                                                              .gate = router.gate,
                                                              .active = router.active,
                                                              .normalizeTopK = router.normalizeTopK,
                                                              .epsilon = router.epsilon});
}

// Gate weights that turn the token (1, 1), whose norm is itself, into these logits.
OwnedWeight gateOfLogits(const std::vector<float>& logits) {
    std::vector<float> values;
    for (const float logit : logits)
        values.insert(values.end(), {logit, 0.0F});
    return {values, static_cast<std::int64_t>(logits.size()), 2, DType::F32};
}

const std::vector<float> kOneToken{1, 1};

Routed routeLogits(const OpTable& ops, OpContext& context, const std::vector<float>& logits,
                   std::int64_t active, bool normalizeTopK = false) {
    const OwnedWeight norm({1, 1}, 1, 2, DType::F32);
    const OwnedWeight gate = gateOfLogits(logits);
    return route(ops, context, rowsOf(kOneToken, 0, 1, 2),
                 {norm.view(), gate.view(), active, normalizeTopK, 0});
}

TEST(Router, PicksTheLargestScoresBestFirst) {
    withEveryBackend([](const OpTable& ops, OpContext& context) {
        // softmax of (ln 1, ln 4, ln 2, ln 3) is (1, 4, 2, 3) / 10
        const Routed r =
            routeLogits(ops, context, {0, std::log(4.0F), std::log(2.0F), std::log(3.0F)}, 3);
        EXPECT_EQ(r.expert, (std::vector<std::int32_t>{1, 3, 2}));
        expectClose({r.scores, r.weight}, {{0.1F, 0.4F, 0.2F, 0.3F}, {0.4F, 0.3F, 0.2F}}, 1e-6);
    });
}

TEST(Router, DividesTheWeightsByTheirSumOnlyWhenAsked) {
    withEveryBackend([](const OpTable& ops, OpContext& context) {
        const Routed r =
            routeLogits(ops, context, {0, std::log(4.0F), std::log(2.0F), std::log(3.0F)}, 2, true);
        expectClose({r.weight}, {{4.0F / 7, 3.0F / 7}}, 1e-6);
    });
}

TEST(Router, GivesTiesToTheLowerIndex) {
    withEveryBackend([](const OpTable& ops, OpContext& context) {
        EXPECT_EQ(routeLogits(ops, context, {1, 2, 1, 2, 1, 2}, 4).expert,
                  (std::vector<std::int32_t>{1, 3, 5, 0}));
        EXPECT_EQ(routeLogits(ops, context, std::vector<float>(9, 0.5F), 5).expert,
                  (std::vector<std::int32_t>{0, 1, 2, 3, 4}));
    });
}

TEST(Router, SurvivesLogitsWhoseExponentialsWouldOverflow) {
    withEveryBackend([](const OpTable& ops, OpContext& context) {
        const Routed r = routeLogits(ops, context, {1000, -1000, 1000}, 2);
        EXPECT_EQ(r.expert, (std::vector<std::int32_t>{0, 2}));
        expectClose({r.weight}, {{0.5F, 0.5F}}, 1e-6);
    });
}

TEST(Router, TakesEveryExpertWhereAllAreActive) {
    withEveryBackend([](const OpTable& ops, OpContext& context) {
        EXPECT_EQ(routeLogits(ops, context, {1, 3, 2}, 3).expert,
                  (std::vector<std::int32_t>{1, 2, 0}));
    });
}

TEST(Router, GroupsTheSlotsByExpert) {
    Random random;
    const std::vector<float> x = random.floats(23 * 16);
    const OwnedWeight norm(random, 1, 16, DType::F32);
    const OwnedWeight gate(random, 11, 16, DType::BF16);
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        const Routed r = route(ops, context, rowsOf(x, 0, 23, 16), {norm.view(), gate.view(), 4});
        const OwnedGroups expected(r.expert, 11);
        EXPECT_EQ(r.slots, expected.slots);
        EXPECT_EQ(r.begin, expected.begin);
    });
}

// The golden's router takes rows that are already normed: a norm whose weight is each row's own
// root mean square gives them back.
TEST(Router, EqualsTheGolden) {
    const Golden golden({"ops.safetensors"});
    const std::vector<float> x = golden.floats("route.x");
    for (const bool normalize : {false, true}) {
        const auto weights =
            golden.floats(normalize ? "route.weights_normalised" : "route.weights");
        const auto experts = golden.integers("route.experts");
        const auto scores = golden.floats("route.scores");
        withEveryBackend([&](const OpTable& ops, OpContext& context) {
            for (std::size_t t = 0; t < 9; ++t) {
                double squares = 0;
                for (std::size_t d = 0; d < 37; ++d)
                    squares += std::pow(double{x[t * 37 + d]}, 2);
                const auto root = static_cast<float>(std::sqrt(squares / 37));
                const OwnedWeight norm(std::vector<float>(37, root), 1, 37, DType::F32);
                const auto row = static_cast<std::int64_t>(t);
                const Routed r = route(ops, context, rowsOf(x, row, 1, 37),
                                       {norm.view(), golden.weight("route.gate"), 4, normalize, 0});
                const auto part = [&](const auto& all, std::size_t cols) {
                    return std::vector(all.begin() + static_cast<std::ptrdiff_t>(t * cols),
                                       all.begin() + static_cast<std::ptrdiff_t>((t + 1) * cols));
                };
                EXPECT_EQ(r.expert, part(experts, 4));
                expectClose({r.scores, r.weight}, {part(scores, 13), part(weights, 4)}, 2e-6);
            }
        });
    }
}

struct GoldenLayer {
    std::string folder, layer;
    std::vector<std::string> shards;
    std::int64_t active;
    bool normalizeTopK;
};

TEST(Router, EqualsTheGoldenLayers) {
    for (const GoldenLayer& l :
         {GoldenLayer{
              "tiny",
              "1",
              {"tiny/model-00001-of-00002.safetensors", "tiny/model-00002-of-00002.safetensors"},
              3,
              false},
          GoldenLayer{"tiny_gqa", "2", {"tiny_gqa/model.safetensors"}, 4, true}}) {
        const Golden golden({l.folder + "/golden.safetensors"});
        const Golden model(l.shards);
        const std::string prefix = "model.layers." + l.layer;
        const std::vector<float> x = golden.floats("layer" + l.layer + ".after_attention");
        withEveryBackend([&](const OpTable& ops, OpContext& context) {
            const Routed r =
                route(ops, context, rowsOf(x, 0, 40, 64),
                      {model.weight(prefix + ".post_attention_layernorm.weight"),
                       model.weight(prefix + ".mlp.gate.weight"), l.active, l.normalizeTopK});
            EXPECT_EQ(r.expert, golden.integers("layer" + l.layer + ".experts"));
            expectClose({r.normed, r.scores, r.weight},
                        {golden.floats("layer" + l.layer + ".post_norm"),
                         golden.floats("layer" + l.layer + ".router_scores"),
                         golden.floats("layer" + l.layer + ".weights")},
                        2e-6);
        });
    }
}

TEST(Router, OfTheCpuIsNearTheReferenceAndItsOwnTwin) {
    expectParityOf("route");
}

}  // namespace
}  // namespace dsm::test
