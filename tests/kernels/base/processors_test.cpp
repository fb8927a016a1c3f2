#include "kernels/base/processors.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

// A machine of four cores with two threads each: processor i shares its core with i + 4.
class ProcessorsTest : public testing::Test {
  protected:
    void SetUp() override {
        for (int i = 0; i < 8; ++i) {
            const std::string siblings =
                std::to_string(i % 4) + "," + std::to_string(i % 4 + 4) + "\n";
            write("sys/devices/system/cpu/cpu" + std::to_string(i) + "/topology/core_cpus_list",
                  siblings);
        }
        allow("0-7");
    }
    void write(const std::string& path, const std::string& text) {
        std::filesystem::create_directories((root_ / path).parent_path());
        root_.write(path, text);
    }
    void allow(const std::string& list) {
        write("proc/self/status", "Name:\tchat\nCpus_allowed:\tff\nCpus_allowed_list:\t" + list +
                                      "\nMems_allowed_list:\t0\n");
    }
    Processors read() const { return readProcessors(root_.path()); }

    TemporaryFolder root_;
};

TEST_F(ProcessorsTest, GivesAThreadToEachCore) {
    EXPECT_EQ(read(), (Processors{.allowed = 8, .cores = 4}));
    EXPECT_EQ(read().threads(), 4);
}

TEST_F(ProcessorsTest, CountsWhatTheProcessMayRunOnAlone) {
    allow("0-1,5");
    EXPECT_EQ(read(), (Processors{.allowed = 3, .cores = 2}));
    allow("3,7");
    EXPECT_EQ(read(), (Processors{.allowed = 2, .cores = 1}));
    allow("6");
    EXPECT_EQ(read().threads(), 1);
}

TEST_F(ProcessorsTest, KnowsTheOlderNameOfSiblings) {
    std::filesystem::remove_all(root_ / "sys/devices/system/cpu");
    write("sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "0-1\n");
    write("sys/devices/system/cpu/cpu1/topology/thread_siblings_list", "0-1\n");
    allow("0-1");
    EXPECT_EQ(read().cores, 1);
}

TEST_F(ProcessorsTest, TakesEachProcessorForACoreWhereNothingIsSaid) {
    std::filesystem::remove_all(root_ / "sys");
    EXPECT_EQ(read(), (Processors{.allowed = 8, .cores = 8}));
}

TEST_F(ProcessorsTest, UsesNoMoreThanItsGroupAndThoseAboveArePaid) {
    write("proc/self/cgroup", "0::/box/app\n");
    write("sys/fs/cgroup/box/app/cpu.max", "max 100000\n");
    EXPECT_EQ(read().threads(), 4);
    write("sys/fs/cgroup/box/cpu.max", "250000 100000\n");
    EXPECT_EQ(read().quota, 2.5);
    EXPECT_EQ(read().threads(), 2);
    write("sys/fs/cgroup/cpu.max", "50000 100000\n");  // the top one of a container
    EXPECT_EQ(read().threads(), 1);
    write("sys/fs/cgroup/cpu.max", "6400000 100000\n");
    EXPECT_EQ(read().threads(), 2);
}

TEST_F(ProcessorsTest, KnowsTheFirstVersionOfGroups) {
    write("proc/self/cgroup", "5:memory:/other\n3:cpu,cpuacct:/box\n0::/\n");
    write("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "300000\n");
    write("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(read().threads(), 3);
    write("sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "-1\n");
    EXPECT_EQ(read().quota, std::nullopt);
}

TEST_F(ProcessorsTest, TakesNoHarmFromWhatIsNoList) {
    for (const char* list : {"", "x", "0-", "-1", "3-1", "0-99999999999", "0,,2", "4294967296"}) {
        allow(list);
        write("proc/self/cgroup", "::\n0::/\nx\n");
        write("sys/fs/cgroup/cpu.max", "x y\n");
        EXPECT_GE(read().threads(), 1) << list;
        EXPECT_GE(read().allowed, 1) << list;
        EXPECT_LE(read().allowed, 4096) << list;
    }
}

TEST(Processors, OfThisMachineAreSome) {
    EXPECT_GE(readProcessors().threads(), 1);
    EXPECT_LE(readProcessors().cores, readProcessors().allowed);
}

}  // namespace
}  // namespace dsm
