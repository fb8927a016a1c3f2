#include "kernels/cpu/token_walk.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/cpu/limits.h"

namespace dsm::cpu {
namespace {

TEST(TokenWalk, AnotherIsTakenOnlyWhereItIsClearlyFaster) {
    EXPECT_EQ(fasterWalk({100, 100, 104, 100, 90}, 0), 0);
    EXPECT_EQ(fasterWalk({100, 100, 110, 140, 90}, 0), 3);
    EXPECT_EQ(fasterWalk({100, 100, 110, 140, 139}, 4), 4);
    EXPECT_EQ(fasterWalk({150, 100, 110, 140, 139}, 4), 0);
}

TEST(TokenWalk, WhatWasSetCountsForItsInstructionSetAndTypeAlone) {
    for (const Simd* simd : everySimd()) {
        EXPECT_EQ(tokenWalk(*simd, DType::Q8), simd->blocks->q8Walk) << simd->name;
        EXPECT_EQ(tokenWalk(*simd, DType::Q4), simd->blocks->q4Walk) << simd->name;
    }
    const Simd& widest = *everySimd().back();
    setTokenWalk(widest.isa, DType::Q4, 3);
    EXPECT_EQ(tokenWalk(widest, DType::Q4), 3);
    EXPECT_EQ(tokenWalk(widest, DType::Q8), widest.blocks->q8Walk);
    const Simd& narrowest = *everySimd().front();
    EXPECT_EQ(tokenWalk(narrowest, DType::Q4), narrowest.blocks->q4Walk);
    setTokenWalk(widest.isa, DType::Q4, widest.blocks->q4Walk);
}

// Small: only that it works is tested, never how fast.
TEST(TokenWalk, EveryWalkIsMeasured) {
    ThreadPool pool(2);
    const ReadArena arena(std::int64_t{4} << 20);
    for (const Simd* simd : everySimd()) {
        for (const DType type : {DType::Q8, DType::Q4}) {
            for (const double rate : measureTokenWalks(pool, *simd, type, arena.bytes())) {
                EXPECT_TRUE(std::isfinite(rate));
                EXPECT_GT(rate, 0) << simd->name;
            }
        }
    }
}

TEST(TokenWalk, IsSettledOnceForAnInstructionSetATypeAndThreads) {
    ThreadPool pool(2);
    const Simd& simd = *everySimd().back();
    settleTokenWalk(pool, simd, DType::Q4);
    const int settled = tokenWalk(simd, DType::Q4);
    EXPECT_GE(settled, 0);
    EXPECT_LT(settled, static_cast<int>(kTokenWalks.size()));
    const int other = (settled + 1) % static_cast<int>(kTokenWalks.size());
    setTokenWalk(simd.isa, DType::Q4, other);
    settleTokenWalk(pool, simd, DType::Q4);
    EXPECT_EQ(tokenWalk(simd, DType::Q4), other) << "it was measured again";
}

TEST(TokenWalk, SaysHowItGoes) {
    EXPECT_EQ(describe(TokenWalk{1, 4096, 3}), "1 panel, 4096 bytes ahead");
    EXPECT_EQ(describe(TokenWalk{4, 4096, 2}), "4 panels, 4096 bytes ahead into L2");
    EXPECT_EQ(describe(TokenWalk{4, 0, 3}), "4 panels");
}

}  // namespace
}  // namespace dsm::cpu
