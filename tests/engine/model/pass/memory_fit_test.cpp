#include "engine/model/pass/memory_fit.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <ostream>
#include <string>
#include <thread>

#include "engine/model/model.h"
#include "kernels/base/mapped_file.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

constexpr std::uint64_t kGigabyte = 1'000'000'000;

struct Case {
    std::uint64_t weights, cache, workspace;
    MachineMemory machine;
    MemoryVerdict verdict;
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.weights << " + " << c.cache << " + " << c.workspace << " on " << c.machine.totalBytes
         << ", " << c.machine.availableBytes << " available";
}

class Fit : public testing::TestWithParam<Case> {};

TEST_P(Fit, IsJudgedByTheRule) {
    const Case& c = GetParam();
    const MemoryPlan plan{
        .weightBytes = c.weights, .cacheBytes = c.cache, .workspaceBytes = c.workspace};
    EXPECT_EQ(judge(plan, c.machine), c.verdict);
}

using enum MemoryVerdict;

INSTANTIATE_TEST_SUITE_P(
    Table, Fit,
    testing::Values(
        // The edge of "fits": fifteen sixteenths of what is available.
        Case{1500, 0, 0, {2000, 1600}, Fits}, Case{1501, 0, 0, {2000, 1600}, MayBeSlow},
        // All parts of the plan count.
        Case{1000, 300, 200, {2000, 1600}, Fits}, Case{1000, 301, 200, {2000, 1600}, MayBeSlow},
        Case{1000, 300, 201, {2000, 1600}, MayBeSlow},
        // The edge of "won't fit": all the memory there is.
        Case{2000, 0, 0, {2000, 1600}, MayBeSlow}, Case{2001, 0, 0, {2000, 1600}, WontFit},
        Case{2000, 0, 1, {2000, 2000}, WontFit},
        // Nothing is available, or nothing is needed.
        Case{1, 0, 0, {2000, 0}, MayBeSlow}, Case{0, 0, 0, {2000, 0}, Fits},
        // The presets of 16B with a context of 4096, on usual machines.
        Case{33 * kGigabyte, 2 * kGigabyte, 0, {33 * kGigabyte, 30 * kGigabyte}, WontFit},
        Case{17 * kGigabyte, 2 * kGigabyte, 0, {33 * kGigabyte, 30 * kGigabyte}, Fits},
        Case{10 * kGigabyte, 2 * kGigabyte, 0, {16 * kGigabyte, 12 * kGigabyte}, MayBeSlow},
        Case{9 * kGigabyte, 2 * kGigabyte, 0, {16 * kGigabyte, 12 * kGigabyte}, Fits},
        // Unknown memory stands in nobody's way.
        Case{33 * kGigabyte, 0, 0, {}, Fits}));

constexpr MemoryPlan kLargePlan{
    .weightBytes = 32'800'000'000, .cacheBytes = 1'900'000'000, .workspaceBytes = 45'000'000};
constexpr MachineMemory kSmallMachine{16'700'000'000, 12'300'000'000};

TEST(FitCheck, RefusesWithNumbersAndRemedies) {
    const auto checked = checkFit(kLargePlan, kSmallMachine, Residency::InMemory, 4096);
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().code, ErrorCode::OutOfMemory);
    EXPECT_EQ(checked.error().message,
              "This model needs 34.7 GB of memory: 32.8 GB for the weights, 1.9 GB for a context "
              "of 4096 tokens and 45 MB to compute in. This computer has 16.7 GB, 12.3 GB of it "
              "available. Choose a smaller preset or a smaller context, or leave the weights on "
              "the disk (--from-disk), which is slow.");
}

TEST(FitCheck, LetsAModelRunFromDiskWhoseRestFits) {
    EXPECT_TRUE(checkFit(kLargePlan, kSmallMachine, Residency::OnDisk, 4096).has_value());
}

TEST(FitCheck, RefusesAContextThatDoesNotFitEvenFromDisk) {
    const MemoryPlan plan{.weightBytes = 1, .cacheBytes = 20 * kGigabyte, .workspaceBytes = 0};
    const auto checked = checkFit(plan, kSmallMachine, Residency::OnDisk, 65536);
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().message,
              "This model needs 20.0 GB of memory: 20.0 GB for a context of 65536 tokens and 0 "
              "bytes to compute in. This computer has 16.7 GB, 12.3 GB of it available. Choose a smaller "
              "context.");
}

TEST(FitCheck, LetsASlowModelThrough) {
    const MemoryPlan plan{.weightBytes = 16 * kGigabyte};
    EXPECT_TRUE(checkFit(plan, kSmallMachine, Residency::InMemory, 1).has_value());
}

