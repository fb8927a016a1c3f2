// Every operation of the cuda backend against the reference, on the emulated GPU: over odd sizes,
// every weight and cache type, few and many tokens, with threads in whatever order.
#include <cublas_v2.h>
#include <gtest/gtest.h>

#include "kernels/ops/rope.h"
#include "tests/kernels/ops/cuda/on_device.h"
#include "tests/kernels/ops/op_case.h"
#include "tests/support/simt/runtime.h"

namespace dsm::test {
namespace {

constexpr std::int64_t kManyTokens = 512;
constexpr std::int64_t kCounts[] = {0, 1, 2, 17};

class Cuda : public testing::Test {
  protected:
    void SetUp() override { simt::setMachine(); }
    void TearDown() override { simt::setMachine(); }
};

// run(ops, context, step) computes the same T tokens, `step` per call, and gives all outputs: near
// the reference, the same to the bit whatever the order of the threads, and near it token by token.
template <class Run>
void expectDeviceParity(std::int64_t tokens, double tolerance, const Run& run) {
    static ThreadPool one(1);
    OpContext context{.pool = &one, .scratch = scratch()};
    const std::int64_t all = std::max<std::int64_t>(tokens, 1);
    const Outputs expected = run(opTable(Backend::Reference), context, all);
    simt::setSeed(1);
    const Outputs actual = run(opsOnDevice(), context, all);
    expectClose(actual, expected, tolerance);
    if (tokens > 17) return;
    simt::setSeed(2);
    expectSameBits(run(opsOnDevice(), context, all), actual);
    if (tokens < 2) return;
    SCOPED_TRACE("five tokens at a time");
    expectClose(run(opsOnDevice(), context, 5), expected, tolerance);
}

std::string traceOf(const std::string& shape, std::int64_t tokens, std::string_view type) {
    return shape + ", T " + std::to_string(tokens) + ", " + std::string(type);
}

// ---- Embed, norm, logits ------------------------------------------------------------------------

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

// ---- Attention ----------------------------------------------------------------------------------

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
            ops.attentionInput(here,
                               {.x = rowsOf(x, begin, count, s.hidden),
                                .norm = norm.view(),
                                .epsilon = 1e-6F,
                                .query = query.view(),
                                .key = key.view(),
                                .value = value.view(),
                                .rotary = {rotary.data(), positions, s.headSize},
                                .position = isElsewhere ? positions - count : c.position + begin,
                                .normed = {normed.view().row(begin), count, s.hidden},
                                .q = {q.view().row(begin), count, s.heads * s.headSize},
                                .keys = {keys.view().row(begin), count, s.groups * s.headSize},
                                .values = {values.view().row(begin), count, s.groups * s.headSize},
                                .cache = cache.view()});
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
            ops.attend(here, {.q = rowsOf(q, begin, count, width),
                              .cache = cache.view(),
                              .position = isElsewhere ? bound : c.position + begin,
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

// ---- Experts ------------------------------------------------------------------------------------

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

// ---- Dense products by cuBLAS -------------------------------------------------------------------

// Runs the parity of many tokens over weights in bfloat16; so many products must have been
// cuBLAS's.
template <class Expect>
void expectThroughCublas(std::int64_t products, const Expect& expect) {
    const CublasOnDevice cublas;
    expect();
    // Each input is the sum of two.
    EXPECT_EQ(simt::cublasProducts(), 2 * products);
}

// A table's case of 17 tokens runs three times; of those five at a time none is cuBLAS's.
constexpr std::int64_t kRunsOfMany = 2;

TEST_F(Cuda, MultipliesTheHeadByCublas) {
    for (const std::int64_t hidden : {5, 37, 512}) {
        expectThroughCublas(kRunsOfMany, [&] { expectLogitsParity(hidden, 40, 17, DType::BF16); });
    }
    expectThroughCublas(1, [] { expectLogitsParity(64, 33, kManyTokens, DType::BF16); });
    expectThroughCublas(0, [] { expectLogitsParity(64, 33, 8, DType::BF16); });
    expectThroughCublas(0, [] { expectLogitsParity(64, 33, 17, DType::NF4); });
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
