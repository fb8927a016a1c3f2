#include "kernels/cpu/gemm.h"

#include <bit>

#include "kernels/cpu/train_simd.h"
#include "tests/kernels/ops/op_case.h"

namespace dsm::test {
namespace {

using cpu::Factor;
using cpu::Product;
using cpu::Term;

std::vector<float> run(const cpu::Simd* simd, ThreadPool& pool, const Term& term, std::int64_t rows,
                       std::int64_t cols, bool add = false) {
    Guarded<float> out(rows, cols);
    std::fill_n(out.view().data, rows * cols, 2.0F);
    const Product product{.out = out.view().data,
                          .rows = rows,
                          .cols = cols,
                          .stride = cols,
                          .add = add,
                          .terms = {&term, 1}};
    OpContext context{.pool = &pool, .simd = simd, .scratch = scratch()};
    cpu::gemm(context, {&product, 1});
    EXPECT_TRUE(out.intact());
    return out.values();
}

double leftOf(const Factor& f, std::int64_t i, std::int64_t k) {
    std::int64_t row = f.across ? k : i;
    const std::int64_t col = f.across ? i : k;
    if (f.index != nullptr) row = f.index[row];
    return static_cast<double>(f.stored.at(row, col));
}

struct Shape {
    std::int64_t rows, cols, sum;
};

TEST(Gemm, IsTheSumOfProductsForEveryTypeAndOrder) {
    ThreadPool one(1), three(3);
    for (const Shape s : {Shape{1, 1, 1}, {5, 3, 7}, {13, 33, 64}, {75, 130, 300}, {6, 16, 256}}) {
        for (const DType type : kWeightTypes) {
            for (const bool leftAcross : {false, true}) {
                for (const bool rightAcross : {false, true}) {
                    SCOPED_TRACE(std::string(name(type)) + " " + std::to_string(s.rows) + " x " +
                                 std::to_string(s.cols) + " over " + std::to_string(s.sum));
                    Random random;
                    const OwnedWeight left(random, leftAcross ? s.sum : s.rows,
                                           leftAcross ? s.rows : s.sum, DType::F32);
                    const OwnedWeight right(random, rightAcross ? s.sum : s.cols,
                                            rightAcross ? s.cols : s.sum, type);
                    const Term term{.left = {.stored = left.view(), .across = leftAcross},
                                    .right = {.stored = right.view(), .across = rightAcross},
                                    .sum = s.sum};
                    std::vector<float> expected;
                    for (std::int64_t i = 0; i < s.rows && !kThreadsOnly; ++i) {
                        for (std::int64_t j = 0; j < s.cols; ++j) {
                            double sum = 0;
                            for (std::int64_t k = 0; k < s.sum; ++k)
                                sum += leftOf(term.left, i, k) * leftOf(term.right, j, k);
                            expected.push_back(static_cast<float>(sum));
                        }
                    }
                    for (const cpu::Simd* simd : everySimd()) {
                        const auto actual = run(simd, one, term, s.rows, s.cols);
                        if (!kThreadsOnly) expectClose({actual}, {expected}, 2e-5);
                        expectSameBits({run(simd, three, term, s.rows, s.cols)}, {actual});
                    }
                }
            }
        }
    }
}

TEST(Gemm, GathersScalesAndAdds) {
    const std::vector<float> left{1, 2, 3, 4}, right{10, 100};  // [2, 2], [1, 2]
    const std::int32_t rows[] = {1, 0, 1};
    ThreadPool pool(2);
    Term term{.left = cpu::factorOf({left.data(), 2, 2}),
              .right = cpu::factorOf({right.data(), 1, 2}),
              .sum = 2,
              .leftScale = 0.5F};
    term.left.index = rows;
    for (const cpu::Simd* simd : everySimd())
        EXPECT_EQ(run(simd, pool, term, 3, 1, true), (std::vector<float>{217, 107, 217}));
}

TEST(Gemm, DropsFactorsAndProducts) {
    constexpr std::int64_t kRows = 80, kCols = 140, kSum = 9;
    Random random;
    const auto left = random.floats(kRows * kSum), right = random.floats(kCols * kSum);
    const Dropout in = Dropout::ofRate(0.3, 11), out = Dropout::ofRate(0.5, 12);
    Term term{.left = cpu::factorOf({left.data(), kRows, kSum}),
              .right = cpu::factorOf({right.data(), kCols, kSum}),
              .sum = kSum,
              .outDropout = out};
    term.left.dropout = in;
    std::vector<float> expected;
    for (std::int64_t i = 0; i < kRows; ++i) {
        for (std::int64_t j = 0; j < kCols; ++j) {
            float sum = 0;
            for (std::int64_t k = 0; k < kSum; ++k) {
                const auto at = static_cast<std::size_t>(i * kSum + k);
                if (in.keeps(i * kSum + k))
                    sum += left[at] * in.scale * right[static_cast<std::size_t>(j * kSum + k)];
            }
            expected.push_back(2 + (out.keeps(i * kCols + j) ? sum * out.scale : 0));
        }
    }
    ThreadPool pool(3);
    for (const cpu::Simd* simd : everySimd())
        expectClose({run(simd, pool, term, kRows, kCols, true)}, {expected}, 1e-5);
}

TEST(Gemm, OfNothingIsZeroOrWhatWasThere) {
    const float number = 1;
    ThreadPool pool(2);
    const Term term{.left = cpu::factorOf({&number, 0, 0}),
                    .right = cpu::factorOf({&number, 0, 0})};
    EXPECT_EQ(run(nullptr, pool, term, 2, 1), (std::vector<float>{0, 0}));
    EXPECT_EQ(run(nullptr, pool, term, 2, 1, true), (std::vector<float>{2, 2}));
    EXPECT_TRUE(run(nullptr, pool, term, 0, 3).empty());
}

}  // namespace
}  // namespace dsm::test