TEST(ModelLoad, RefusesAModelThatWillNotFit) {
    const auto model = Model::load(
        {.folder = test::goldenFolder("tiny"), .machine = MachineMemory{1000, 900}}, {}, {});
    ASSERT_FALSE(model.has_value());
    EXPECT_EQ(model.error().code, ErrorCode::OutOfMemory);
    EXPECT_NE(model.error().message.find("This model needs"), std::string::npos);
}

TEST(ModelLoad, RunsFromDiskWithTheSameResult) {
    ModelOptions options{.folder = test::goldenFolder("tiny"), .backend = "cpu", .threads = 2};
    const auto inMemory = Model::load(options, {}, {});
    ASSERT_TRUE(inMemory.has_value()) << inMemory.error().message;
    // A machine with room for all but the weights.
    const std::uint64_t room = (*inMemory)->memory().totalBytes() - 1;
    options.machine = MachineMemory{room, room};
    EXPECT_FALSE(Model::load(options, {}, {}).has_value());
    options.residency = Residency::OnDisk;
    const auto onDisk = Model::load(options, {}, {});
    ASSERT_TRUE(onDisk.has_value()) << onDisk.error().message;
    const std::vector<std::int32_t> ids{1, 2, 3, 4};
    EXPECT_EQ(test::allLogits(**onDisk, ids), test::allLogits(**inMemory, ids));
}

TEST(ModelLoad, PlansAtLeastWhatTheLoadedModelTakes) {
    for (const char* name : {"tiny", "tiny_gqa"}) {
        const auto model = test::loadGolden(name, "cpu");
        const auto checkpoint = Checkpoint::open(test::goldenFolder(name));
        ASSERT_TRUE(checkpoint.has_value());
        EXPECT_GE(weightBytesInMemory(*checkpoint), model->memory().weightBytes) << name;
    }
}

std::uint64_t lockedBytes() {
    std::ifstream status("/proc/self/status");
    std::string word;
    std::uint64_t kibibytes = 0;
    while (status >> word) {
        if (word == "VmLck:" && status >> kibibytes) return kibibytes * 1024;
    }
    return 0;
}

TEST(Locking, KeepsTheWeightsInMemoryWhileTheModelLives) {
    const std::uint64_t before = lockedBytes();
    {
        const auto model = Model::load(
            {.folder = test::goldenFolder("tiny"), .residency = Residency::Locked}, {}, {});
        if (!model && model.error().message.find("RLIMIT_MEMLOCK") != std::string::npos) {
            GTEST_SKIP() << model.error().message;
        }
        ASSERT_TRUE(model.has_value()) << model.error().message;
        EXPECT_GE(lockedBytes() - before, (*model)->memory().weightBytes);
    }
    EXPECT_EQ(lockedBytes(), before);
}

// Takes the right to lock without limit from the calling thread.
void dropLockingRight() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    __user_cap_data_struct sets[2] = {};
    ASSERT_EQ(::syscall(SYS_capget, &header, sets), 0);
    sets[0].effective &= ~(1U << CAP_IPC_LOCK);
    ASSERT_EQ(::syscall(SYS_capset, &header, sets), 0);
}

TEST(Locking, NamesTheLimitThatForbidsIt) {
    const TemporaryFolder folder;
    const auto file = MappedFile::open(folder.write("weights", std::string(200'000, 'w')));
    ASSERT_TRUE(file.has_value());
    rlimit usual{};
    ASSERT_EQ(::getrlimit(RLIMIT_MEMLOCK, &usual), 0);
    rlimit low = usual;
    low.rlim_cur = 4096;
    ASSERT_EQ(::setrlimit(RLIMIT_MEMLOCK, &low), 0);
    Result<void> locked;
    std::thread([&] {
        dropLockingRight();
        locked = lockInMemory(file->bytes());
    }).join();
    ASSERT_EQ(::setrlimit(RLIMIT_MEMLOCK, &usual), 0);
    ASSERT_FALSE(locked.has_value());
    EXPECT_EQ(locked.error().code, ErrorCode::OutOfMemory);
    EXPECT_NE(locked.error().message.find("RLIMIT_MEMLOCK"), std::string::npos);
    EXPECT_NE(locked.error().message.find("ulimit -l"), std::string::npos);
}

TEST(BringingIntoMemory, StopsWhenAskedTo) {
    const TemporaryFolder folder;
    const auto file = MappedFile::open(folder.write("weights", std::string(100'000, 'w')));
    ASSERT_TRUE(file.has_value());
    EXPECT_TRUE(bringIntoMemory(file->bytes(), {}));
    // An odd place and an odd length.
    EXPECT_TRUE(bringIntoMemory(file->bytes().subspan(4095, 4098), {}));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(bringIntoMemory(file->bytes(), stop.get_token()));
}

}  // namespace
}  // namespace dsm
