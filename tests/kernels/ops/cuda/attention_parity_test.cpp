// Attention of the cuda backend against the reference: its inputs, itself, and its output.
#include <cublas_v2.h>

#include "kernels/ops/rope.h"
#include "tests/kernels/ops/cuda/parity_case.h"

namespace dsm::test {
namespace {

struct HeadShape {
    std::int64_t hidden, heads, groups, headSize;
};

std::vector<float> rotaryOf(std::int64_t headSize, std::int64_t positions) {
    std::vector<float> table(static_cast<std::size_t>(headSize * positions));
    fillRotary({table.data(), positions, headSize}, 10000);
    return table;
}

// All numbers of a cache: what is in it may not differ even where no operation wrote.
std::vector<float> numbersOf(const KvPanels& cache) {
    std::vector<float> all;
    for (std::int64_t g = 0; g < cache.heads; ++g) {
        for (std::int64_t s = 0; s < cache.positions; ++s) {
            for (std::int64_t i = 0; i < cache.headSize; ++i) {
                all.push_back(cache.key(g, s, i));
                all.push_back(cache.value(g, s, i));
            }
        }
    }
    return all;
}

struct InputCase {
    HeadShape shape;
    DType query, key, value;
    KvType cache;
    std::int64_t tokens;
    std::int64_t position = 3;
    bool isPositionOnDevice = false;
};

void expectInputParity(const InputCase& c) {
    const HeadShape& s = c.shape;
    SCOPED_TRACE(traceOf("D " + std::to_string(s.hidden) + ", K " + std::to_string(s.headSize),
                         c.tokens, name(c.query)) +
                 ", cache " + std::string(name(c.cache)));
    Random random;
    const std::vector<float> x = random.floats(c.tokens * s.hidden);
    const OwnedWeight norm(random, 1, s.hidden, DType::F32);
    const OwnedWeight query(random, s.heads * s.headSize, s.hidden, c.query);
    const OwnedWeight key(random, s.groups * s.headSize, s.hidden, c.key);
    const OwnedWeight value(random, s.groups * s.headSize, s.hidden, c.value);
    const std::int64_t positions = c.position + c.tokens + 2;
    const std::vector<float> rotary = rotaryOf(s.headSize, positions);
    // A key that differs in its last bit may round to another of its levels in the cache.
    const double step = c.cache == KvType::F32 ? 2e-5 : c.cache == KvType::BF16 ? 5e-3 : 1e-2;
    const auto run = [&](const OpTable& ops, OpContext& context, std::int64_t most, bool cached) {
        Guarded<float> normed(c.tokens, s.hidden);
        Guarded<float> q(c.tokens, s.heads * s.headSize);
        Guarded<float> keys(c.tokens, s.groups * s.headSize);
        Guarded<float> values(c.tokens, s.groups * s.headSize);
        const OwnedCache cache(c.cache, positions, s.groups, s.headSize);
        inSteps(c.tokens, most, [&](std::int64_t begin, std::int64_t count) {
            OpContext here = context;
            const auto position = static_cast<std::int32_t>(c.position + begin);
            const bool isElsewhere = c.isPositionOnDevice && &ops == &opsOnDevice();
            if (isElsewhere) here.device.position = &position;
            const CacheRun rows{cache.view(), isElsewhere ? positions - count : c.position + begin,
                                count};
            ops.attentionInput(here,
                               {.x = rowsOf(x, begin, count, s.hidden),
                                .norm = norm.view(),
                                .epsilon = 1e-6F,
                                .query = query.view(),
                                .key = key.view(),
                                .value = value.view(),
                                .rotary = {rotary.data(), positions, s.headSize},
                                .normed = {normed.view().row(begin), count, s.hidden},
                                .q = {q.view().row(begin), count, s.heads * s.headSize},
                                .keys = {keys.view().row(begin), count, s.groups * s.headSize},
                                .values = {values.view().row(begin), count, s.groups * s.headSize},
                                .runs = {&rows, 1}});
        });
        EXPECT_TRUE(normed.intact() && q.intact() && keys.intact() && values.intact());
        if (cached) return Outputs{numbersOf(cache.view())};
        return Outputs{normed.values(), q.values(), keys.values(), values.values()};
    };
    expectDeviceParity(c.tokens, 2e-5, [&](const OpTable& ops, OpContext& context, auto most) {
        return run(ops, context, most, false);
    });
    expectDeviceParity(c.tokens, step, [&](const OpTable& ops, OpContext& context, auto most) {
        return run(ops, context, most, true);
    });
}

TEST_F(Cuda, ProjectsTurnsAndCachesHeads) {
    constexpr HeadShape kShapes[] = {{7, 1, 1, 2}, {37, 3, 1, 10}, {64, 4, 2, 32}, {130, 2, 2, 72}};
    for (const DType type : kWeightTypes) {
        for (const KvType cache : {KvType::F32, KvType::BF16, KvType::Q8}) {
            for (const HeadShape& shape : kShapes) {
                for (const std::int64_t tokens : {0, 1, 2})
                    expectInputParity({shape, type, type, type, cache, tokens});
            }
            expectInputParity({kShapes[1], type, type, type, cache, 17});
        }
        expectInputParity({kShapes[0], type, type, type, KvType::Q8, kManyTokens});
    }
    expectInputParity({{16, 1, 1, 512}, DType::F32, DType::F32, DType::F32, KvType::Q8, 1});
}

TEST_F(Cuda, ProjectsThroughWeightsOfDifferentTypes) {
    for (const std::int64_t tokens : {1, 6}) {
        expectInputParity(
            {{64, 4, 2, 32}, DType::Q4, DType::BF16, DType::Q8, KvType::BF16, tokens});
        expectInputParity(
            {{64, 4, 2, 32}, DType::NF4, DType::NF4, DType::F32, KvType::F32, tokens});
    }
}

TEST_F(Cuda, ProjectsAtAPositionFromTheDevice) {
    InputCase c{{64, 4, 2, 32}, DType::Q8, DType::Q8, DType::Q8, KvType::BF16, 1, 9, true};
    expectInputParity(c);
    c.tokens = 7;
    expectInputParity(c);
}

struct AttendCase {
    std::int64_t heads, groups, headSize;
    KvType type;
    std::int64_t position, tokens;
    bool isPositionOnDevice = false;
};

void expectAttendParity(const AttendCase& c) {
    SCOPED_TRACE(traceOf("H " + std::to_string(c.heads) + ", K " + std::to_string(c.headSize) +
                             ", position " + std::to_string(c.position),
                         c.tokens, name(c.type)));
    Random random;
    const std::int64_t width = c.heads * c.headSize;
    const std::int64_t seen = c.position + c.tokens;
    const std::vector<float> q = random.floats(c.tokens * width);
    // Panels beyond what is seen stay zero; the rest of the last panel holds what must not be.
    const OwnedCache cache(c.type, seen + 40, c.groups, c.headSize);
    for (std::int64_t s = 0; s < cache.view().positions; ++s) {
        std::vector<float> row = random.floats(cache.view().width());
        if (s >= seen) row.assign(row.size(), NAN);
        cache.view().storeKeys(s, row.data());
        cache.view().storeValues(s, row.data());
    }
    expectDeviceParity(c.tokens, 2e-5, [&](const OpTable& ops, OpContext& context, auto step) {
        Guarded<float> out(c.tokens, width);
        inSteps(c.tokens, step, [&](std::int64_t begin, std::int64_t count) {
            OpContext here = context;
            const auto position = static_cast<std::int32_t>(c.position + begin);
            const bool isElsewhere = c.isPositionOnDevice && &ops == &opsOnDevice();
            if (isElsewhere) here.device.position = &position;
            const std::int64_t bound = cache.view().positions - count;
            const CacheRun run{cache.view(), isElsewhere ? bound : c.position + begin, count};
            ops.attend(here, {.q = rowsOf(q, begin, count, width),
                              .runs = {&run, 1},
                              .out = {out.view().row(begin), count, width}});
        });
        EXPECT_TRUE(out.intact());
        return Outputs{out.values()};
    });
}

TEST_F(Cuda, AttendsOverEveryTypeOfCache) {
    for (const KvType type : {KvType::F32, KvType::BF16, KvType::Q8}) {
        for (const std::int64_t tokens : kCounts) {
            expectAttendParity({1, 1, 4, type, 0, tokens});
            expectAttendParity({6, 2, 10, type, 8, tokens});
            expectAttendParity({2, 2, 48, type, 30, tokens});
        }
        expectAttendParity({2, 1, 128, type, 20, 3});
        expectAttendParity({2, 1, 128, type, 37, 70});
        expectAttendParity({1, 1, 512, type, 17, 2});
        expectAttendParity({1, 1, 200, type, 33, 2});
        expectAttendParity({2, 1, 4, type, 0, kManyTokens});
    }
}

TEST_F(Cuda, AttendsOverManySplitsOfALongCache) {
    for (const KvType type : {KvType::F32, KvType::BF16, KvType::Q8}) {
        for (const std::int64_t position : {254, 255, 256, 1000}) {
            expectAttendParity({2, 1, 16, type, position, 1});
            expectAttendParity({2, 1, 16, type, position, 2, true});
        }
        expectAttendParity({2, 1, 16, type, 100, 20, true});
    }
}

void expectOutputParity(std::int64_t hidden, std::int64_t width, DType type, std::int64_t tokens) {
    SCOPED_TRACE(traceOf("D " + std::to_string(hidden) + ", H*K " + std::to_string(width), tokens,
                         name(type)));
    Random random;
    const std::vector<float> x = random.floats(tokens * hidden);
    const std::vector<float> attended = random.floats(tokens * width);
    const OwnedWeight output(random, hidden, width, type);
    expectDeviceParity(tokens, 2e-5, [&](const OpTable& ops, OpContext& context, auto step) {
        Guarded<float> sum(tokens, hidden);
        std::copy(x.begin(), x.end(), sum.view().data);
        inSteps(tokens, step, [&](std::int64_t begin, std::int64_t count) {
            ops.attentionOutput(context, {.attended = rowsOf(attended, begin, count, width),
                                          .output = output.view(),
                                          .x = {sum.view().row(begin), count, hidden}});
        });
        EXPECT_TRUE(sum.intact());
        return Outputs{sum.values()};
    });
}

TEST_F(Cuda, AddsTheAttentionsOutput) {
    for (const DType type : kWeightTypes) {
        for (const std::int64_t tokens : kCounts) {
            expectOutputParity(1, 1, type, tokens);
            expectOutputParity(29, 37, type, tokens);
            expectOutputParity(64, 16, type, tokens);
            expectOutputParity(33, 513, type, tokens);
            if (tokens < 17) expectOutputParity(33, 4160, type, tokens);
        }
        expectOutputParity(40, 32, type, kManyTokens);
    }
}

TEST_F(Cuda, ProjectsHeadsByCublas) {
    constexpr HeadShape kShapes[] = {{37, 3, 1, 10}, {64, 4, 2, 32}};
    for (const HeadShape& shape : kShapes) {
        const auto run = [&](DType query, DType key, DType value) {
            expectInputParity({shape, query, key, value, KvType::F32, 17});
        };
        // The outputs and the cache are compared in turn.
        expectThroughCublas(2 * 3 * kRunsOfMany,
                            [&] { run(DType::BF16, DType::BF16, DType::BF16); });
        expectThroughCublas(2 * 2 * kRunsOfMany, [&] { run(DType::BF16, DType::Q8, DType::BF16); });
        expectThroughCublas(2 * 1 * kRunsOfMany, [&] { run(DType::NF4, DType::Q4, DType::BF16); });
    }
}

TEST_F(Cuda, AddsTheAttentionsOutputByCublas) {
    expectThroughCublas(kRunsOfMany, [] { expectOutputParity(29, 37, DType::BF16, 17); });
    expectThroughCublas(1, [] { expectOutputParity(40, 32, DType::BF16, kManyTokens); });
}

TEST_F(Cuda, TellsOfAProductThatCublasRefuses) {
    CublasOnDevice cublas;
    simt::failCublas(2, CUBLAS_STATUS_EXECUTION_FAILED);
    std::vector<float> x(17 * 2, 1), attended(17 * 2, 1);
    const OwnedWeight output({1, 0, 0, 1}, 2, 2, DType::BF16);
    OpContext context;
    opsOnDevice().attentionOutput(
        context,
        {.attended = rowsOf(attended, 0, 17, 2), .output = output.view(), .x = {x.data(), 17, 2}});
    const auto done = cublas.session().finish();
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().message,
              "cuBLAS could not multiply on GPU 0 (Emulated GPU): CUBLAS_STATUS_EXECUTION_FAILED. "
              "Load the model again; DSM_CUDA_DENSE=own computes without cuBLAS.");
}

}  // namespace
}  // namespace dsm::test
