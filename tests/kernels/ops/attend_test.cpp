#include "kernels/ops/attend.h"

#include <limits>

#include "tests/kernels/ops/op_case.h"
#include "tests/support/golden.h"

namespace dsm::test {
namespace {

struct Scene {
    std::vector<float> q, keys, values;
    std::int64_t heads, groups, headSize, cacheRows, position;
    KvType type = KvType::F32;
};

std::vector<float> attend(const OpTable& ops, OpContext& context, const Scene& scene,
                          std::int64_t step) {
    const std::int64_t width = scene.heads * scene.headSize;
    const std::int64_t tokens = static_cast<std::int64_t>(scene.q.size()) / width;
    const OwnedCache cache(scene.type, scene.cacheRows, scene.groups, scene.headSize);
    for (std::int64_t s = 0; s < scene.cacheRows; ++s) {
        cache.view().storeKeys(s, scene.keys.data() + s * cache.view().width());
        cache.view().storeValues(s, scene.values.data() + s * cache.view().width());
    }
    Guarded<float> out(tokens, width);
    inSteps(tokens, step, [&](std::int64_t begin, std::int64_t count) {
        ops.attend(context, {.q = rowsOf(scene.q, begin, count, width),
                             .cache = cache.view(),
                             .position = scene.position + begin,
                             .out = {out.view().row(begin), count, width}});
    });
    EXPECT_TRUE(out.intact());
    return out.values();
}

TEST(Attend, WeighsTheValuesByTheSoftmaxOfTheScores) {
    // Head size 4, so the scale is 1/2. Query (2 ln 3, 0, 0, 0) against keys (1, ..) and (0, ..)
    // scores ln 3 and 0: shares 3/4 and 1/4. The third row lies in the future.
    const Scene scene{.q = {2 * std::log(3.0F), 0, 0, 0},
                      .keys = {1, 0, 0, 0, 0, 0, 0, 0, 100, 100, 100, 100},
                      .values = {4, 8, 0, 0, 0, 0, 4, 0, 1e9F, 1e9F, 1e9F, 1e9F},
                      .heads = 1,
                      .groups = 1,
                      .headSize = 4,
                      .cacheRows = 3,
                      .position = 1};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        expectClose({attend(ops, context, scene, 1)}, {{3, 6, 1, 0}}, 1e-6);
    });
}

TEST(Attend, OfTheFirstPositionIsItsOwnValue) {
    const Scene scene{.q = {5, -3},
                      .keys = {7, 9, 0, 0},
                      .values = {1.5F, -2.5F, 0, 0},
                      .heads = 1,
                      .groups = 1,
                      .headSize = 2,
                      .cacheRows = 2,
                      .position = 0};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        expectClose({attend(ops, context, scene, 1)}, {{1.5F, -2.5F}}, 1e-7);
    });
}

TEST(Attend, SharesAKeyValueHeadAmongTheHeadsOfItsGroup) {
    // One position: heads 0 and 1 read group 0, heads 2 and 3 group 1.
    const Scene scene{.q = {1, 2, 3, 4, 5, 6, 7, 8},
                      .keys = {1, 1, 1, 1},
                      .values = {10, 11, 20, 21},
                      .heads = 4,
                      .groups = 2,
                      .headSize = 2,
                      .cacheRows = 1,
                      .position = 0};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        expectClose({attend(ops, context, scene, 1)}, {{10, 11, 10, 11, 20, 21, 20, 21}}, 1e-7);
    });
}

TEST(Attend, SurvivesScoresWhoseExponentialsWouldOverflow) {
    const Scene scene{.q = {1000, 1000},
                      .keys = {1, 1, -1, -1, 1, 1},
                      .values = {1, 0, 50, 50, 3, 2},
                      .heads = 1,
                      .groups = 1,
                      .headSize = 2,
                      .cacheRows = 3,
                      .position = 2};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        expectClose({attend(ops, context, scene, 1)}, {{2, 1}}, 1e-6);
    });
}

TEST(Attend, EqualsTheGolden) {
    const Golden golden({"ops.safetensors"});
    const Scene scene{.q = golden.floats("attend.q"),
                      .keys = golden.floats("attend.k"),
                      .values = golden.floats("attend.v"),
                      .heads = 6,
                      .groups = 2,
                      .headSize = 10,
                      .cacheRows = 11,
                      .position = 8};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        expectClose({attend(ops, context, scene, 3)}, {golden.floats("attend.y")}, 1e-6);
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
        const Scene scene{.q = golden.floats(l.prefix + "q"),
                          .keys = golden.floats(l.prefix + "k"),
                          .values = golden.floats(l.prefix + "v"),
                          .heads = 4,
                          .groups = l.groups,
                          .headSize = 16,
                          .cacheRows = 40,
                          .position = 0};
        withEveryBackend([&](const OpTable& ops, OpContext& context) {
            expectClose({attend(ops, context, scene, 40)}, {golden.floats(l.prefix + "attention")},
                        1e-6);
        });
    }
}

TEST(Attend, OfTheCpuIsNearTheReferenceAndItsOwnTwin) {
    struct Shape {
        std::int64_t heads, groups, headSize, position;
    };
    for (const KvType type : {KvType::F32, KvType::BF16, KvType::Q8}) {
        for (const Shape s : {Shape{1, 1, 2, 0},
                              {6, 2, 10, 8},
                              {4, 4, 16, 0},
                              {3, 1, 37, 5},
                              {4, 2, 128, 501},
                              {9, 1, 20, 255}}) {
            for (const std::int64_t tokens : kTokenCounts) {
                SCOPED_TRACE("K " + std::to_string(s.headSize) + ", T " + std::to_string(tokens) +
                             ", " + std::string(name(type)));
                Random random;
                const std::int64_t rows = s.position + tokens + 3;
                const Scene scene{.q = random.floats(tokens * s.heads * s.headSize),
                                  .keys = random.floats(rows * s.groups * s.headSize),
                                  .values = random.floats(rows * s.groups * s.headSize),
                                  .heads = s.heads,
                                  .groups = s.groups,
                                  .headSize = s.headSize,
                                  .cacheRows = rows,
                                  .position = s.position,
                                  .type = type};
                expectParity(tokens, type == KvType::Q8 ? 3e-4 : 2e-5,
                             [&](const OpTable& ops, OpContext& context, auto step) {
                                 return Outputs{attend(ops, context, scene, step)};
                             });
            }
        }
    }
}

// What lies beyond the position that a token sees may be anything.
TEST(Attend, NeverLooksAtTheFuture) {
    const auto scene = [](KvType type, float future) {
        Random same;
        Scene s{.q = same.floats(3 * 2 * 20),
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
            expectSameBits({attend(ops, context, scene(type, missing), 3)},
                           {attend(ops, context, scene(type, 0), 3)});
        });
    }
}

}  // namespace
}  // namespace dsm::test
