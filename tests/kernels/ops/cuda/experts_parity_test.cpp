// The router and the experts of the cuda backend against the reference.
#include "tests/kernels/ops/cuda/parity_case.h"

namespace dsm::test {
namespace {

struct RouterShape {
    std::int64_t hidden, experts, active;
};

void expectRouterParity(const RouterShape& s, DType type, std::int64_t tokens, bool normalizes) {
    SCOPED_TRACE(traceOf("D " + std::to_string(s.hidden) + ", E " + std::to_string(s.experts),
                         tokens, name(type)));
    Random random;
    const std::vector<float> x = random.floats(tokens * s.hidden);
    const OwnedWeight norm(random, 1, s.hidden, DType::F32);
    const OwnedWeight gate(random, s.experts, s.hidden, type);
    expectDeviceParity(tokens, 1e-5, [&](const OpTable& ops, OpContext& context, auto step) {
        Guarded<float> normed(tokens, s.hidden);
        Guarded<float> scores(tokens, s.experts);
        Guarded<float> weight(tokens, s.active);
        Guarded<std::int32_t> expert(tokens, s.active);
        std::vector<float> byExpert(static_cast<std::size_t>(tokens * s.experts));
        inSteps(tokens, step, [&](std::int64_t begin, std::int64_t count) {
            Guarded<std::int32_t> slots(1, count * s.active);
            Guarded<std::int32_t> first(1, s.experts + 1);
            const Matrix<std::int32_t> chosen{expert.view().row(begin), count, s.active};
            ops.route(
                context,
                {.x = rowsOf(x, begin, count, s.hidden),
                 .norm = norm.view(),
                 .epsilon = 1e-6F,
                 .gate = gate.view(),
                 .normalizeTopK = normalizes,
                 .normed = {normed.view().row(begin), count, s.hidden},
                 .scores = {scores.view().row(begin), count, s.experts},
                 .expert = chosen,
                 .weight = {weight.view().row(begin), count, s.active},
                 .groups = {{slots.view().data, static_cast<std::size_t>(slots.view().cols)},
                            {first.view().data, static_cast<std::size_t>(first.view().cols)}}});
            const OwnedGroups groups({chosen.data, static_cast<std::size_t>(chosen.size())},
                                     s.experts);
            EXPECT_EQ(slots.values(), groups.slots);
            EXPECT_EQ(first.values(), groups.begin);
            EXPECT_TRUE(slots.intact() && first.intact());
        });
        EXPECT_TRUE(normed.intact() && scores.intact() && weight.intact() && expert.intact());
        // By expert, since two nearly equal scores may change places.
        for (std::int64_t i = 0; i < tokens * s.active; ++i) {
            const std::int64_t e = expert.values()[static_cast<std::size_t>(i)];
            byExpert[static_cast<std::size_t>(i / s.active * s.experts + e)] =
                weight.values()[static_cast<std::size_t>(i)];
        }
        return Outputs{normed.values(), scores.values(), byExpert};
    });
}

TEST_F(Cuda, RoutesTokensAndGroupsThemByExpert) {
    for (const DType type : kWeightTypes) {
        for (const std::int64_t tokens : kCounts) {
            expectRouterParity({37, 13, 4}, type, tokens, false);
            expectRouterParity({64, 8, 1}, type, tokens, true);
            expectRouterParity({129, 3, 3}, type, tokens, true);
            expectRouterParity({40, 70, 6}, type, tokens, false);
        }
        expectRouterParity({16, 64, 6}, type, kManyTokens, false);
    }
    expectRouterParity({32, 300, 2}, DType::F32, 3, false);
}

TEST_F(Cuda, GivesTiesToTheLowerExpert) {
    const std::vector<float> x(2, 1.0F);
    const OwnedWeight norm({1, 1}, 1, 2, DType::F32);
    std::vector<float> logits;
    for (const float logit : {1.0F, 2.0F, 1.0F, 2.0F, 1.0F, 2.0F})
        logits.insert(logits.end(), {logit, 0.0F});
    const OwnedWeight gate(logits, 6, 2, DType::F32);
    Guarded<float> normed(1, 2), scores(1, 6), weight(1, 4);
    std::vector<std::int32_t> expert(4), slots(4), begin(7);
    OpContext context;
    opsOnDevice().route(context, {.x = rowsOf(x, 0, 1, 2),
                                  .norm = norm.view(),
                                  .gate = gate.view(),
                                  .normed = normed.view(),
                                  .scores = scores.view(),
                                  .expert = {expert.data(), 1, 4},
                                  .weight = weight.view(),
                                  .groups = {slots, begin}});
    EXPECT_EQ(expert, (std::vector<std::int32_t>{1, 3, 5, 0}));
    EXPECT_EQ(slots, (std::vector<std::int32_t>{3, 0, 1, 2}));
    EXPECT_EQ(begin, (std::vector<std::int32_t>{0, 1, 2, 2, 3, 3, 4}));
}

enum class Spread {
    Random,
    OneForAll,  // one expert gets every token, the others none
    Last,
};

struct ExpertShape {
    std::int64_t hidden, width, sharedWidth, experts, active;
};

struct ExpertTypes {
    DType shared, routed;
};

void expectExpertsParity(const ExpertShape& s, const ExpertTypes& types, std::int64_t tokens,
                         Spread spread) {
    SCOPED_TRACE(traceOf("D " + std::to_string(s.hidden) + ", F " + std::to_string(s.width) +
                             ", Fs " + std::to_string(s.sharedWidth),
                         tokens, name(types.routed)) +
                 ", shared " + std::string(name(types.shared)));
    Random random;
    const OwnedWeight sharedGate(random, s.sharedWidth, s.hidden, types.shared);
    const OwnedWeight sharedUp(random, s.sharedWidth, s.hidden, types.shared);
    const OwnedWeight sharedDown(random, s.hidden, s.sharedWidth, types.shared);
    std::vector<OwnedWeight> gates, ups, downs;
    for (std::int64_t e = 0; e < s.experts; ++e) {
        gates.emplace_back(random, s.width, s.hidden, types.routed);
        ups.emplace_back(random, s.width, s.hidden, types.routed);
        downs.emplace_back(random, s.hidden, s.width, types.routed);
    }
    const std::vector<Weight> gate = viewsOf(gates), up = viewsOf(ups), down = viewsOf(downs);
    std::vector<std::int32_t> expert;
    for (std::int64_t t = 0; s.experts > 0 && t < tokens; ++t) {
        std::int64_t first = spread == Spread::Last ? s.experts - s.active : s.experts / 2;
        if (spread == Spread::Random) first = random.below(s.experts);
        for (std::int64_t a = 0; a < s.active; ++a)
            expert.push_back(static_cast<std::int32_t>((first + a) % s.experts));
    }
    const std::vector<float> weight = random.floats(tokens * s.active);
    const std::vector<float> normed = random.floats(tokens * s.hidden);
    const std::vector<float> x = random.floats(tokens * s.hidden);
    const bool isRounded = isBlocked(types.routed) || isBlocked(types.shared);
    expectDeviceParity(
        tokens, isRounded ? 1e-3 : 4e-5, [&](const OpTable& ops, OpContext& context, auto step) {
            Guarded<float> routedHidden(tokens * s.active, s.width);
            Guarded<float> sharedHidden(tokens, s.sharedWidth);
            Guarded<float> sum(tokens, s.hidden);
            std::copy(x.begin(), x.end(), sum.view().data);
            inSteps(tokens, step, [&](std::int64_t begin, std::int64_t count) {
                const std::span<const std::int32_t> chosen(expert);
                OwnedGroups groups(chosen.subspan(static_cast<std::size_t>(begin * s.active),
                                                  static_cast<std::size_t>(count * s.active)),
                                   s.experts);
                const Matrix<float> routed{routedHidden.view().row(begin * s.active),
                                           count * s.active, s.width};
                const Matrix<float> shared{sharedHidden.view().row(begin), count, s.sharedWidth};
                ops.expertsInput(context, {.normed = rowsOf(normed, begin, count, s.hidden),
                                           .activeExperts = s.active,
                                           .groups = groups.view(),
                                           .gate = gate,
                                           .up = up,
                                           .sharedGate = sharedGate.view(),
                                           .sharedUp = sharedUp.view(),
                                           .routedHidden = routed,
                                           .sharedHidden = shared});
                ops.expertsOutput(context, {.routedHidden = routed,
                                            .weight = rowsOf(weight, begin, count, s.active),
                                            .groups = groups.view(),
                                            .down = down,
                                            .sharedHidden = shared,
                                            .sharedDown = sharedDown.view(),
                                            .x = {sum.view().row(begin), count, s.hidden}});
            });
            EXPECT_TRUE(routedHidden.intact() && sharedHidden.intact() && sum.intact());
            return Outputs{routedHidden.values(), sharedHidden.values(), sum.values()};
        });
}

TEST_F(Cuda, RunsTokensThroughTheirExperts) {
    for (const DType type : kWeightTypes) {
        for (const std::int64_t tokens : kCounts) {
            expectExpertsParity({7, 5, 3, 3, 2}, {type, type}, tokens, Spread::Random);
            expectExpertsParity({37, 33, 41, 5, 3}, {type, type}, tokens, Spread::Random);
            expectExpertsParity({64, 96, 192, 8, 3}, {type, type}, tokens, Spread::Random);
        }
        expectExpertsParity({32, 16, 48, 40, 6}, {type, type}, 1, Spread::Random);
        expectExpertsParity({32, 16, 16, 5, 2}, {type, type}, kManyTokens, Spread::Random);
    }
}

TEST_F(Cuda, LetsAllExpertsBeIdleButOne) {
    for (const DType type : kWeightTypes) {
        for (const std::int64_t tokens : {1, 17}) {
            expectExpertsParity({37, 33, 41, 7, 1}, {type, type}, tokens, Spread::OneForAll);
            expectExpertsParity({37, 33, 41, 7, 2}, {type, type}, tokens, Spread::Last);
        }
    }
}

TEST_F(Cuda, RunsDenseLayersAndWideOnes) {
    for (const DType type : kWeightTypes) {
        for (const std::int64_t tokens : {0, 1, 17})
            expectExpertsParity({70, 0, 150, 0, 0}, {type, type}, tokens, Spread::Random);
        // Wider than what is staged at once, in and out.
        expectExpertsParity({2112, 16, 16, 2, 1}, {type, type}, 2, Spread::Random);
        expectExpertsParity({16, 2112, 4224, 2, 1}, {type, type}, 2, Spread::Random);
    }
}

TEST_F(Cuda, RunsExpertsOfOtherTypesThanTheShared) {
    for (const std::int64_t tokens : {1, 6}) {
        expectExpertsParity({64, 96, 192, 8, 3}, {DType::Q8, DType::Q4}, tokens, Spread::Random);
        expectExpertsParity({64, 96, 192, 8, 3}, {DType::BF16, DType::Q4}, tokens, Spread::Random);
        expectExpertsParity({64, 96, 192, 8, 3}, {DType::Q8, DType::NF4}, tokens, Spread::Random);
    }
}

TEST_F(Cuda, RunsSharedExpertsAndDenseLayersByCublas) {
    constexpr ExpertTypes kTypes{DType::BF16, DType::BF16};
    const auto run = [](const ExpertShape& shape, const ExpertTypes& types) {
        expectExpertsParity(shape, types, 17, Spread::Random);
    };
    expectThroughCublas(3 * kRunsOfMany, [&] { run({37, 33, 41, 5, 3}, kTypes); });
    expectThroughCublas(3 * kRunsOfMany, [&] { run({70, 0, 150, 0, 0}, kTypes); });
    expectThroughCublas(3 * kRunsOfMany, [&] {
        run({64, 96, 192, 8, 3}, {DType::BF16, DType::Q4});
    });
}

}  // namespace
}  // namespace dsm::test
