// What the tests of training operations share: parity of the cpu with the reference, and finite
// differences of the reference in double.
#pragma once

#include <functional>

#include "kernels/train_ops.h"
#include "tests/kernels/ops/op_case.h"
#include "tests/support/golden.h"

namespace dsm::test {

inline OpContext contextOf(ThreadPool& pool, const cpu::Simd* simd = nullptr) {
    return {.pool = &pool, .simd = simd, .scratch = scratch()};
}

// run(ops, context) gives all outputs. For each instruction set: is it near the reference, and the
// same to the bit with one, two and three threads?
template <class Run>
void expectTrainParity(double tolerance, const Run& run) {
    static ThreadPool one(1);
    static ThreadPool two(2);
    static ThreadPool three(3);
    OpContext plain = contextOf(one);
    const Outputs expected = run(trainOps(Backend::Reference), plain);
    for (const cpu::Simd* simd : everySimd()) {
        SCOPED_TRACE("instruction set " + std::string(simd->name));
        OpContext context = contextOf(one, simd);
        const Outputs actual = run(trainOps(Backend::Cpu), context);
        expectClose(actual, expected, tolerance);
        for (ThreadPool* pool : {&two, &three}) {
            SCOPED_TRACE(std::to_string(pool->threads()) + " threads");
            OpContext shared = contextOf(*pool, simd);
            expectSameBits(run(trainOps(Backend::Cpu), shared), actual);
        }
    }
}

// body(ops, context) for the reference and the cpu with each instruction set.
template <class Body>
void withEveryTrainBackend(const Body& body) {
    static ThreadPool pool(2);
    OpContext plain = contextOf(pool);
    {
        SCOPED_TRACE("reference");
        body(trainOps(Backend::Reference), plain);
    }
    for (const cpu::Simd* simd : everySimd()) {
        SCOPED_TRACE("cpu, " + std::string(simd->name));
        OpContext context = contextOf(pool, simd);
        body(trainOps(Backend::Cpu), context);
    }
}

inline std::vector<double> wide(const std::vector<float>& values) {
    return {values.begin(), values.end()};
}

template <class T>
Matrix<T> matrixOf(std::vector<T>& values, std::int64_t rows, std::int64_t cols) {
    DSM_CHECK(static_cast<std::int64_t>(values.size()) == rows * cols);
    return {values.data(), rows, cols};
}
template <class T>
Matrix<const T> matrixOf(const std::vector<T>& values, std::int64_t rows, std::int64_t cols) {
    DSM_CHECK(static_cast<std::int64_t>(values.size()) == rows * cols);
    return {values.data(), rows, cols};
}

// gradient[i] is d loss / d x[i]: moves each number both ways. `x` is as before afterwards.
template <class Loss>
void expectGradient(std::vector<double>& x, const std::vector<double>& gradient, const Loss& loss,
                    const char* what) {
    ASSERT_EQ(x.size(), gradient.size());
    double largest = 0;
    for (const double g : gradient)
        largest = std::max(largest, std::abs(g));
    for (std::size_t i = 0; i < x.size(); ++i) {
        constexpr double kMove = 1e-5;
        const double before = x[i];
        x[i] = before + kMove;
        const double up = loss();
        x[i] = before - kMove;
        const double down = loss();
        x[i] = before;
        ASSERT_NEAR((up - down) / (2 * kMove), gradient[i], 1e-6 * (largest + 1))
            << what << " element " << i;
    }
}

inline double weightedSum(const std::vector<double>& y, const std::vector<double>& dy) {
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
        sum += y[i] * dy[i];
    return sum;
}

}  // namespace dsm::test
