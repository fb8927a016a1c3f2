#include "kernels/cpu/simd.h"

#include <limits>

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

// 1, 2, .. in the weights and ones in the tokens: every sum is whole and known.
TEST(Simd, PanelsOfEveryShapeGiveTheExactSums) {
    for (const cpu::Simd* simd : everySimd()) {
        for (const std::int64_t k : {1, 3, 4, 8, 15, 16, 17, 130, 511, 512, 513, 1100}) {
            const std::int64_t stride = k + 5;
            std::vector<float> weights(static_cast<std::size_t>(cpu::kPanelRows * stride), 1e9F);
            for (int n = 0; n < cpu::kPanelRows; ++n) {
                for (std::int64_t i = 0; i < k; ++i) {
                    weights[static_cast<std::size_t>(n * stride + i)] = static_cast<float>(n + 1);
                }
            }
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
                                 .weights = weights.data(),
                                 .type = DType::F32,
                                 .rows = rows,
                                 .stride = stride,
                                 .k = k,
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

TEST(Simd, SoftmaxIsExactToAFewRoundings) {
    Random random;
    for (const cpu::Simd* simd : everySimd()) {
        for (const std::int64_t n : {1, 2, 4, 15, 16, 17, 33, 1000}) {
            for (const float spread : {0.1F, 10.0F, 1000.0F}) {
                const std::vector<float> scores = random.floats(n, spread);
                std::vector<double> exact(scores.size());
                const float scale = 0.125F;
                double total = 0;
                const double most = *std::max_element(scores.begin(), scores.end());
                for (std::size_t i = 0; i < scores.size(); ++i) {
                    total += exact[i] = std::exp((double{scores[i]} - most) * double{scale});
                }
                std::vector<float> actual = scores;
                simd->softmax(actual.data(), n, scale);
                for (std::size_t i = 0; i < scores.size(); ++i) {
                    const double wanted = exact[i] / total;
                    ASSERT_NEAR(actual[i], wanted, 3e-6 * wanted + 1e-30) << simd->name;
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
            simd->softmax(values.data(), 17, 1.0F);
            EXPECT_TRUE(std::isnan(values[3])) << simd->name;
        }
    }
}

}  // namespace
}  // namespace dsm::test
