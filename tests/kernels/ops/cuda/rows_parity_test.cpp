// Embedding, norm and logits of the cuda backend against the reference.
#include "tests/kernels/ops/cuda/parity_case.h"

namespace dsm::test {
namespace {

TEST_F(Cuda, EmbedsExactly) {
    for (const DType type : kWeightTypes) {
        for (const std::int64_t hidden : {1, 7, 64, 300}) {
            for (const std::int64_t tokens : {0, 1, 17}) {
                SCOPED_TRACE(traceOf("D " + std::to_string(hidden), tokens, name(type)));
                Random random;
                const OwnedWeight table(random, 37, hidden, type);
                std::vector<std::int32_t> ids;
                for (std::int64_t t = 0; t < tokens; ++t)
                    ids.push_back(random.below(37));
                expectDeviceParity(tokens, 0, [&](const OpTable& ops, OpContext& context, auto) {
                    Guarded<float> x(tokens, hidden);
                    ops.embed(context, {.ids = ids, .table = table.view(), .x = x.view()});
                    EXPECT_TRUE(x.intact());
                    return Outputs{x.values()};
                });
            }
        }
    }
}

TEST_F(Cuda, NormsToTheSameBits) {
    for (const DType type : kPlainTypes) {
        for (const std::int64_t hidden : {1, 7, 37, 2048}) {
            for (const std::int64_t tokens : {0, 1, 17}) {
                SCOPED_TRACE(traceOf("D " + std::to_string(hidden), tokens, name(type)));
                Random random;
                const std::vector<float> x = random.floats(tokens * hidden, 3);
                const OwnedWeight weight(random, 1, hidden, type);
                expectDeviceParity(tokens, 0, [&](const OpTable& ops, OpContext& context, auto) {
                    Guarded<float> out(tokens, hidden);
                    std::copy(x.begin(), x.end(), out.view().data);
                    ops.norm(context, {.x = out.view(),
                                       .weight = weight.view(),
                                       .epsilon = 1e-6F,
                                       .out = out.view()});
                    return Outputs{out.values()};
                });
            }
        }
    }
}

void expectLogitsParity(std::int64_t hidden, std::int64_t vocabulary, std::int64_t rows,
                        DType type) {
    SCOPED_TRACE(traceOf("D " + std::to_string(hidden), rows, name(type)));
    Random random;
    const std::vector<float> x = random.floats(rows * hidden);
    const OwnedWeight norm(random, 1, hidden, DType::BF16);
    const OwnedWeight head(random, vocabulary, hidden, type);
    expectDeviceParity(rows, 2e-5, [&](const OpTable& ops, OpContext& context, auto step) {
        Guarded<float> normed(rows, hidden);
        Guarded<float> logits(rows, vocabulary);
        inSteps(rows, step, [&](std::int64_t begin, std::int64_t count) {
            ops.logits(context, {.x = rowsOf(x, begin, count, hidden),
                                 .norm = norm.view(),
                                 .epsilon = 1e-6F,
                                 .head = head.view(),
                                 .normed = {normed.view().row(begin), count, hidden},
                                 .logits = {logits.view().row(begin), count, vocabulary}});
        });
        EXPECT_TRUE(normed.intact() && logits.intact());
        return Outputs{normed.values(), logits.values()};
    });
}

TEST_F(Cuda, MultipliesTheHead) {
    for (const DType type : kWeightTypes) {
        for (const std::int64_t rows : kCounts) {
            expectLogitsParity(5, 3, rows, type);
            expectLogitsParity(37, 129, rows, type);
            expectLogitsParity(512, 40, rows, type);
            if (rows < 17) expectLogitsParity(2112, 19, rows, type);
        }
        expectLogitsParity(64, 33, kManyTokens, type);
    }
}

TEST_F(Cuda, MultipliesTheHeadByCublas) {
    for (const std::int64_t hidden : {5, 37, 512}) {
        expectThroughCublas(kRunsOfMany, [&] { expectLogitsParity(hidden, 40, 17, DType::BF16); });
    }
    expectThroughCublas(1, [] { expectLogitsParity(64, 33, kManyTokens, DType::BF16); });
    expectThroughCublas(0, [] { expectLogitsParity(64, 33, 8, DType::BF16); });
    expectThroughCublas(0, [] { expectLogitsParity(64, 33, 17, DType::NF4); });
}

}  // namespace
}  // namespace dsm::test
