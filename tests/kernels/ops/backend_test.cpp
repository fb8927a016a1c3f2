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

// On a machine without a GPU.
Backend chosen(std::optional<std::string_view> asked) {
    const Result<BackendChoice> choice =
        chooseBackend(asked, std::nullopt, std::vector<CudaDevice>());
    EXPECT_TRUE(choice.has_value());
    EXPECT_EQ(choice.value_or(BackendChoice{}).fallback, "");
    return choice ? choice->backend : Backend::Reference;
}

GpuList twoGpusAndAnOldOne() {
    return std::vector<CudaDevice>{
        {.index = 0, .name = "Old", .problem = "GPU 0 (Old) is too old."},
        {.index = 1, .name = "Small", .freeBytes = 1000},
        {.index = 2, .name = "Large", .freeBytes = 2000}};
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
        const Result<BackendChoice> backend = chooseBackend(asked);
        ASSERT_FALSE(backend.has_value());
        EXPECT_EQ(backend.error().code, ErrorCode::Unsupported);
        EXPECT_NE(backend.error().message.find("\"quantum\""), std::string::npos);
        EXPECT_NE(backend.error().message.find("reference, cpu, cuda"), std::string::npos);
    }
}

TEST(Backend, OfTheCpuIsRefusedWithAnInstructionSetTheMachineLacks) {
    const ScopedVariable isa("DSM_CPU_ISA", "avx9");
    ASSERT_FALSE(chooseBackend("cpu").has_value());
    EXPECT_NE(chooseBackend("cpu").error().message.find("DSM_CPU_ISA"), std::string::npos);
    EXPECT_TRUE(chooseBackend("reference").has_value());
}

TEST(Backend, IsTheGpuWithMostFreeMemoryWhereOneCanBeUsed) {
    const ScopedVariable none("DSM_BACKEND", nullptr);
    const auto choice = chooseBackend(std::nullopt, std::nullopt, twoGpusAndAnOldOne());
    ASSERT_TRUE(choice.has_value());
    EXPECT_EQ(*choice, (BackendChoice{.backend = Backend::Cuda, .gpu = 2}));
}

TEST(Backend, IsTheGpuThatIsAskedForByNameOrNumber) {
    const ScopedVariable forced("DSM_BACKEND", "cpu");
    const GpuList gpus = twoGpusAndAnOldOne();
    const BackendChoice freest{.backend = Backend::Cuda, .gpu = 2, .isForced = true};
    const BackendChoice small{.backend = Backend::Cuda, .gpu = 1, .isForced = true};
    EXPECT_EQ(chooseBackend("cuda", std::nullopt, gpus).value(), freest);
    EXPECT_EQ(chooseBackend("cuda", 1, gpus).value(), small);
    EXPECT_EQ(chooseBackend(std::nullopt, 1, gpus).value(), small);
    const ScopedVariable now("DSM_BACKEND", "cuda");
    EXPECT_EQ(chooseBackend(std::nullopt, std::nullopt, gpus).value(), freest);
}

TEST(Backend, OfAGpuThatCannotBeUsedIsRefusedWithTheReason) {
    const GpuList gpus = twoGpusAndAnOldOne();
    EXPECT_EQ(chooseBackend("cuda", 0, gpus).error().message, "GPU 0 (Old) is too old.");
    for (const int index : {-1, 3}) {
        EXPECT_EQ(chooseBackend("cuda", index, gpus).error().code, ErrorCode::NotFound);
    }
    const auto none = chooseBackend("cuda", std::nullopt, std::vector<CudaDevice>());
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().code, ErrorCode::Unsupported);
    EXPECT_EQ(
        none.error().message,
        "The program's setting asks for the backend \"cuda\", but this computer has no NVIDIA "
        "GPU, or no driver for it. Install the driver, or compute on the CPU (--backend "
        "cpu).");
    const GpuList refused = failure(ErrorCode::Unsupported, "The driver is too old.");
    EXPECT_NE(chooseBackend("cuda", std::nullopt, refused).error().message.find("too old"),
              std::string::npos);
}

TEST(Backend, FallsBackToTheCpuAndSaysWhyWhereAGpuIsThere) {
    const ScopedVariable none("DSM_BACKEND", nullptr);
    const GpuList old = std::vector<CudaDevice>{{.name = "Old", .problem = "It is too old."}};
    EXPECT_EQ(chooseBackend(std::nullopt, std::nullopt, old).value(),
              (BackendChoice{.backend = Backend::Cpu, .fallback = "It is too old."}));
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
