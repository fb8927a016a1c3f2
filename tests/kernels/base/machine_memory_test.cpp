#include "kernels/base/machine_memory.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

constexpr const char* kMeminfo =
    "MemTotal:       16000000 kB\nMemFree:          500000 kB\nMemAvailable:   12000000 kB\n";

// A machine of 16 GB, 12 GB of it available, with the control groups that a test adds.
class MachineMemoryTest : public testing::Test {
  protected:
    void SetUp() override {
        std::filesystem::create_directories(root_ / "proc/self");
        root_.write("proc/meminfo", kMeminfo);
    }
    void inGroup(const std::string& path) { root_.write("proc/self/cgroup", "0::/" + path + "\n"); }
    void group(const std::string& path, const std::string& maximum, const std::string& current,
               const std::string& stat = "anon 5\n") {
        const std::string folder = "sys/fs/cgroup/" + path;
        std::filesystem::create_directories(root_ / folder);
        root_.write(folder + "/memory.max", maximum + "\n");
        root_.write(folder + "/memory.current", current + "\n");
        root_.write(folder + "/memory.stat", stat);
    }
    MachineMemory read() const { return readMachineMemory(root_.path()); }

    TemporaryFolder root_;
};

TEST_F(MachineMemoryTest, IsWhatTheSystemSaysInBytes) {
    EXPECT_EQ(read(), (MachineMemory{16'000'000ULL * 1024, 12'000'000ULL * 1024}));
}

TEST_F(MachineMemoryTest, IsUnknownWithoutMeminfo) {
    const TemporaryFolder empty;
    EXPECT_FALSE(readMachineMemory(empty.path()).isKnown());
}

TEST_F(MachineMemoryTest, IsLimitedByTheControlGroup) {
    inGroup("app.slice/chat");
    group("app.slice/chat", "4000000000", "1000000000");
    EXPECT_EQ(read(), (MachineMemory{4'000'000'000, 3'000'000'000}));
}

TEST_F(MachineMemoryTest, IsLimitedByAGroupFurtherUp) {
    inGroup("app.slice/chat");
    group("app.slice/chat", "max", "1000000000");
    group("app.slice", "6000000000", "2000000000");
    EXPECT_EQ(read(), (MachineMemory{6'000'000'000, 4'000'000'000}));
}

TEST_F(MachineMemoryTest, IsLimitedByTheTopGroupOfAContainer) {
    inGroup("");
    group("", "2000000000", "500000000");
    EXPECT_EQ(read(), (MachineMemory{2'000'000'000, 1'500'000'000}));
}

TEST_F(MachineMemoryTest, CountsFilePagesOfTheGroupAsAvailable) {
    inGroup("chat");
    group("chat", "4000000000", "3900000000",
          "anon 900000000\ninactive_file 1000000000\nactive_file 2000000000\n");
    EXPECT_EQ(read().availableBytes, 3'100'000'000U);
}

TEST_F(MachineMemoryTest, IsNotRaisedByAGroupThatMayHaveMoreThanThereIs) {
    inGroup("chat");
    group("chat", "64000000000", "1000");
    EXPECT_EQ(read(), (MachineMemory{16'000'000ULL * 1024, 12'000'000ULL * 1024}));
}

TEST_F(MachineMemoryTest, HasNothingAvailableWhereTheGroupIsFull) {
    inGroup("chat");
    group("chat", "1000", "5000");
    EXPECT_EQ(read(), (MachineMemory{1000, 0}));
}

TEST(ThisMachine, HasMemory) {
    const MachineMemory memory = readMachineMemory();
    EXPECT_GT(memory.totalBytes, 100'000'000U);
    EXPECT_LE(memory.availableBytes, memory.totalBytes);
}

}  // namespace
}  // namespace dsm
