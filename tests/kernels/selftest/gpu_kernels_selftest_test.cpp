// The self-test on the emulated GPU with the kernels themselves: what a user's GPU is asked.
#include <cublas_v2.h>
#include <gtest/gtest.h>

#include "kernels/selftest/selftest.h"
#include "kernels/train_ops.h"
#include "tests/support/simt/runtime.h"

namespace dsm::selftest {
namespace {

constexpr std::string_view kTrainOps[] = {"embedding",    "trainNorm", "linear",  "rotate",
                                          "attention",    "gated",     "combine", "router",
                                          "crossEntropy", "rows",      "adamW"};

std::vector<Subject> gpusOf(const simt::Machine& machine) {
    simt::setMachine(machine);
    std::vector<Subject> subjects = everySubject({}, 4 << 20);
    std::erase_if(subjects, [](const Subject& subject) { return subject.simd != nullptr; });
    return subjects;
}

// The other operations: tests/kernels/ops/cuda goes through more of their shapes.
TEST(GpuKernelsSelftest, FindsTheExpertsRightAlsoWithoutASharedOne) {
    constexpr std::int64_t kTokens[] = {3};
    const std::vector<Subject> subjects = gpusOf({});
    ASSERT_EQ(subjects.size(), 1U);
    int rows = 0;
    runSelftest(
        subjects,
        [&](const SelftestRow& row) {
            ++rows;
            EXPECT_TRUE(row.ok()) << selftestLine(row);
        },
        "experts", kTokens);
    EXPECT_EQ(rows, 6);  // five types, and mixed ones
    EXPECT_GT(simt::counts().launches, 0);
}

// Each case once as one sequence and once as three: short ones together, and a long one between.
TEST(GpuKernelsSelftest, FindsAttentionRightForSeveralSequencesAtOnce) {
    constexpr std::int64_t kTokens[] = {3, 20};
    const std::vector<Subject> subjects = gpusOf({});
    for (const auto& [op, cases] : {std::pair{"attentionInput", 28}, {"attend", 24}}) {
        int rows = 0;
        runSelftest(
            subjects,
            [&, cases = cases](const SelftestRow& row) {
                ++rows;
                EXPECT_EQ(row.cases, row.type == "mixed" ? 4 : cases);
                EXPECT_TRUE(row.ok()) << selftestLine(row);
            },
            op, kTokens);
        EXPECT_GE(rows, 3) << op;
    }
}

TEST(GpuKernelsSelftest, TriesCublasWhereThereIsOne) {
    constexpr std::int64_t kTokens[] = {17};
    simt::Machine machine;
    machine.hasCublas = true;
    const std::vector<Subject> subjects = gpusOf(machine);
    ASSERT_EQ(subjects.size(), 2U);
    EXPECT_EQ(subjects[1].name, "cuda 0 cublas");
    int rows = 0;
    runSelftest(
        subjects,
        [&](const SelftestRow& row) {
            ++rows;
            EXPECT_TRUE(row.ok()) << selftestLine(row);
        },
        "attentionOutput", kTokens);
    EXPECT_EQ(rows, 10);
    EXPECT_GT(simt::cublasProducts(), 0);
}

// Every operation of training, forth and back: over all types of weights, experts without a token
// and with every token, one token and more than a tile of them; with threads in another order the
// same to the bit.
TEST(GpuKernelsSelftest, FindsTrainingRightAndTheSameInEveryOrderOfThreads) {
    constexpr std::int64_t kTokens[] = {0, 1, 17, 130};
    const std::vector<Subject> subjects = gpusOf({});
    ThreadPool pool(1);
    const Buffer<std::byte> scratch(kSelftestScratchBytes);
    for (const std::string_view op : kTrainOps) {
        for (const OpCase& one : opCases(op, kTokens)) {
            SCOPED_TRACE(std::string(op) + ", " + std::string(one.type) + ", " + one.label);
            const OpRun run = one.prepare();
            OpContext plain{.pool = &pool, .scratch = scratch.span()};
            const Outputs expected = run({.ops = opTable(Backend::Reference),
                                          .context = plain,
                                          .train = &trainOps(Backend::Reference)},
                                         1);
            const Subject& gpu = subjects.front();
            const auto outputs = [&](unsigned seed) {
                simt::setSeed(seed);
                OpContext context{.scratch = gpu.scratch, .device = gpu.device};
                return run({.ops = *gpu.ops,
                            .context = context,
                            .memory = *gpu.memory,
                            .train = gpu.train},
                           1);
            };
            const Outputs actual = outputs(1);
            EXPECT_LE(relativeError(actual, expected), one.deviceTolerance);
            EXPECT_EQ(relativeError(outputs(2), actual), 0);
        }
    }
}

}  // namespace
}  // namespace dsm::selftest
