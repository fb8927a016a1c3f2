// The self-test on the emulated GPU with the kernels themselves: what a user's GPU is asked.
#include <cublas_v2.h>
#include <gtest/gtest.h>

#include "kernels/selftest/selftest.h"
#include "tests/support/simt/runtime.h"

namespace dsm::selftest {
namespace {

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
    EXPECT_EQ(rows, 5);
    EXPECT_GT(simt::counts().launches, 0);
}

// Each case once as one sequence and once as three: short ones together, and a long one between.
TEST(GpuKernelsSelftest, FindsAttentionRightForSeveralSequencesAtOnce) {
    constexpr std::int64_t kTokens[] = {3, 20};
    const std::vector<Subject> subjects = gpusOf({});
    for (const auto& [op, cases] : {std::pair{"attentionInput", 16}, {"attend", 24}}) {
        int rows = 0;
        runSelftest(
            subjects,
            [&, cases = cases](const SelftestRow& row) {
                ++rows;
                EXPECT_EQ(row.cases, cases);
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

}  // namespace
}  // namespace dsm::selftest
