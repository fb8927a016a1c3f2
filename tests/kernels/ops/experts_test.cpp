#include "kernels/ops/experts_input.h"
#include "kernels/ops/experts_output.h"
#include "tests/kernels/ops/op_case.h"
#include "tests/support/golden.h"

namespace dsm::test {
namespace {

// A feed-forward layer and what the router chose. E = 0 and A = 0 make it a dense one.
struct Layer {
    std::vector<Weight> gate = {};
    std::vector<Weight> up = {};
    std::vector<Weight> down = {};
    Weight sharedGate = {};
    Weight sharedUp = {};
    Weight sharedDown = {};
    std::int64_t active = 0;
    std::vector<std::int32_t> expert = {};  // [T, A]
    std::vector<float> weight = {};         // [T, A]

    std::int64_t width() const { return gate.empty() ? 0 : gate.front().rows; }
};

// routedHidden, sharedHidden and x + their projections, `step` tokens per call.
Outputs feedForward(const OpTable& ops, OpContext& context, const Layer& layer,
                    const std::vector<float>& normed, const std::vector<float>& x,
                    std::int64_t step) {
    const std::int64_t hidden = layer.sharedGate.cols;
    const std::int64_t tokens = static_cast<std::int64_t>(normed.size()) / hidden;
    const std::int64_t active = layer.active;
    Guarded<float> routedHidden(tokens * active, layer.width());
    Guarded<float> sharedHidden(tokens, layer.sharedGate.rows);
    Guarded<float> sum(tokens, hidden);
    std::copy(x.begin(), x.end(), sum.view().data);
    inSteps(tokens, step, [&](std::int64_t begin, std::int64_t count) {
        const std::span expert(layer.expert);
        OwnedGroups groups(expert.subspan(static_cast<std::size_t>(begin * active),
                                          static_cast<std::size_t>(count * active)),
                           static_cast<std::int64_t>(layer.gate.size()));
        const Matrix<float> routed{routedHidden.view().row(begin * active), count * active,
                                   layer.width()};
        const Matrix<float> shared{sharedHidden.view().row(begin), count, layer.sharedGate.rows};
        ops.expertsInput(context, {.normed = rowsOf(normed, begin, count, hidden),
                                   .activeExperts = active,
                                   .groups = groups.view(),
                                   .gate = layer.gate,
                                   .up = layer.up,
                                   .sharedGate = layer.sharedGate,
                                   .sharedUp = layer.sharedUp,
                                   .routedHidden = routed,
                                   .sharedHidden = shared});
        ops.expertsOutput(context, {.routedHidden = routed,
                                    .weight = rowsOf(layer.weight, begin, count, active),
                                    .groups = groups.view(),
                                    .down = layer.down,
                                    .sharedHidden = shared,
                                    .sharedDown = layer.sharedDown,
                                    .x = {sum.view().row(begin), count, hidden}});
    });
    EXPECT_TRUE(routedHidden.intact() && sharedHidden.intact() && sum.intact());
    return {routedHidden.values(), sharedHidden.values(), sum.values()};
}

float silu(float z) {
    return z / (1 + std::exp(-z));
}

TEST(Experts, AddTheSharedAndTheWeightedRoutedOutputsToTheResidual) {
    // D = 1, F = 1, two experts, one active. Token 0 (n = 1) chose expert 1, token 1 (n = 2) expert
    // 0.
    const OwnedWeight gate0({1}, 1, 1, DType::F32), up0({2}, 1, 1, DType::F32);
    const OwnedWeight gate1({3}, 1, 1, DType::F32), up1({4}, 1, 1, DType::F32);
    const OwnedWeight down0({10}, 1, 1, DType::F32), down1({20}, 1, 1, DType::F32);
    const OwnedWeight half({0.5F}, 1, 1, DType::BF16);
    const Layer layer{.gate = {gate0.view(), gate1.view()},
                      .up = {up0.view(), up1.view()},
                      .down = {down0.view(), down1.view()},
                      .sharedGate = half.view(),
                      .sharedUp = half.view(),
                      .sharedDown = half.view(),
                      .active = 1,
                      .expert = {1, 0},
                      .weight = {0.25F, 0.5F}};
    const float routed0 = silu(3) * 4;
    const float routed1 = silu(2) * 4;
    const float shared0 = silu(0.5F) * 0.5F;
    const float shared1 = silu(1) * 1;
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        expectClose(feedForward(ops, context, layer, {1, 2}, {100, 200}, 2),
                    {{routed0, routed1},
                     {shared0, shared1},
                     {100 + 0.5F * shared0 + 0.25F * 20 * routed0,
                      200 + 0.5F * shared1 + 0.5F * 10 * routed1}},
                    1e-6);
    });
}

TEST(Experts, OfADenseLayerAreItsMlpAlone) {
    const Golden golden({"ops.safetensors"});
    const Layer layer{.sharedGate = golden.weight("swiglu.gate"),
                      .sharedUp = golden.weight("swiglu.up"),
                      .sharedDown = golden.weight("swiglu.down")};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        const Outputs o = feedForward(ops, context, layer, golden.floats("swiglu.x"),
                                      std::vector<float>(4 * 37), 4);
        expectClose({o[2]}, {golden.floats("swiglu.y")}, 2e-6);
    });
}

struct GoldenLayer {
    std::string folder, layer;
    std::vector<std::string> shards;
    std::int64_t experts, active;
};

