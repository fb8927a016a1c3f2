// What an adapter adds to a product: by hand, and cpu against reference for every kind of weight.

#include <gtest/gtest.h>

#include "kernels/op_table.h"
#include "kernels/ops/attention_output.h"
#include "kernels/ops/experts_input.h"
#include "kernels/ops/experts_output.h"
#include "kernels/ops/reference_dot.h"
#include "tests/kernels/ops/op_case.h"

namespace dsm {
namespace {

using test::OwnedWeight;
using test::Random;

// Factors that own their numbers.
class OwnedLowRank {
  public:
    OwnedLowRank(Random& random, std::int64_t rank, std::int64_t rows, std::int64_t cols)
        : a_(random.floats(rank * cols, 0.1F)),
          b_(random.floats(rows * rank, 0.1F)),
          view_{{a_.data(), rank, cols}, {b_.data(), rows, rank}, 1.5F} {}
    OwnedLowRank(const OwnedLowRank&) = delete;
    OwnedLowRank& operator=(const OwnedLowRank&) = delete;

    Weight on(Weight weight) const {
        weight.lowRank = &view_;
        return weight;
    }

  private:
    std::vector<float> a_;
    std::vector<float> b_;
    LowRank view_;
};

TEST(LowRank, AddsTheScaledProductOfBothFactors) {
    const float weights[] = {1, 0, 0, 1};  // [2, 2]
    const float a[] = {1, 2};              // [1, 2]
    const float b[] = {3, 4};              // [2, 1]
    const LowRank low{{a, 1, 2}, {b, 2, 1}, 0.5F};
    const Weight w{.data = weights, .type = DType::F32, .rows = 2, .cols = 2, .lowRank = &low};
    const float x[] = {10, 20};  // x A^T = 50
    EXPECT_EQ(reference::dot(x, w, 0), 10 + 0.5F * 3 * 50);
    EXPECT_EQ(reference::dot(x, w, 1), 20 + 0.5F * 4 * 50);
}

constexpr DType kTypes[] = {DType::F32, DType::BF16, DType::Q8, DType::Q4, DType::NF4};

float largest(const std::vector<float>& values) {
    float most = 0;
    for (const float value : values)
        most = std::max(most, std::abs(value));
    return most;
}

void expectNear(const std::vector<float>& found, const std::vector<float>& expected, float share) {
    ASSERT_EQ(found.size(), expected.size());
    const float tolerance = share * largest(expected);
    for (std::size_t i = 0; i < found.size(); ++i)
        ASSERT_NEAR(found[i], expected[i], tolerance) << i;
}

struct Surroundings {
    ThreadPool pool{2};
    Buffer<std::byte> scratch{1 << 20};
    OpContext context{.pool = &pool, .simd = nullptr, .scratch = scratch.span()};
};

TEST(LowRank, IsTheSameOnEveryBackendForEveryTypeRankAndNumberOfTokens) {
    Surroundings s;
    for (const DType type : kTypes) {
        for (const auto& [rank, tokens] : {std::pair{1, 1}, {8, 1}, {17, 5}, {33, 50}, {8, 97}}) {
            SCOPED_TRACE(std::string(name(type)) + " rank " + std::to_string(rank) + " tokens " +
                         std::to_string(tokens));
            Random random;
            const OwnedWeight weight(random, 40, 96, type);
            const OwnedLowRank low(random, rank, 40, 96);
            const auto x = random.floats(tokens * 96);
            const auto run = [&, tokens = tokens](const auto& op) {
                test::Guarded<float> out(tokens, 40);
                std::fill_n(out.view().data, out.view().size(), 0.25F);
                op(s.context, AttentionOutputArgs{.attended = {x.data(), tokens, 96},
                                                  .output = low.on(weight.view()),
                                                  .x = out.view()});
                EXPECT_TRUE(out.intact());
                return out.values();
            };
            const auto expected = run(reference::attentionOutput);
            for (const cpu::Simd* simd : test::everySimd()) {
                s.context.simd = simd;
                expectNear(run(cpu::attentionOutput), expected, 2e-5F);
            }
        }
    }
}

TEST(LowRank, ComputesATokenAloneAsAmongOthers) {
    Surroundings s;
    Random random;
    const OwnedWeight weight(random, 40, 96, DType::Q4);
    const OwnedLowRank low(random, 8, 40, 96);
    const auto x = random.floats(60 * 96);
    const auto run = [&](std::int64_t first, std::int64_t tokens) {
        test::Guarded<float> out(tokens, 40);
        std::fill_n(out.view().data, out.view().size(), 0.0F);
        cpu::attentionOutput(s.context, {.attended = {x.data() + first * 96, tokens, 96},
                                         .output = low.on(weight.view()),
                                         .x = out.view()});
        return out.values();
    };
    const auto all = run(0, 60);
    for (const std::int64_t t : {0, 1, 47, 48, 59}) {
        const auto one = run(t, 1);
        for (std::size_t i = 0; i < one.size(); ++i)
            ASSERT_EQ(one[i], all[static_cast<std::size_t>(t) * 40 + i]) << t;
    }
}

// Two experts of width 24 over a hidden size of 64, three tokens with one expert each.
TEST(LowRank, ReachesRoutedAndSharedExperts) {
    Surroundings s;
    constexpr std::int64_t kTokens = 3, kHidden = 64, kWidth = 24;
    std::vector<std::int32_t> begin{0, 1, 3};
    std::vector<std::int32_t> slots{1, 0, 2};
    for (const DType type : kTypes) {
        SCOPED_TRACE(name(type));
        Random random;
        std::vector<OwnedWeight> weights;
        std::vector<std::unique_ptr<OwnedLowRank>> lows;
        const auto make = [&](std::int64_t rows, std::int64_t cols) {
            weights.emplace_back(random, rows, cols, type);
            lows.push_back(std::make_unique<OwnedLowRank>(random, 4, rows, cols));
        };
        weights.reserve(9);
        for (int i = 0; i < 6; ++i)
            make(kWidth, kHidden);  // gate, up of expert 0, 1, of the shared one
        for (int i = 0; i < 3; ++i)
            make(kHidden, kWidth);  // down
        const auto at = [&](std::size_t i) { return lows[i]->on(weights[i].view()); };
        const std::vector<Weight> gate{at(0), at(2)}, up{at(1), at(3)}, down{at(6), at(7)};
        const auto n = random.floats(kTokens * kHidden);
        const std::vector<float> shares{0.5F, 0.25F, 0.75F};
        const auto run = [&](const OpTable& ops) {
            test::Guarded<float> routed(kTokens, kWidth), shared(kTokens, kWidth);
            test::Guarded<float> x(kTokens, kHidden);
            std::fill_n(x.view().data, x.view().size(), 0.0F);
            const ExpertGroups groups{.slots = slots, .begin = begin};
            ops.expertsInput(s.context, {.normed = {n.data(), kTokens, kHidden},
                                         .activeExperts = 1,
                                         .groups = groups,
                                         .gate = gate,
                                         .up = up,
                                         .sharedGate = at(4),
                                         .sharedUp = at(5),
                                         .routedHidden = routed.view(),
                                         .sharedHidden = shared.view()});
            ops.expertsOutput(s.context, {.routedHidden = routed.view(),
                                          .weight = {shares.data(), kTokens, 1},
                                          .groups = groups,
                                          .down = down,
                                          .sharedHidden = shared.view(),
                                          .sharedDown = at(8),
                                          .x = x.view()});
            EXPECT_TRUE(routed.intact() && shared.intact() && x.intact());
            return test::Outputs{routed.values(), shared.values(), x.values()};
        };
        const auto expected = run(opTable(Backend::Reference));
        const auto found = run(opTable(Backend::Cpu));
        const float share = isBlocked(type) ? 2e-2F : 8e-5F;  // hidden numbers round to levels
        for (std::size_t i = 0; i < expected.size(); ++i)
            expectNear(found[i], expected[i], share);
    }
}

}  // namespace
}  // namespace dsm
