#include "kernels/ops/experts_input.h"
#include "kernels/ops/experts_output.h"
#include "tests/kernels/ops/op_case.h"
#include "tests/support/golden.h"

namespace dsm::test {
namespace {

using ExpertsLayer = ExpertsInputs;

// routedHidden, sharedHidden and x + their projections, `step` tokens per call.
Outputs feedForward(const OpTable& ops, OpContext& context, ExpertsLayer layer,
                    const std::vector<float>& normed, const std::vector<float>& x,
                    std::int64_t step) {
    layer.normed = normed;
    layer.x = x;
    return selftest::experts({.ops = ops, .context = context}, layer, step);
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
    const ExpertsLayer layer{.gate = {gate0.view(), gate1.view()},
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
    const ExpertsLayer layer{.sharedGate = golden.weight("swiglu.gate"),
                             .sharedUp = golden.weight("swiglu.up"),
                             .sharedDown = golden.weight("swiglu.down")};
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        const Outputs o = feedForward(ops, context, layer, golden.floats("swiglu.x"),
                                      std::vector<float>(4 * 37), 4);
        expectClose({o[2]}, {golden.floats("swiglu.y")}, 2e-6);
    });
}

struct GoldenExperts {
    std::string folder, layer;
    std::vector<std::string> shards;
    std::int64_t experts, active;
};

TEST(Experts, EqualTheGoldenLayers) {
    const std::vector<std::string> tiny{"tiny/model-00001-of-00002.safetensors",
                                        "tiny/model-00002-of-00002.safetensors"};
    for (const GoldenExperts& l : {GoldenExperts{"tiny", "0", tiny, 0, 0},
                                   {"tiny", "1", tiny, 8, 3},
                                   {"tiny_gqa", "2", {"tiny_gqa/model.safetensors"}, 16, 4}}) {
        SCOPED_TRACE(l.folder + " layer " + l.layer);
        const Golden golden({l.folder + "/golden.safetensors"});
        const Golden model(l.shards);
        const std::string name = "layer" + l.layer + ".";
        const std::string mlp = "model.layers." + l.layer + ".mlp.";
        const std::string shared = l.experts == 0 ? mlp : mlp + "shared_experts.";
        ExpertsLayer layer{.sharedGate = model.weight(shared + "gate_proj.weight"),
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

// Among the cases: one expert for all tokens, the last ones only, and a dense layer.
TEST(Experts, OfTheCpuAreNearTheReferenceAndTheirOwnTwin) {
    expectParityOf("experts");
}

}  // namespace
}  // namespace dsm::test