TEST(Experts, EqualTheGoldenLayers) {
    const std::vector<std::string> tiny{"tiny/model-00001-of-00002.safetensors",
                                        "tiny/model-00002-of-00002.safetensors"};
    for (const GoldenLayer& l : {GoldenLayer{"tiny", "0", tiny, 0, 0},
                                 {"tiny", "1", tiny, 8, 3},
                                 {"tiny_gqa", "2", {"tiny_gqa/model.safetensors"}, 16, 4}}) {
        SCOPED_TRACE(l.folder + " layer " + l.layer);
        const Golden golden({l.folder + "/golden.safetensors"});
        const Golden model(l.shards);
        const std::string name = "layer" + l.layer + ".";
        const std::string mlp = "model.layers." + l.layer + ".mlp.";
        const std::string shared = l.experts == 0 ? mlp : mlp + "shared_experts.";
        Layer layer{.sharedGate = model.weight(shared + "gate_proj.weight"),
                    .sharedUp = model.weight(shared + "up_proj.weight"),
                    .sharedDown = model.weight(shared + "down_proj.weight"),
                    .active = l.active};
        for (std::int64_t e = 0; e < l.experts; ++e) {
            const std::string expert = mlp + "experts." + std::to_string(e) + ".";
            layer.gate.push_back(model.weight(expert + "gate_proj.weight"));
            layer.up.push_back(model.weight(expert + "up_proj.weight"));
            layer.down.push_back(model.weight(expert + "down_proj.weight"));
        }
        if (l.experts > 0) {
            layer.expert = golden.integers(name + "experts");
            layer.weight = golden.floats(name + "weights");
        }
        withEveryBackend([&](const OpTable& ops, OpContext& context) {
            const Outputs o = feedForward(ops, context, layer, golden.floats(name + "post_norm"),
                                          golden.floats(name + "after_attention"), 40);
            expectClose({o[2]}, {golden.floats(name + "output")}, 2e-6);
        });
    }
}

// How a table's case hands tokens to experts.
enum class Choice {
    Random,
    OneForAll,  // one expert gets every token, the others none
    Last,       // the last expert of all and its neighbours
};

struct Shape {
    std::int64_t hidden, width, sharedWidth, experts, active;
};

struct OwnedLayer {
    std::vector<OwnedWeight> gate, up, down;
    OwnedWeight sharedGate, sharedUp, sharedDown;
    Layer layer;

    OwnedLayer(Random& random, const Shape& s, DType type, std::int64_t tokens, Choice choice)
        : sharedGate(random, s.sharedWidth, s.hidden, type),
          sharedUp(random, s.sharedWidth, s.hidden, type),
          sharedDown(random, s.hidden, s.sharedWidth, type) {
        for (std::int64_t e = 0; e < s.experts; ++e) {
            gate.emplace_back(random, s.width, s.hidden, type);
            up.emplace_back(random, s.width, s.hidden, type);
            down.emplace_back(random, s.hidden, s.width, type);
        }
        layer = {.gate = viewsOf(gate),
                 .up = viewsOf(up),
                 .down = viewsOf(down),
                 .sharedGate = sharedGate.view(),
                 .sharedUp = sharedUp.view(),
                 .sharedDown = sharedDown.view(),
                 .active = s.active,
                 .weight = random.floats(tokens * s.active)};
        for (std::int64_t t = 0; s.experts > 0 && t < tokens; ++t) {
            std::int64_t first = choice == Choice::Last ? s.experts - s.active : s.experts / 2;
            if (choice == Choice::Random) first = random.below(s.experts);
            for (std::int64_t a = 0; a < s.active; ++a) {
                layer.expert.push_back(static_cast<std::int32_t>((first + a) % s.experts));
            }
        }
    }
};

void expectExpertsParity(const Shape& s, DType type, std::int64_t tokens, Choice choice) {
    SCOPED_TRACE("D " + std::to_string(s.hidden) + ", F " + std::to_string(s.width) + ", E " +
                 std::to_string(s.experts) + ", T " + std::to_string(tokens) + ", " +
                 std::string(name(type)));
    Random random;
    const OwnedLayer owned(random, s, type, tokens, choice);
    const std::vector<float> normed = random.floats(tokens * s.hidden);
    const std::vector<float> x = random.floats(tokens * s.hidden);
    expectParity(tokens, isBlocked(type) ? 1e-3 : 4e-5,
                 [&](const OpTable& ops, OpContext& context, auto step) {
                     return feedForward(ops, context, owned.layer, normed, x, step);
                 });
}

TEST(Experts, OfTheCpuAreNearTheReferenceAndTheirOwnTwin) {
    for (const DType type : kWeightTypes) {
        for (const Shape& s : {Shape{7, 5, 3, 3, 2},
                               {37, 33, 41, 5, 3},
                               {64, 96, 192, 8, 3},
                               {520, 24, 17, 16, 6}}) {
            for (const std::int64_t tokens : kTokenCounts) {
                expectExpertsParity(s, type, tokens, Choice::Random);
            }
        }
    }
}

TEST(Experts, MayAllBeIdleButOne) {
    for (const DType type : kWeightTypes) {
        for (const std::int64_t tokens : kTokenCounts) {
            expectExpertsParity({37, 33, 41, 7, 1}, type, tokens, Choice::OneForAll);
            expectExpertsParity({37, 33, 41, 7, 2}, type, tokens, Choice::Last);
        }
    }
}

TEST(Experts, OfADenseLayerOnTheCpuAreNearTheReferenceAndTheirOwnTwin) {
    for (const DType type : kWeightTypes) {
        for (const std::int64_t tokens : kTokenCounts) {
            expectExpertsParity({70, 0, 700, 0, 0}, type, tokens, Choice::Random);
        }
    }
}

}  // namespace
}  // namespace dsm::test
