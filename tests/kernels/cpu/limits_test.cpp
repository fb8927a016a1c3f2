#include "kernels/cpu/limits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

namespace dsm::cpu {
namespace {

constexpr Isa kEveryIsa[] = {Isa::Portable, Isa::Avx2, Isa::Avx512, Isa::Avx512Vnni, Isa::Neon};

// Everything below is small: only that it works is tested, never how fast.
constexpr std::int64_t kArenaBytes = 4 * kStretchBytes;

void expectARate(double rate) {
    EXPECT_TRUE(std::isfinite(rate));
    EXPECT_GT(rate, 0);
}

TEST(Limits, HaveLoopsForEveryInstructionSetOfTheMachine) {
    for (const Isa isa : kEveryIsa)
        EXPECT_EQ(limitLoopsOf(isa) != nullptr, simdOf(isa) != nullptr);
    EXPECT_NE(limitLoopsOf(Isa::Portable), nullptr);
}

TEST(Limits, AreFiniteAndPositiveOnEveryInstructionSet) {
    ThreadPool pool(2);
    const ReadArena arena(kArenaBytes);
    std::vector<Stretch> stretches;
    addStretches(arena.bytes(), stretches);
    for (const Isa isa : kEveryIsa) {
        if (limitLoopsOf(isa) == nullptr) continue;
        for (std::size_t pattern = 0; pattern < kReadPatterns.size(); ++pattern) {
            expectARate(readRate(pool, isa, pattern, stretches));
        }
        for (int i = 0; i < kArithmetics; ++i) {
            expectARate(multiplyRate(pool, isa, static_cast<Arithmetic>(i)));
        }
    }
}

TEST(Limits, CountWholeRoundsOfOperations) {
    for (const Isa isa : kEveryIsa) {
        const LimitLoops* loops = limitLoopsOf(isa);
        if (loops == nullptr) continue;
        for (const auto multiply : loops->multiply) {
            EXPECT_GT(multiply(1), 0);
            EXPECT_EQ(multiply(7), 7 * multiply(1));
        }
    }
}

TEST(Limits, ReadEveryStretchOnceAndSayHowMuch) {
    ThreadPool pool(1);
    const ReadArena arena(kArenaBytes);
    std::vector<Stretch> stretches;
    addStretches(arena.bytes(), stretches);
    EXPECT_EQ(readOnce(pool, Isa::Portable, 0, stretches), kArenaBytes);
    EXPECT_EQ(readOnce(pool, Isa::Portable, 0, {}), 0);
}

TEST(Limits, FindTheBestPatternAmongAll) {
    ThreadPool pool(2);
    const ReadArena arena(kArenaBytes);
    std::vector<Stretch> stretches;
    addStretches(arena.bytes(), stretches);
    const BestPattern best = bestReadPattern(pool, machineSimd().isa, stretches);
    EXPECT_LT(best.pattern, kReadPatterns.size());
    expectARate(best.bytesPerSecond);
}

TEST(Limits, CutMemoryIntoAlignedStretches) {
    const ReadArena arena(kArenaBytes);
    std::vector<Stretch> stretches;
    addStretches(arena.bytes().subspan(1), stretches);
    ASSERT_EQ(stretches.size(), 3U);  // the fourth is not whole
    for (const Stretch& stretch : stretches) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(stretch.data()) % 64, 0U);
        EXPECT_EQ(stretch.size(), static_cast<std::size_t>(kStretchBytes));
    }
    addStretches(arena.bytes().first(100), stretches);
    EXPECT_EQ(stretches.size(), 3U);
}

TEST(Limits, DescribeThePatterns) {
    EXPECT_EQ(describe({.streams = 1}), "1 stream");
    EXPECT_EQ(describe({.streams = 4, .aheadBytes = 3072, .locality = 2}),
              "4 streams, 3072 bytes ahead into L2");
}

}  // namespace
}  // namespace dsm::cpu
