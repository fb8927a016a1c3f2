#include "kernels/ops/norm.h"

#include "tests/kernels/ops/op_case.h"
#include "tests/support/golden.h"

namespace dsm::test {
namespace {

TEST(Norm, DividesByTheRootMeanSquareAndMultipliesByTheWeight) {
    // mean of squares of (3, 4, 0, 0) is 25/4, its root 5/2.
    const std::vector<float> x{3, 4, 0, 0};
    const OwnedWeight weight({1, 10, 100, 1000}, 1, 4, DType::F32);
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        Guarded<float> out(1, 4);
        ops.norm(context, {.x = rowsOf(x, 0, 1, 4), .weight = weight.view(), .out = out.view()});
        expectClose({out.values()}, {{1.2F, 16, 0, 0}}, 1e-7);
        EXPECT_TRUE(out.intact());
    });
}

TEST(Norm, OfZerosIsZero) {
    const std::vector<float> x(5, 0.0F);
    const OwnedWeight weight({1, 1, 1, 1, 1}, 1, 5, DType::F32);
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        Guarded<float> out(1, 5);
        ops.norm(context, {.x = rowsOf(x, 0, 1, 5),
                           .weight = weight.view(),
                           .epsilon = 1e-6F,
                           .out = out.view()});
        EXPECT_EQ(out.values(), x);
    });
}

TEST(Norm, EqualsTheGolden) {
    const Golden golden({"ops.safetensors"});
    for (const std::string name : {"rms_norm", "rms_norm_small"}) {
        const std::vector<float> x = golden.floats(name + ".x");
        withEveryBackend([&](const OpTable& ops, OpContext& context) {
            Guarded<float> out(3, 37);
            ops.norm(context, {.x = rowsOf(x, 0, 3, 37),
                               .weight = golden.weight("rms_norm.weight"),
                               .epsilon = 1e-6F,
                               .out = out.view()});
            expectClose({out.values()}, {golden.floats(name + ".y")}, 1e-6);
        });
    }
}

TEST(Norm, OfTheCpuIsNearTheReferenceAndItsOwnTwin) {
    expectParityOf("norm");
}

TEST(Norm, MayWriteOverItsInput) {
    Random random;
    const std::vector<float> x = random.floats(3 * 37);
    const OwnedWeight weight(random, 1, 37, DType::BF16);
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        Guarded<float> apart(3, 37);
        ops.norm(context, {.x = rowsOf(x, 0, 3, 37), .weight = weight.view(), .out = apart.view()});
        Guarded<float> inPlace(3, 37);
        std::copy(x.begin(), x.end(), inPlace.view().data);
        ops.norm(context, {.x = inPlace.view(), .weight = weight.view(), .out = inPlace.view()});
        expectSameBits({inPlace.values()}, {apart.values()});
    });
}

}  // namespace
}  // namespace dsm::test
