// The router and the experts of the cuda backend against the reference.
#include "tests/kernels/ops/cuda/parity_case.h"

namespace dsm::test {
namespace {

using selftest::Choice;
using selftest::expertsCase;
using selftest::routeCase;

TEST_F(Cuda, RoutesTokensAndGroupsThemByExpert) {
    expectDeviceParityOf("route");
    for (const DType type : kWeightTypes) {
        for (const std::int64_t tokens : kCounts)
            expectDeviceParity(routeCase({40, 70, 6}, type, tokens));
        expectDeviceParity(routeCase({16, 64, 6}, type, kManyTokens));
    }
    expectDeviceParity(routeCase({32, 300, 2}, DType::F32, 3));
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

TEST_F(Cuda, RunsTokensThroughTheirExperts) {
    expectDeviceParityOf("experts");
    for (const DType type : kWeightTypes) {
        expectDeviceParity(expertsCase({32, 16, 48, 40, 6}, {type, type}, 1));
        expectDeviceParity(expertsCase({32, 16, 16, 5, 2}, {type, type}, kManyTokens));
    }
}

TEST_F(Cuda, RunsLayersWiderThanWhatIsStagedAtOnce) {
    for (const DType type : kWeightTypes) {
        expectDeviceParity(expertsCase({2112, 16, 16, 2, 1}, {type, type}, 2));
        expectDeviceParity(expertsCase({16, 2112, 4224, 2, 1}, {type, type}, 2));
    }
}

TEST_F(Cuda, RunsSharedExpertsAndDenseLayersByCublas) {
    constexpr selftest::ExpertTypes kTypes{DType::BF16, DType::BF16};
    const auto run = [](const selftest::ExpertShape& shape, const selftest::ExpertTypes& types) {
        expectDeviceParity(expertsCase(shape, types, 17));
    };
    expectThroughCublas(3 * kRunsOfMany, [&] { run({37, 33, 41, 5, 3}, kTypes); });
    expectThroughCublas(3 * kRunsOfMany, [&] { run({70, 0, 150, 0, 0}, kTypes); });
    expectThroughCublas(3 * kRunsOfMany, [&] {
        run({64, 96, 192, 8, 3}, {DType::BF16, DType::Q4});
    });
}

}  // namespace
}  // namespace dsm::test
