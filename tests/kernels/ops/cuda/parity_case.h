// How an operation of the cuda backend is compared with the reference, on the emulated GPU, with
// threads in whatever order: over the table of cases that all backends have in common
// (kernels/selftest), and over cases of its own where a GPU has borders that others have not.
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

using selftest::OpCase;

// Near the reference, the same to the bit whatever the order of the threads, and near it some tokens
// at a time.
inline void expectDeviceParity(const OpCase& one, const OpTable& ops = opsOnDevice()) {
    SCOPED_TRACE(std::string(one.op) + ", " + std::string(one.type) + ", " + one.label);
    static ThreadPool pool(1);
    OpContext context{.pool = &pool, .scratch = scratch()};
    const selftest::OpRun run = one.prepare();
    const std::int64_t all = std::max<std::int64_t>(one.tokens, 1);
    const selftest::OpBench host{.ops = opTable(Backend::Reference), .context = context};
    const selftest::OpBench device{.ops = ops, .context = context};
    const Outputs expected = run(host, all);
    simt::setSeed(1);
    const Outputs actual = run(device, all);
    expectClose(actual, expected, one.tolerance);
    if (one.tokens > 17) return;
    simt::setSeed(2);
    expectSameBits(run(device, all), actual);
    if (one.tokens < 2) return;
    SCOPED_TRACE("five tokens at a time");
    expectClose(run(device, 5), expected, one.tolerance);
}

// Every case of an operation that all backends have in common; nearer than the CPU where that is said.
inline void expectDeviceParityOf(std::string_view op, double most = 1) {
    for (OpCase one : selftest::opCases(op, kCounts)) {
        one.tolerance = std::min(one.tolerance, most);
        expectDeviceParity(one);
    }
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
