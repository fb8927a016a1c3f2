// Embedding, norm and logits of the cuda backend against the reference.
#include "tests/kernels/ops/cuda/parity_case.h"

namespace dsm::test {
namespace {

using selftest::embedCase;
using selftest::logitsCase;

TEST_F(Cuda, EmbedsExactly) {
    expectDeviceParityOf("embed", 0);
    for (const DType type : kWeightTypes) {
        for (const std::int64_t hidden : {1, 64, 300})
            expectDeviceParity(embedCase(hidden, 37, type, 17));
    }
}

TEST_F(Cuda, NormsToTheSameBits) {
    expectDeviceParityOf("norm", 0);
}

TEST_F(Cuda, NormsWhereTheNumbersLie) {
    Random random;
    const std::vector<float> x = random.floats(5 * 37);
    const OwnedWeight weight(random, 1, 37, DType::BF16);
    std::vector<float> inPlace = x, beside(x.size());
    OpContext context;
    const auto norm = [&](const float* from, std::vector<float>& to) {
        opsOnDevice().norm(context, {.x = {from, 5, 37},
                                     .weight = weight.view(),
                                     .epsilon = 1e-6F,
                                     .out = {to.data(), 5, 37}});
    };
    norm(inPlace.data(), inPlace);
    norm(x.data(), beside);
    expectSameBits({inPlace}, {beside});
}

TEST_F(Cuda, MultipliesTheHead) {
    expectDeviceParityOf("logits");
    for (const DType type : kWeightTypes) {
        for (const std::int64_t rows : {0, 1, 2})  // wider than what is staged at once
            expectDeviceParity(logitsCase(2112, 19, type, rows));
        expectDeviceParity(logitsCase(64, 33, type, kManyTokens));
    }
}

TEST_F(Cuda, MultipliesTheHeadByCublas) {
    const auto run = [](std::int64_t hidden, std::int64_t vocabulary, DType type,
                        std::int64_t rows) {
        return [=] { expectDeviceParity(logitsCase(hidden, vocabulary, type, rows)); };
    };
    for (const std::int64_t hidden : {5, 37, 512})
        expectThroughCublas(kRunsOfMany, run(hidden, 40, DType::BF16, 17));
    expectThroughCublas(1, run(64, 33, DType::BF16, kManyTokens));
    expectThroughCublas(0, run(64, 33, DType::BF16, 8));
    expectThroughCublas(0, run(64, 33, DType::NF4, 17));
}

}  // namespace
}  // namespace dsm::test
