#include "kernels/ops/train/router.h"

#include "tests/kernels/ops/train/train_case.h"

namespace dsm::test {
namespace {

template <class T>
struct Routed {
    std::int64_t tokens, experts, active;
    std::vector<T> scores, weight, dWeight, dLogits;
    std::vector<std::int32_t> expert, slots, begin, place;
    std::vector<std::int32_t> segments;
    bool normalise;
    double balance = 0;

    Routed(const std::vector<float>& logits, std::int64_t t, std::int64_t a, bool normalised)
        : tokens(t),
          experts(static_cast<std::int64_t>(logits.size()) / t),
          active(a),
          scores(logits.begin(), logits.end()),
          weight(static_cast<std::size_t>(t * a)),
          dWeight(weight.size()),
          dLogits(logits.size()),
          expert(weight.size()),
          slots(weight.size()),
          begin(static_cast<std::size_t>(experts) + 1),
          place(weight.size()),
          segments{0, static_cast<std::int32_t>(t)},
          normalise(normalised) {}

    void forward() {
        routerForward<T>({.scores = {scores.data(), tokens, experts},
                          .normalizeTopK = normalise,
                          .expert = {expert.data(), tokens, active},
                          .weight = {weight.data(), tokens, active},
                          .groups = {slots, begin},
                          .place = place});
    }
    RouterBackwardArgs<T> args() {
        return {.scores = {scores.data(), tokens, experts},
                .expert = {expert.data(), tokens, active},
                .weight = {weight.data(), tokens, active},
                .dWeight = {dWeight.data(), tokens, active},
                .normalizeTopK = normalise,
                .segments = segments,
                .balance = balance,
                .dLogits = {dLogits.data(), tokens, experts}};
    }
};

TEST(TrainRouter, GroupsSlotsByExpert) {
    // Two tokens, three experts, two each: token 0 takes 2 then 0, token 1 takes 0 then 1.
    Routed<float> r({1, 0, 2, 3, 2, 1}, 2, 2, false);
    r.forward();
    EXPECT_EQ(r.expert, (std::vector<std::int32_t>{2, 0, 0, 1}));
    EXPECT_EQ(r.begin, (std::vector<std::int32_t>{0, 2, 3, 4}));
    EXPECT_EQ(r.slots, (std::vector<std::int32_t>{1, 2, 3, 0}));
    EXPECT_EQ(r.place, (std::vector<std::int32_t>{3, 0, 1, 2}));
}

TEST(TrainRouter, BalancedExpertsLoseTheLeast) {
    // Each of two experts serves one token with equal scores: f = 1 and P = 1/2 each.
    Routed<double> even({0, 0, 0, 0}, 2, 1, false);
    even.forward();
    even.expert = {0, 1};
    even.balance = 1;
    EXPECT_NEAR(balanceLoss(even.args()), 1.0, 1e-12);
    // All tokens to one expert of nearly all the score: f = 2, P near 1.
    Routed<double> skewed({20, 0, 20, 0}, 2, 1, false);
    skewed.forward();
    skewed.balance = 1;
    EXPECT_NEAR(balanceLoss(skewed.args()), 2.0, 1e-6);
}

TEST(TrainRouter, EqualsTheGolden) {
    const Golden golden({"train_ops.safetensors"});
    for (const bool normalise : {false, true}) {
        const std::string name = normalise ? "router_normalised." : "router.";
        Routed<float> r(golden.floats(name + "logits"), 9, 4, normalise);
        r.segments = golden.integers(name + "segments");
        r.forward();
        const auto y = golden.floats(name + "y"), dy = golden.floats(name + "dy");
        expectClose({r.weight}, {{y.begin(), y.end() - 1}}, 2e-6);
        r.dWeight.assign(dy.begin(), dy.end() - 1);
        r.balance = 1;
        EXPECT_NEAR(balanceLoss(r.args()), y.back(), 2e-6 * y.back());
        r.balance = dy.back();
        routerBackward(r.args());
        expectClose({r.dLogits}, {golden.floats(name + "dlogits")}, 5e-6);
    }
}

TEST(TrainRouter, GradientsAreFiniteDifferences) {
    for (const bool normalise : {false, true}) {
        Random random(9);
        const std::vector<float> logits = random.floats(6 * 5);
        Routed<double> r(logits, 6, 2, normalise);
        r.segments = {0, 2, 6};
        r.balance = 0.7;
        r.dWeight = wide(random.floats(12));
        r.forward();
        routerBackward(r.args());
        const std::vector<double> gradient = r.dLogits;
        std::vector<double> x = wide(logits);
        expectGradient(
            x, gradient,
            [&] {
                r.scores = x;
                r.forward();
                return weightedSum(r.weight, r.dWeight) + balanceLoss(r.args());
            },
            "logits");
    }
}

}  // namespace
}  // namespace dsm::test
