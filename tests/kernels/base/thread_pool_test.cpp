#include "kernels/base/thread_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "kernels/base/processors.h"

namespace dsm {
namespace {

TEST(ThreadPool, VisitsEveryIndexExactlyOnce) {
    for (const int threads : {1, 2, 5}) {
        ThreadPool pool(threads);
        EXPECT_EQ(pool.threads(), threads);
        for (const std::int64_t count : {0, 1, 7, 64, 1000}) {
            for (const std::int64_t grain : {1, 3, 64, 5000}) {
                std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
                pool.run(count, grain, [&](std::int64_t begin, std::int64_t end) {
                    EXPECT_LE(end - begin, grain);
                    for (std::int64_t i = begin; i < end; ++i)
                        ++visits[static_cast<std::size_t>(i)];
                });
                EXPECT_TRUE(std::all_of(visits.begin(), visits.end(),
                                        [](const std::atomic<int>& n) { return n == 1; }))
                    << threads << " threads, " << count << " by " << grain;
            }
        }
    }
}

// What a loop wrote is there for the caller and for the next loop, whichever thread reads it.
TEST(ThreadPool, OrdersOneLoopAfterTheOther) {
    constexpr std::size_t kCount = 100;
    ThreadPool pool(4);
    std::vector<int> current(kCount, 0), next(kCount, 0);
    for (int round = 1; round <= 2000; ++round) {
        pool.run(kCount, 1, [&](std::int64_t begin, std::int64_t) {
            const auto i = static_cast<std::size_t>(begin);
            next[i] = current[kCount - 1 - i] + 1;
        });
        std::swap(current, next);
        ASSERT_TRUE(
            std::all_of(current.begin(), current.end(), [&](int value) { return value == round; }));
    }
}

TEST(ThreadPool, WakesUpAfterASleep) {
    ThreadPool pool(3);
    std::atomic<std::int64_t> sum{0};
    for (int round = 0; round < 3; ++round) {
        // Longer than the workers spin.
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        pool.run(10, 1, [&](std::int64_t begin, std::int64_t end) { sum += end - begin; });
    }
    EXPECT_EQ(sum, 30);
}

TEST(ThreadPool, HasAThreadForEveryCoreItMayUseWhenAskedForNone) {
    ThreadPool pool(0);
    EXPECT_EQ(pool.threads(), readProcessors().threads());
}

TEST(ThreadPoolDeathTest, RefusesAGrainOfZero) {
    ThreadPool pool(1);
    EXPECT_DEATH(pool.run(1, 0, [](std::int64_t, std::int64_t) {}), "broken contract");
}

}  // namespace
}  // namespace dsm
