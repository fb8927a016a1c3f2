#include "kernels/cpu/simd.h"

#include <cstring>
#include <limits>

#include "kernels/base/rounded_rows.h"
#include "kernels/cpu/limits.h"
#include "kernels/cpu/quantize_simd.h"
#include "kernels/cpu/token_walk.h"
#include "kernels/cpu/train_simd.h"

#include "tests/kernels/ops/op_case.h"
#include "tests/support/scoped_variable.h"

namespace dsm::test {
namespace {

TEST(Simd, HasAPortableBuildEverywhere) {
    ASSERT_NE(cpu::simdOf(cpu::Isa::Portable), nullptr);
    EXPECT_EQ(cpu::simdOf(cpu::Isa::Portable)->isa, cpu::Isa::Portable);
}

TEST(Simd, OfTheEnvironmentIsTheOneAskedFor) {
    for (const cpu::Simd* simd : everySimd()) {
        const ScopedVariable asked("DSM_CPU_ISA", std::string(simd->name).c_str());
        const Result<const cpu::Simd*> chosen = cpu::simdOfEnvironment();
        ASSERT_TRUE(chosen.has_value());
        EXPECT_EQ(*chosen, simd);
    }
}

TEST(Simd, OfAnEmptyEnvironmentIsTheWidest) {
    for (const char* value : {static_cast<const char*>(nullptr), ""}) {
        const ScopedVariable asked("DSM_CPU_ISA", value);
        const Result<const cpu::Simd*> chosen = cpu::simdOfEnvironment();
        ASSERT_TRUE(chosen.has_value());
        EXPECT_EQ(*chosen, everySimd().back());
    }
}

TEST(Simd, OfAnUnknownNameIsRefusedWithTheNamesThereAre) {
    const ScopedVariable asked("DSM_CPU_ISA", "avx9");
    const Result<const cpu::Simd*> chosen = cpu::simdOfEnvironment();
    ASSERT_FALSE(chosen.has_value());
    EXPECT_EQ(chosen.error().code, ErrorCode::Unsupported);
    EXPECT_NE(chosen.error().message.find("\"avx9\""), std::string::npos);
    EXPECT_NE(chosen.error().message.find("portable"), std::string::npos);
}

// Everything that is done by an instruction set, to be compared with what another does.
std::vector<const void*> loopsOf(cpu::Isa isa) {
    const cpu::Simd& simd = *cpu::simdOf(isa);
    const cpu::LimitLoops& limits = *cpu::limitLoopsOf(isa);
    std::vector<const void*> all{reinterpret_cast<const void*>(simd.panel),
                                 simd.blocks,
                                 simd.levels,
                                 reinterpret_cast<const void*>(simd.norm),
                                 reinterpret_cast<const void*>(simd.attend),
                                 reinterpret_cast<const void*>(simd.gatedUnit),
                                 &cpu::trainLoopsOf(isa),
                                 &cpu::quantizeLoopsOf(isa)};
    for (const auto read : limits.read)
        all.push_back(reinterpret_cast<const void*>(read));
    for (const auto multiply : limits.multiply)
        all.push_back(reinterpret_cast<const void*>(multiply));
    return all;
}

TEST(Simd, IsCompleteOnEveryInstructionSet) {
    for (const cpu::Simd* simd : everySimd()) {
        for (const void* loop : loopsOf(simd->isa))
            EXPECT_NE(loop, nullptr) << simd->name;
    }
}

TEST(Simd, OfAvx2DoesEverythingInItsOwnWay) {
    if (cpu::simdOf(cpu::Isa::Avx2) == nullptr) GTEST_SKIP() << "this machine has no AVX2";
    const auto portable = loopsOf(cpu::Isa::Portable);
    const auto avx2 = loopsOf(cpu::Isa::Avx2);
    for (std::size_t i = 0; i < portable.size(); ++i)
        EXPECT_NE(avx2[i], portable[i]) << "loop " << i;
}

TEST(Simd, TakesWhatItDoesNotDoBetterFromANarrowerOne) {
    if (cpu::simdOf(cpu::Isa::Avx512Vnni) == nullptr) GTEST_SKIP() << "this machine has no VNNI";
    const cpu::Simd& avx2 = *cpu::simdOf(cpu::Isa::Avx2);
    const cpu::Simd& avx512 = *cpu::simdOf(cpu::Isa::Avx512);
    const cpu::Simd& vnni = *cpu::simdOf(cpu::Isa::Avx512Vnni);
    EXPECT_EQ(avx512.blocks, avx2.blocks);
    EXPECT_NE(avx512.panel, avx2.panel);
    EXPECT_NE(vnni.blocks, avx512.blocks);
    EXPECT_EQ(vnni.panel, avx512.panel);
}

// 1, 2, .. in the weights and ones in the tokens: every sum is whole and known.
TEST(Simd, PanelsOfEveryShapeGiveTheExactSums) {
    for (const cpu::Simd* simd : everySimd()) {
        for (const std::int64_t k : {1, 3, 4, 8, 15, 16, 17, 130, 511, 512, 513, 1100}) {
            std::vector<float> values(static_cast<std::size_t>((cpu::kPanelRows + 2) * k), 1e9F);
            for (int n = 0; n < cpu::kPanelRows; ++n) {
                for (std::int64_t i = 0; i < k; ++i) {
                    values[static_cast<std::size_t>((n + 1) * k + i)] = static_cast<float>(n + 1);
                }
            }
            const Weight weight{values.data(), DType::F32, cpu::kPanelRows + 2, k};
            for (const int tokens : {1, 2, 3, 4, 5, 7, 47, 48}) {
                for (int rows = 1; rows <= cpu::kPanelRows; ++rows) {
                    std::vector<std::vector<float>> x;
                    std::vector<const float*> pointers;
                    for (int t = 0; t < tokens; ++t) {
                        x.emplace_back(static_cast<std::size_t>(k), static_cast<float>(t % 5));
                    }
                    for (const auto& row : x)
                        pointers.push_back(row.data());
                    Guarded<float> out(tokens, cpu::kPanelRows);
                    simd->panel({.x = pointers.data(),
                                 .tokens = tokens,
                                 .weight = &weight,
                                 .row = 1,
                                 .rows = rows,
                                 .out = out.view().data});
                    ASSERT_TRUE(out.intact());
                    for (int t = 0; t < tokens; ++t) {
                        for (int n = 0; n < cpu::kPanelRows; ++n) {
                            const float wanted = n < rows
                                                     ? static_cast<float>(k * (n + 1) * (t % 5))
                                                     : Guarded<float>::kCanary;
                            ASSERT_EQ(out.view().row(t)[n], wanted)
                                << simd->name << ", k " << k << ", tokens " << tokens << ", rows "
                                << rows;
                        }
                    }
                }
            }
        }
    }
}

TEST(Simd, GatedUnitsAreRightFromOneEndOfFloatToTheOther) {
    const std::vector<float> gate{-1e30F, -100, -88, -20, -1,  -1e-6F, 0,
                                  1e-6F,  1,    20,  88,  100, 1e30F};
    const std::vector<float> up(gate.size(), 2.0F);
    for (const cpu::Simd* simd : everySimd()) {
        std::vector<float> out(gate.size());
        simd->gatedUnit(gate.data(), up.data(), static_cast<std::int64_t>(gate.size()), out.data());
        for (std::size_t i = 0; i < gate.size(); ++i) {
            const double z = gate[i];
            const double wanted = 2 * z / (1 + std::exp(-z));
            // Below -88 the true value is under 1e-36; e^88 stands in for anything larger.
            const double smallest = z < -88 ? std::abs(z) * 1e-37 : 0;
            EXPECT_NEAR(out[i], wanted, 1e-6 * std::abs(wanted) + smallest)
                << simd->name << ", gate " << z;
        }
    }
}

TEST(Simd, AMissingNumberShowsInTheResult) {
    const float missing = std::numeric_limits<float>::quiet_NaN();
    for (const cpu::Simd* simd : everySimd()) {
        for (const std::size_t place : {0U, 7U, 16U}) {
            std::vector<float> values(17, 1.0F);
            values[place] = missing;
            std::vector<float> gated(17);
            simd->gatedUnit(values.data(), values.data(), 17, gated.data());
            EXPECT_TRUE(std::isnan(gated[place])) << simd->name;
        }
    }
}

// Levels, scale and offset are the definition's to the bit, whatever the place in the group.
TEST(Simd, RoundsRowsAsTheDefinitionSays) {
    Random random;
    for (const cpu::Simd* simd : everySimd()) {
        for (const std::int64_t cols : {1, 31, 32, 33, 64, 100, 160}) {
            for (const int tokens : {1, 2, 5, 12}) {
                Buffer<std::byte> group(static_cast<std::size_t>(tokens * roundedRowBytes(cols)));
                for (int t = 0; t < tokens; ++t) {
                    std::vector<float> x = random.floats(cols, t == 1 ? 1e-33F : 1.0F);
                    if (t == 3) x[0] = std::numeric_limits<float>::quiet_NaN();
                    if (t == 4) x[0] = std::numeric_limits<float>::infinity();
                    simd->blocks->roundRow(x.data(), cols, t, tokens, group.data());
                    for (std::int64_t b = 0; b < blocksOf(cols); ++b) {
                        const std::int64_t count =
                            std::clamp<std::int64_t>(cols - b * kBlockCols, 0, kBlockCols);
                        const RoundedBlock wanted = roundBlock(x.data() + b * kBlockCols, count);
                        const std::byte* base = group.data() + b * tokens * kRoundedBlockBytes;
                        EXPECT_EQ(std::memcmp(base + t * 32, wanted.level, 32), 0) << simd->name;
                        EXPECT_EQ(std::memcmp(base + tokens * 32 + t * 4, &wanted.scale, 4), 0)
                            << simd->name << ", token " << t;
                        EXPECT_EQ(std::memcmp(base + tokens * 36 + t * 4, &wanted.offset, 4), 0)
                            << simd->name;
                    }
                }
            }
        }
    }
}

// The largest sums that levels can make, in every lane: nothing saturates.
TEST(Simd, BlocksOfTheLargestLevelsGiveExactSums) {
    constexpr std::int64_t kCols = 128;
    for (const DType type : {DType::Q8, DType::Q4}) {
        Buffer<std::byte> panel(static_cast<std::size_t>(panelBytes(type, kCols)));
        for (std::int64_t r = 0; r < kBlockRows; ++r) {
            WeightBlock block{.scale = floatToHalf(static_cast<float>(r + 1))};
            block.code.fill(type == DType::Q8 ? std::int8_t{-127} : std::int8_t{0});
            for (std::int64_t b = 0; b < blocksOf(kCols); ++b)
                writeBlock(type, panel.data(), kCols, r, b, block);
        }
        for (const cpu::Simd* simd : everySimd()) {
            for (const int tokens : {1, 2, 3, 4, 7, 11, 12}) {
                Buffer<std::byte> group(static_cast<std::size_t>(tokens * roundedRowBytes(kCols)));
                for (int t = 0; t < tokens; ++t) {
                    const std::vector<float> x(kCols, t % 2 == 0 ? 127.0F : -127.0F);
                    simd->blocks->roundRow(x.data(), kCols, t, tokens, group.data());
                }
                Guarded<float> out(tokens, kBlockRows);
                simd->blocks->panel({.weights = panel.data(),
                                     .type = type,
                                     .tiles = blockTiles(kCols),
                                     .rounded = group.data(),
                                     .tokens = tokens,
                                     .out = out.view().data});
                ASSERT_TRUE(out.intact());
                for (int t = 0; t < tokens; ++t) {
                    for (std::int64_t r = 0; r < kBlockRows; ++r) {
                        const float sum = 127.0F * 127.0F * kCols * static_cast<float>(r + 1);
                        EXPECT_EQ(out.view().row(t)[r], t % 2 == 0 ? -sum : sum)
                            << simd->name << ", " << name(type);
                    }
                }
            }
        }
    }
}

// However many panels a token meets at once, each gives what it gives alone.
TEST(Simd, ATokenMeetsPanelsThatFollowEachOther) {
    constexpr std::int64_t kCols = 200;
    constexpr int kPanels = 7;
    Random random;
    const std::vector<float> x = random.floats(kCols);
    for (const DType type : {DType::Q8, DType::Q4}) {
        const OwnedWeight weight(random, kPanels * kBlockRows, kCols, type);
        const auto* weights = static_cast<const std::byte*>(weight.view().data);
        for (const cpu::Simd* simd : everySimd()) {
            Buffer<std::byte> row(static_cast<std::size_t>(roundedRowBytes(kCols)));
            simd->blocks->roundRow(x.data(), kCols, 0, 1, row.data());
            cpu::BlockPanel panel{.weights = weights,
                                  .type = type,
                                  .tiles = blockTiles(kCols),
                                  .rounded = row.data(),
                                  .tokens = 1};
            Guarded<float> alone(kPanels, kBlockRows);
            for (int p = 0; p < kPanels; ++p) {
                panel.weights = weights + p * panelBytes(type, kCols);
                panel.out = alone.view().row(p);
                simd->blocks->panel(panel);
            }
            for (std::size_t walk = 0; walk < cpu::kTokenWalks.size(); ++walk) {
                Guarded<float> together(kPanels, kBlockRows);
                panel.weights = weights;
                panel.panels = kPanels;
                panel.walk = static_cast<int>(walk);
                panel.out = together.view().data;
                simd->blocks->panel(panel);
                ASSERT_TRUE(together.intact());
                expectSameBits({together.values()}, {alone.values()});
            }
            panel.panels = 1;
        }
    }
}

// One order of fused sums: what one machine computes, another repeats.
TEST(Simd, BlocksGiveTheSameBitsWhereverMultiplyAddIsFused) {
    constexpr std::int64_t kCols = 200;
    Random random;
    const std::vector<float> x = random.floats(kRoundedGroup * kCols);
    for (const DType type : {DType::Q8, DType::Q4}) {
        const OwnedWeight weight(random, kBlockRows, kCols, type);
        Outputs results;
        for (const cpu::Simd* simd : everySimd()) {
            if (simd->isa == cpu::Isa::Portable) continue;
            Buffer<std::byte> group(
                static_cast<std::size_t>(kRoundedGroup * roundedRowBytes(kCols)));
            for (int t = 0; t < kRoundedGroup; ++t)
                simd->blocks->roundRow(x.data() + t * kCols, kCols, t, kRoundedGroup, group.data());
            Guarded<float> out(kRoundedGroup, kBlockRows);
            simd->blocks->panel({.weights = static_cast<const std::byte*>(weight.view().data),
                                 .type = type,
                                 .tiles = blockTiles(kCols),
                                 .rounded = group.data(),
                                 .tokens = kRoundedGroup,
                                 .out = out.view().data});
            results.push_back(out.values());
        }
        for (const std::vector<float>& result : results)
            expectSameBits({result}, {results.front()});
    }
}

// Whole numbers, exact in any order: the largest levels in the longest row, and random ones.
TEST(Simd, LevelsGiveExactSumsOfEveryShape) {
    Random random;
    for (const cpu::Simd* simd : everySimd()) {
        for (const std::int64_t vectors : {1, 2, 3, 8, 11}) {
            for (const std::int64_t panels : {1, 3}) {
                for (const int count : {1, 2, 3, 5}) {
                    const std::int64_t steps = panels == 1 ? kMostHeadSize / 4 : 8;
                    const std::int64_t n = panels * steps * 4;
                    const std::int64_t panelBytes = steps * vectors * 64 + 64;
                    std::vector<std::byte> bytes(static_cast<std::size_t>(panels * panelBytes));
                    for (std::byte& b : bytes)
                        b = static_cast<std::byte>(1 + random.below(255));
                    std::vector<std::vector<float>> x;
                    std::vector<cpu::LevelRow> rows(static_cast<std::size_t>(count));
                    std::vector<float*> out;
                    Guarded<float> results(count, vectors * 16);
                    for (int r = 0; r < count; ++r) {
                        x.emplace_back();
                        for (std::int64_t i = 0; i < n; ++i) {  // whole levels: the scale is 1
                            const float level = static_cast<float>(random.below(65025)) - 32512;
                            x.back().push_back(r == 0 || i == 7 ? 32512.0F : level);
                        }
                        simd->levels->round(x.back().data(), n, rows[static_cast<std::size_t>(r)]);
                        out.push_back(results.view().row(r));
                    }
                    simd->levels->dots({.bytes = bytes.data(),
                                        .panels = panels,
                                        .panelBytes = panelBytes,
                                        .steps = steps,
                                        .stepBytes = vectors * 64,
                                        .vectors = vectors,
                                        .vectorBytes = 64,
                                        .rows = rows.data(),
                                        .count = count,
                                        .out = out.data(),
                                        .next = bytes.data()});
                    ASSERT_TRUE(results.intact());
                    for (int r = 0; r < count; ++r) {
                        for (std::int64_t lane = 0; lane < vectors * 16; ++lane) {
                            std::int64_t sum = 0;
                            for (std::int64_t i = 0; i < n; ++i) {
                                const std::int64_t at = i / (steps * 4) * panelBytes +
                                                        i % (steps * 4) / 4 * vectors * 64 +
                                                        lane * 4 + i % 4;
                                sum += static_cast<std::int64_t>(x[static_cast<std::size_t>(r)]
                                                                  [static_cast<std::size_t>(i)]) *
                                       (std::to_integer<std::int64_t>(
                                            bytes[static_cast<std::size_t>(at)]) -
                                        kKvBias);
                            }
                            ASSERT_EQ(out[static_cast<std::size_t>(r)][lane],
                                      static_cast<float>(sum))
                                << simd->name << ", row " << r << ", lane " << lane;
                        }
                    }
                }
            }
        }
    }
}

TEST(Simd, LevelsShowWhatIsNotFinite) {
    for (const cpu::Simd* simd : everySimd()) {
        for (const float odd :
             {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            std::vector<float> x(32, 1.0F);
            x[20] = odd;
            cpu::LevelRow row;
            simd->levels->round(x.data(), 32, row);
            EXPECT_FALSE(std::isfinite(row.scale)) << simd->name;
            EXPECT_EQ(row.sum, 0) << simd->name;
        }
    }
}

}  // namespace
}  // namespace dsm::test
