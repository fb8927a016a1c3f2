// How an operation of the cuda backend is compared with the reference, on the emulated GPU: over odd
// sizes, every weight and cache type, few and many tokens, with threads in whatever order.
#pragma once

#include <cublas_v2.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/kernels/ops/cuda/on_device.h"
#include "tests/kernels/ops/op_case.h"
#include "tests/support/simt/runtime.h"

namespace dsm::test {

inline constexpr std::int64_t kManyTokens = 512;
inline constexpr std::int64_t kCounts[] = {0, 1, 2, 17};

class Cuda : public testing::Test {
  protected:
    void SetUp() override { simt::setMachine(); }
    void TearDown() override { simt::setMachine(); }
};

// run(ops, context, step) computes the same T tokens, `step` per call, and gives all outputs: near
// the reference, the same to the bit whatever the order of the threads, and near it token by token.
template <class Run>
void expectDeviceParity(std::int64_t tokens, double tolerance, const Run& run) {
    static ThreadPool one(1);
    OpContext context{.pool = &one, .scratch = scratch()};
    const std::int64_t all = std::max<std::int64_t>(tokens, 1);
    const Outputs expected = run(opTable(Backend::Reference), context, all);
    simt::setSeed(1);
    const Outputs actual = run(opsOnDevice(), context, all);
    expectClose(actual, expected, tolerance);
    if (tokens > 17) return;
    simt::setSeed(2);
    expectSameBits(run(opsOnDevice(), context, all), actual);
    if (tokens < 2) return;
    SCOPED_TRACE("five tokens at a time");
    expectClose(run(opsOnDevice(), context, 5), expected, tolerance);
}

inline std::string traceOf(const std::string& shape, std::int64_t tokens, std::string_view type) {
    return shape + ", T " + std::to_string(tokens) + ", " + std::string(type);
}

// Runs the parity of many tokens over weights in bfloat16; so many products must have been
// cuBLAS's.
template <class Expect>
void expectThroughCublas(std::int64_t products, const Expect& expect) {
    const CublasOnDevice cublas;
    expect();
    // Each input is the sum of two.
    EXPECT_EQ(simt::cublasProducts(), 2 * products);
}

// A table's case of 17 tokens runs three times; of those five at a time none is cuBLAS's.
inline constexpr std::int64_t kRunsOfMany = 2;

}  // namespace dsm::test
