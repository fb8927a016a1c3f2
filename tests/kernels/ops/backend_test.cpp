#include "kernels/backend.h"

#include "tests/kernels/ops/op_case.h"
#include "tests/support/scoped_variable.h"

namespace dsm::test {
namespace {

TEST(Backend, TablesHoldTheFunctionsOfTheirOwnBackend) {
    const OpTable& r = opTable(Backend::Reference);
    EXPECT_TRUE(r.embed == reference::embed && r.norm == reference::norm &&
                r.attentionInput == reference::attentionInput && r.attend == reference::attend &&
                r.attentionOutput == reference::attentionOutput && r.route == reference::route &&
                r.expertsInput == reference::expertsInput &&
                r.expertsOutput == reference::expertsOutput && r.logits == reference::logits);
    const OpTable& c = opTable(Backend::Cpu);
    EXPECT_TRUE(c.embed == cpu::embed && c.norm == cpu::norm &&
                c.attentionInput == cpu::attentionInput && c.attend == cpu::attend &&
                c.attentionOutput == cpu::attentionOutput && c.route == cpu::route &&
                c.expertsInput == cpu::expertsInput && c.expertsOutput == cpu::expertsOutput &&
                c.logits == cpu::logits);
}

Backend chosen(std::optional<std::string_view> asked) {
    const Result<Backend> backend = chooseBackend(asked);
    EXPECT_TRUE(backend.has_value());
    return backend.value_or(Backend::Reference);
}

TEST(Backend, IsTheFastestWhereNobodyAsks) {
    const ScopedVariable none("DSM_BACKEND", nullptr);
    EXPECT_EQ(chosen(std::nullopt), Backend::Cpu);
    EXPECT_EQ(chosen(""), Backend::Cpu);
}

TEST(Backend, IsTheOneTheEnvironmentForces) {
    const ScopedVariable forced("DSM_BACKEND", "reference");
    EXPECT_EQ(chosen(std::nullopt), Backend::Reference);
    EXPECT_EQ(chosen(""), Backend::Reference);
}

TEST(Backend, AskedForByNameBeatsTheEnvironment) {
    const ScopedVariable forced("DSM_BACKEND", "reference");
    EXPECT_EQ(chosen("cpu"), Backend::Cpu);
    EXPECT_EQ(chosen("reference"), Backend::Reference);
}

TEST(Backend, OfAnUnknownNameIsRefusedWithTheNamesThereAre) {
    const ScopedVariable forced("DSM_BACKEND", "quantum");
    for (const auto& asked :
         {std::optional<std::string_view>(), std::optional<std::string_view>("quantum")}) {
        const Result<Backend> backend = chooseBackend(asked);
        ASSERT_FALSE(backend.has_value());
        EXPECT_EQ(backend.error().code, ErrorCode::Unsupported);
        EXPECT_NE(backend.error().message.find("\"quantum\""), std::string::npos);
        EXPECT_NE(backend.error().message.find("reference, cpu"), std::string::npos);
    }
}

TEST(Backend, OfTheCpuIsRefusedWithAnInstructionSetTheMachineLacks) {
    const ScopedVariable isa("DSM_CPU_ISA", "avx9");
    ASSERT_FALSE(chooseBackend("cpu").has_value());
    EXPECT_NE(chooseBackend("cpu").error().message.find("DSM_CPU_ISA"), std::string::npos);
    EXPECT_TRUE(chooseBackend("reference").has_value());
}

TEST(Backend, DescribesItselfForPeople) {
    EXPECT_EQ(description(Backend::Reference, 8), "CPU (reference, 1 thread)");
    const std::string cpu = "CPU (" + std::string(cpu::machineSimd().title);
    EXPECT_EQ(description(Backend::Cpu, 1), cpu + ", 1 thread)");
    EXPECT_EQ(description(Backend::Cpu, 2), cpu + ", 2 threads)");
}

// The order of their sums tells the backends and instruction sets apart: near each other, and
// never all the same bits. VNNI shows in blocks only.
TEST(Backend, LeavesItsOwnRoundingInALargeProduct) {
    Random random;
    const std::vector<float> attended = random.floats(2048);
    const OwnedWeight output(random, 512, 2048, DType::F32);
    std::vector<std::vector<float>> results;
    withEveryBackend([&](const OpTable& ops, OpContext& context) {
        if (context.simd != nullptr && context.simd->isa == cpu::Isa::Avx512Vnni) return;
        Guarded<float> x(1, 512);
        std::fill_n(x.view().data, 512, 0.0F);
        ops.attentionOutput(
            context,
            {.attended = rowsOf(attended, 0, 1, 2048), .output = output.view(), .x = x.view()});
        results.push_back(x.values());
    });
    for (std::size_t a = 0; a < results.size(); ++a) {
        for (std::size_t b = a + 1; b < results.size(); ++b) {
            EXPECT_NE(results[a], results[b]) << a << " and " << b;
            expectClose({results[a]}, {results[b]}, 2e-5);
        }
    }
}

}  // namespace
}  // namespace dsm::test
