// The self-test on the emulated GPU, with the reference's loops in place of kernels.
#include <gtest/gtest.h>

#include "kernels/selftest/recovery.h"
#include "kernels/selftest/selftest.h"
#include "tests/support/host_gpu_ops.h"
#include "tests/support/simt/runtime.h"

namespace dsm::selftest {
namespace {

constexpr std::int64_t kFewTokens[] = {0, 3};
// The emulation opens and closes all memory for each operation: less of it takes less time.
constexpr std::size_t kScratchBytes = 256 << 10;

std::vector<Subject> gpusOnly(std::vector<std::string>* notes = nullptr) {
    std::vector<Subject> subjects = everySubject(
        [&](const std::string& note) {
            if (notes != nullptr) notes->push_back(note);
        },
        kScratchBytes);
    std::erase_if(subjects, [](const Subject& subject) { return subject.simd != nullptr; });
    return subjects;
}

TEST(GpuSelftest, TriesEveryOperationInTheMemoryOfTheGpu) {
    simt::setMachine();
    std::vector<SelftestRow> rows;
    const bool ok = runSelftest(
        gpusOnly(), [&](const SelftestRow& row) { rows.push_back(row); }, "", kFewTokens);
    EXPECT_TRUE(ok);
    EXPECT_EQ(rows.size(),
              5U * 6 + 2 + 3 + 2);  // weight types, of norm two; cache types of attend; mixed
    for (const SelftestRow& row : rows) {
        EXPECT_EQ(row.subject, "cuda 0");
        EXPECT_EQ(row.error, 0) << selftestLine(row);  // the same loops
    }
    EXPECT_EQ(simt::counts().liveAllocations, 0);
}

TEST(GpuSelftest, NamesTheGpusThatCannotBeTried) {
    simt::Machine machine;
    machine.gpus = {{.name = "Old", .major = 6}, {.name = "Fit"}, {.memoryBytes = 1000}};
    simt::setMachine(machine);
    std::vector<std::string> notes;
    const std::vector<Subject> subjects = gpusOnly(&notes);
    ASSERT_EQ(subjects.size(), 1U);
    EXPECT_EQ(subjects.front().name, "cuda 1");
    ASSERT_EQ(notes.size(), 2U);
    EXPECT_NE(notes[0].find("GPU 0 (Old) is too old"), std::string::npos);
    EXPECT_NE(notes[1].find("not enough memory"), std::string::npos);
}

TEST(GpuSelftest, FailsWithTheReasonWhereTheGpuIsLost) {
    simt::setMachine();
    const std::vector<Subject> subjects = gpusOnly();
    simt::failCall(30, cudaErrorLaunchFailure);
    int failed = 0;
    const bool ok = runSelftest(
        subjects,
        [&](const SelftestRow& row) {
            if (row.ok()) return;
            ++failed;
            EXPECT_NE(row.failure.find("GPU 0 (Emulated GPU) failed or went away"),
                      std::string::npos);
        },
        "norm");
    EXPECT_FALSE(ok);
    EXPECT_GT(failed, 0);
}

TEST(GpuSelftest, FindsThatTheProgramTakesALostGpuAsItShould) {
    simt::setMachine();
    const auto rows = checkRecovery();
    EXPECT_EQ(rows.size(), 7U);
    for (const RecoveryRow& row : rows)
        EXPECT_TRUE(row.ok()) << row.name << ": " << row.failure;
    EXPECT_EQ(simt::counts().callsAfterLoss, 0);
    // The GPU is gone now, so that there is none to try.
    EXPECT_FALSE(checkRecovery().front().ok());
    simt::setMachine();
}

}  // namespace
}  // namespace dsm::selftest
