#include "kernels/ops/attend.h"

#include <limits>

#include "tests/kernels/ops/op_case.h"
#include "tests/support/golden.h"

namespace dsm::test {
namespace {

// All tokens, `step` per call.
Outputs attend(const OpTable& ops, OpContext& context, const AttendInputs& scene,
               std::int64_t step) {
    return selftest::attend({.ops = ops, .context = context}, scene, step);
}

TEST(Attend, WeighsTheValuesByTheSoftmaxOfTheScores) {
    // Head size 4, so the scale is 1/2. Query (2 ln 3, 0, 0, 0) against keys (1, ..) and (0, ..)
    // scores ln 3 and 0: shares 3/4 and 1/4. The third row lies in the future.
    const AttendInputs scene{.q = {2 * std::log(3.0F), 0, 0, 0},
                             .keys = {1, 0, 0, 0, 0, 0, 0, 0, 100, 100, 100, 100},
                             .values = {4, 8, 0, 0, 0, 0, 4, 0, 1e9F, 1e9F, 1e9F, 1e9F},
                             .heads = 1,
                             .groups = 1,
                             .headSize = 4,
                             .cacheRows = 3,
                             .position = 1};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        expectClose(attend(ops, context, scene, 1), {{3, 6, 1, 0}}, 1e-6);
    });
}

TEST(Attend, OfTheFirstPositionIsItsOwnValue) {
    const AttendInputs scene{.q = {5, -3},
                             .keys = {7, 9, 0, 0},
                             .values = {1.5F, -2.5F, 0, 0},
                             .heads = 1,
                             .groups = 1,
                             .headSize = 2,
                             .cacheRows = 2,
                             .position = 0};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        expectClose(attend(ops, context, scene, 1), {{1.5F, -2.5F}}, 1e-7);
    });
}

TEST(Attend, SharesAKeyValueHeadAmongTheHeadsOfItsGroup) {
    // One position: heads 0 and 1 read group 0, heads 2 and 3 group 1.
    const AttendInputs scene{.q = {1, 2, 3, 4, 5, 6, 7, 8},
                             .keys = {1, 1, 1, 1},
                             .values = {10, 11, 20, 21},
                             .heads = 4,
                             .groups = 2,
                             .headSize = 2,
                             .cacheRows = 1,
                             .position = 0};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        expectClose(attend(ops, context, scene, 1), {{10, 11, 10, 11, 20, 21, 20, 21}}, 1e-7);
    });
}

TEST(Attend, SurvivesScoresWhoseExponentialsWouldOverflow) {
    const AttendInputs scene{.q = {1000, 1000},
                             .keys = {1, 1, -1, -1, 1, 1},
                             .values = {1, 0, 50, 50, 3, 2},
                             .heads = 1,
                             .groups = 1,
                             .headSize = 2,
                             .cacheRows = 3,
                             .position = 2};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        expectClose(attend(ops, context, scene, 1), {{2, 1}}, 1e-6);
    });
}

TEST(Attend, EqualsTheGolden) {
    const Golden golden({"ops.safetensors"});
    const AttendInputs scene{.q = golden.floats("attend.q"),
                             .keys = golden.floats("attend.k"),
                             .values = golden.floats("attend.v"),
                             .heads = 6,
                             .groups = 2,
                             .headSize = 10,
                             .cacheRows = 11,
                             .position = 8};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        expectClose(attend(ops, context, scene, 3), {golden.floats("attend.y")}, 1e-6);
    });
}

TEST(Attend, EqualsTheGoldenLayers) {
    struct Layer {
        std::string file, prefix;
        std::int64_t groups;
    };
    for (const Layer& l :
         {Layer{"tiny", "layer0.", 4}, {"tiny", "layer1.", 4}, {"tiny_gqa", "layer2.", 2}}) {
        const Golden golden({l.file + "/golden.safetensors"});
        const AttendInputs scene{.q = golden.floats(l.prefix + "q"),
                                 .keys = golden.floats(l.prefix + "k"),
                                 .values = golden.floats(l.prefix + "v"),
                                 .heads = 4,
                                 .groups = l.groups,
                                 .headSize = 16,
                                 .cacheRows = 40,
                                 .position = 0};
        withEveryBackend([&](const OpTable& ops, OpContext& context) {
            expectClose(attend(ops, context, scene, 40), {golden.floats(l.prefix + "attention")},
                        1e-6);
        });
    }
}

TEST(Attend, OfTheCpuIsNearTheReferenceAndItsOwnTwin) {
    expectParityOf("attend");
}

// What lies beyond the position that a token sees may be anything.
TEST(Attend, NeverLooksAtTheFuture) {
    const auto scene = [](KvType type, float future) {
        Random same;
        AttendInputs s{.q = same.floats(3 * 2 * 20),
                       .keys = same.floats(300 * 20),
                       .values = same.floats(300 * 20),
                       .heads = 2,
                       .groups = 1,
                       .headSize = 20,
                       .cacheRows = 300,
                       .position = 270,
                       .type = type};
        std::fill(s.keys.begin() + 273 * 20, s.keys.end(), future);
        std::fill(s.values.begin() + 273 * 20, s.values.end(), future);
        return s;
    };
    const float missing = std::numeric_limits<float>::quiet_NaN();
    for (const KvType type : {KvType::F32, KvType::BF16, KvType::Q8}) {
        withEveryBackend([&](const OpTable& ops, OpContext& context) {
            expectSameBits(attend(ops, context, scene(type, missing), 3),
                           attend(ops, context, scene(type, 0), 3));
        });
    }
}

}  // namespace
}  // namespace dsm::test
