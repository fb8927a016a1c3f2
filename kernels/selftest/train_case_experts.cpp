// Gated units and the router.
#include "kernels/selftest/train_case.h"
#include "kernels/selftest/train_places.h"

namespace dsm::selftest::training {
namespace {

Outputs runGated(const OpBench& bench, std::int64_t width, bool hasFactor, std::int64_t tokens) {
    Random random;
    TrainPlaces places(bench);
    const auto numbers = [&] { return places.in(random.floats(tokens * width), width); };
    const auto gate = numbers(), up = numbers(), dOut = numbers();
    std::span<const float> factor;
    std::span<float> dFactor;
    if (hasFactor) {
        const auto count = static_cast<std::size_t>(tokens);
        factor = {places.in(random.floats(tokens), tokens).data, count};
        dFactor = {places.out(1, tokens).data, count};
    }
    bench.train->gatedForward(bench.context, {gate, up, factor, places.out(tokens, width)});
    bench.train->gatedBackward(bench.context, {dOut, gate, up, factor, places.out(tokens, width),
                                               places.out(tokens, width), dFactor});
    return places.finish();
}

struct RouterShape {
    std::int64_t experts, active;
    bool normalizes;
};

Outputs runRouter(const OpBench& bench, const RouterShape& s, std::int64_t tokens) {
    Random random(9);
    const std::int64_t slots = tokens * s.active;
    TrainPlaces places(bench);
    const Matrix<float> scores = places.out(tokens, s.experts, random.floats(tokens * s.experts));
    const Matrix<std::int32_t> expert = places.outIndices(tokens, s.active);
    const Matrix<float> weight = places.out(tokens, s.active);
    const auto list = [&](std::int64_t count) {
        return std::span(places.outIndices(1, count).data, static_cast<std::size_t>(count));
    };
    const ExpertGroups groups{list(slots), list(s.experts + 1)};
    const std::span<std::int32_t> place = list(slots);
    bench.train->routerForward(
        bench.context, {.scores = scores,
                        .normalizeTopK = s.normalizes,
                        .expert = expert,
                        .weight = weight,
                        .groups = groups,
                        .place = place,
                        .tokenOf = list(slots),
                        .factor = {places.out(1, slots).data, static_cast<std::size_t>(slots)}});
    const auto segments = places.in(segmentsOf(tokens));
    bench.train->routerBackward(
        bench.context,
        {.scores = scores,
         .expert = expert,
         .weight = weight,
         .place = place,
         .dFactor = {places.in(random.floats(slots), slots).data, static_cast<std::size_t>(slots)},
         .normalizeTopK = s.normalizes,
         .segments = segments,
         .balance = 0.7,
         .dLogits = places.out(tokens, s.experts)});
    bench.train->balanceLoss(bench.context, {.scores = scores,
                                             .expert = expert,
                                             .segments = segments,
                                             .balance = 0.7,
                                             .loss = places.outDoubles(1).data});
    return places.finish();
}

}  // namespace

void addGated(TokenCounts counts, Cases& cases) {
    for (const bool hasFactor : {false, true}) {
        for (const std::int64_t width : {1, 37, 300}) {
            for (const std::int64_t tokens : counts) {
                cases.push_back(trainCase("gated", "F32", sized("F", width), tokens, 2e-5, 2e-5,
                                          [=](const OpBench& bench) {
                                              return runGated(bench, width, hasFactor, tokens);
                                          }));
            }
        }
    }
}

void addRouter(TokenCounts counts, Cases& cases) {
    for (const RouterShape s : {RouterShape{1, 1, false}, {5, 2, true}, {64, 6, false}}) {
        for (const std::int64_t tokens : counts) {
            cases.push_back(trainCase("router", "F32", sized("E", s.experts) + sized("A", s.active),
                                      tokens, 1e-5, 1e-5,
                                      [=](const OpBench& b) { return runRouter(b, s, tokens); }));
        }
    }
}

}  // namespace dsm::selftest::training
