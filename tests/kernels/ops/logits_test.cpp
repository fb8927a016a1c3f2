#include "kernels/ops/logits.h"

#include "tests/kernels/ops/op_case.h"
#include "tests/support/golden.h"

namespace dsm::test {
namespace {

TEST(Logits, AreTheProductsOfTheNormedRowWithTheHead) {
    const std::vector<float> x{3, 4, 0, 0};  // normed: (1.2, 1.6, 0, 0)
    const OwnedWeight norm({1, 1, 1, 1}, 1, 4, DType::F32);
    const OwnedWeight head({1, 0, 0, 0, 0, 1, 0, 0, 10, 10, 10, 10}, 3, 4, DType::BF16);
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        Guarded<float> normed(1, 4);
        Guarded<float> logits(1, 3);
        ops.logits(context, {.x = rowsOf(x, 0, 1, 4),
                             .norm = norm.view(),
                             .head = head.view(),
                             .normed = normed.view(),
                             .logits = logits.view()});
        expectClose({logits.values()}, {{1.2F, 1.6F, 28}}, 1e-7);
        EXPECT_TRUE(normed.intact() && logits.intact());
    });
}

// The golden holds the logits of already normed rows. Normed once more with weights of one, a row
// is divided by its root mean square and nothing else, and so are its logits.
TEST(Logits, EqualTheGoldenUpToTheSecondNorm) {
    const Golden golden({"tiny/golden.safetensors"});
    const Golden model(
        {"tiny/model-00001-of-00002.safetensors", "tiny/model-00002-of-00002.safetensors"});
    const std::vector<float> x = golden.floats("final_norm");
    const OwnedWeight ones(std::vector<float>(64, 1.0F), 1, 64, DType::F32);
    std::vector<float> expected = golden.floats("logits");
    for (std::size_t r = 0; r < 40; ++r) {
        double squares = 0;
        for (std::size_t d = 0; d < 64; ++d)
            squares += std::pow(double{x[r * 64 + d]}, 2);
        for (std::size_t v = 0; v < 352; ++v) {
            float& logit = expected[r * 352 + v];
            logit = static_cast<float>(double{logit} / std::sqrt(squares / 64));
        }
    }
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        Guarded<float> normed(40, 64);
        Guarded<float> logits(40, 352);
        ops.logits(context, {.x = rowsOf(x, 0, 40, 64),
                             .norm = ones.view(),
                             .head = model.weight("lm_head.weight"),
                             .normed = normed.view(),
                             .logits = logits.view()});
        expectClose({logits.values()}, {expected}, 1e-6);
    });
}

TEST(Logits, OfTheCpuAreNearTheReferenceAndTheirOwnTwin) {
    expectParityOf("logits");
}

}  // namespace
}  // namespace dsm::test
