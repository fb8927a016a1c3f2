#include "kernels/ops/train/router.h"

#include "tests/kernels/ops/train/train_case.h"

namespace dsm::test {
namespace {

template <class T>
struct Routed {
    std::int64_t tokens, experts, active;
    std::vector<T> scores, weight, factor, dWeight, dFactor, dLogits;
    std::vector<std::int32_t> expert, slots, begin, place, tokenOf;
    std::vector<std::int32_t> segments;
    bool normalise;
    double balance = 0;
    OpContext context;

    Routed(const std::vector<float>& logits, std::int64_t t, std::int64_t a, bool normalised)
        : tokens(t),
          experts(static_cast<std::int64_t>(logits.size()) / t),
          active(a),
          scores(logits.begin(), logits.end()),
          weight(static_cast<std::size_t>(t * a)),
          factor(weight.size()),
          dWeight(weight.size()),
          dFactor(weight.size()),
          dLogits(logits.size()),
          expert(weight.size()),
          slots(weight.size()),
          begin(static_cast<std::size_t>(experts) + 1),
          place(weight.size()),
          tokenOf(weight.size()),
          segments{0, static_cast<std::int32_t>(t)},
          normalise(normalised) {}

    void forward() {
        reference::routerForward<T>(context, {.scores = {scores.data(), tokens, experts},
                                              .normalizeTopK = normalise,
                                              .expert = {expert.data(), tokens, active},
                                              .weight = {weight.data(), tokens, active},
                                              .groups = {slots, begin},
                                              .place = place,
                                              .tokenOf = tokenOf,
                                              .factor = factor});
    }
    double balanceLoss() {
        double loss = 0;
        reference::balanceLoss<T>(context, {.scores = {scores.data(), tokens, experts},
                                            .expert = {expert.data(), tokens, active},
                                            .segments = segments,
                                            .balance = balance,
                                            .loss = &loss});
        return loss;
    }
    void backward() { reference::routerBackward(context, args()); }
    RouterBackwardArgs<T> args() {
        for (std::size_t slot = 0; slot < place.size(); ++slot)
            dFactor[static_cast<std::size_t>(place[slot])] = dWeight[slot];
        return {.scores = {scores.data(), tokens, experts},
                .expert = {expert.data(), tokens, active},
                .weight = {weight.data(), tokens, active},
                .place = place,
                .dFactor = dFactor,
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
    EXPECT_EQ(r.tokenOf, (std::vector<std::int32_t>{0, 1, 1, 0}));
    EXPECT_EQ(r.factor, (std::vector<float>{r.weight[1], r.weight[2], r.weight[3], r.weight[0]}));
}

TEST(TrainRouter, BalancedExpertsLoseTheLeast) {
    // Each of two experts serves one token with equal scores: f = 1 and P = 1/2 each.
    Routed<double> even({0, 0, 0, 0}, 2, 1, false);
    even.forward();
    even.expert = {0, 1};
    even.balance = 1;
    EXPECT_NEAR(even.balanceLoss(), 1.0, 1e-12);
    // All tokens to one expert of nearly all the score: f = 2, P near 1.
    Routed<double> skewed({20, 0, 20, 0}, 2, 1, false);
    skewed.forward();
    skewed.balance = 1;
    EXPECT_NEAR(skewed.balanceLoss(), 2.0, 1e-6);
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
        EXPECT_NEAR(r.balanceLoss(), y.back(), 2e-6 * y.back());
        r.balance = dy.back();
        r.backward();
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
        r.backward();
        const std::vector<double> gradient = r.dLogits;
        std::vector<double> x = wide(logits);
        expectGradient(
            x, gradient,
            [&] {
                r.scores = x;
                r.forward();
                return weightedSum(r.weight, r.dWeight) + r.balanceLoss();
            },
            "logits");
    }
}

}  // namespace
}  // namespace dsm::test
