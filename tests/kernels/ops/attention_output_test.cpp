#include "kernels/ops/attention_output.h"

#include "tests/kernels/ops/op_case.h"
#include "tests/support/golden.h"

namespace dsm::test {
namespace {

// x + attended * output^T, `step` tokens per call.
std::vector<float> added(const OpTable& ops, OpContext& context, const std::vector<float>& x,
                         const std::vector<float>& attended, const Weight& output,
                         std::int64_t step) {
    return selftest::attentionOutput({.ops = ops, .context = context}, {x, attended, output}, step)
        .front();
}

TEST(AttentionOutput, AddsTheProjectionToTheResidual) {
    const OwnedWeight output({1, 2, 3, 4, 5, 6}, 2, 3, DType::F32);
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        // (1, 0, -1) . (1, 2, 3) = -2 and . (4, 5, 6) = -2
        EXPECT_EQ(added(ops, context, {10, 20}, {1, 0, -1}, output.view(), 1),
                  (std::vector<float>{8, 18}));
    });
}

TEST(AttentionOutput, EqualsTheGoldenProducts) {
    const Golden golden({"ops.safetensors"});
    for (const std::string name : {"linear", "linear_bf16"}) {
        withEveryBackend([&](const OpTable& ops, OpContext& context) {
            const std::vector<float> y =
                added(ops, context, std::vector<float>(5 * 29), golden.floats("linear.x"),
                      golden.weight(name + ".weight"), 5);
            expectClose({y}, {golden.floats(name + ".y")}, 1e-6);
        });
    }
}

TEST(AttentionOutput, EqualsTheGoldenProductsOfPackedWeights) {
    const Golden golden({"ops.safetensors"});
    for (const auto& [name, type] : {std::pair{"packed.q8", DType::Q8}, {"packed.q4", DType::Q4}}) {
        const Weight weight = golden.packed(name, type, 32, 128);
        const std::vector<float> expected = golden.floats(std::string(name) + ".y");
        withEveryBackend([&](const OpTable& ops, OpContext& context) {
            const std::vector<float> y = added(ops, context, std::vector<float>(5 * 32),
                                               golden.floats("packed.x"), weight, 5);
            expectClose({y}, {expected}, 1e-6);
        });
    }
}

TEST(AttentionOutput, EqualsTheGoldenLayers) {
    for (const std::string prefix : {"layer0.", "layer1."}) {
        const Golden golden({"tiny/golden.safetensors"});
        const Golden model({"tiny/model-00001-of-00002.safetensors"});
        const Weight output =
            model.weight("model.layers." + prefix.substr(5, 2) + "self_attn.o_proj.weight");
        withEveryBackend([&](const OpTable& ops, OpContext& context) {
            const std::vector<float> y = added(ops, context, golden.floats(prefix + "input"),
                                               golden.floats(prefix + "attention"), output, 40);
            expectClose({y}, {golden.floats(prefix + "after_attention")}, 1e-6);
        });
    }
}

TEST(AttentionOutput, OfTheCpuIsNearTheReferenceAndItsOwnTwin) {
    expectParityOf("attentionOutput");
}

}  // namespace
}  // namespace dsm::test
