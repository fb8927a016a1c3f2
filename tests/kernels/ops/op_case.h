// What the tests of operations share: the three questions asked of every cpu operation, over the
// table of cases that the self-test has, too (kernels/selftest).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/backend.h"
#include "kernels/base/buffer.h"
#include "kernels/cpu/simd.h"
#include "kernels/selftest/op_cases.h"
#include "tests/support/guarded.h"

namespace dsm::test {

// What one thread computes by itself is not ThreadSanitizer's business, which makes it very slow.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool kThreadsOnly = true;
#else
inline constexpr bool kThreadsOnly = false;
#endif

inline std::vector<const cpu::Simd*> everySimd() {
    std::vector<const cpu::Simd*> all = cpu::everySimd();
    if (kThreadsOnly) all.erase(all.begin(), all.end() - 1);
    return all;
}

using selftest::AttendInputs;
using selftest::AttentionInputInputs;
using selftest::AttentionOutputInputs;
using selftest::ExpertsInputs;
using selftest::inSteps;
using selftest::LogitsInputs;
using selftest::NormInputs;
using selftest::OpBench;
using selftest::Outputs;
using selftest::OwnedCache;
using selftest::OwnedGroups;
using selftest::OwnedWeight;
using selftest::Random;
using selftest::rotaryTable;
using selftest::Routed;
using selftest::RouteInputs;
using selftest::rowsOf;
using selftest::viewsOf;

// |actual - expected| <= tolerance * max |expected|, output by output.
inline void expectClose(const Outputs& actual, const Outputs& expected, double tolerance) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t o = 0; o < actual.size(); ++o) {
        ASSERT_EQ(actual[o].size(), expected[o].size()) << "output " << o;
        double largest = 0;
        for (const float v : expected[o])
            largest = std::max(largest, std::abs(double{v}));
        for (std::size_t i = 0; i < actual[o].size(); ++i) {
            ASSERT_LE(std::abs(double{actual[o][i]} - double{expected[o][i]}), tolerance * largest)
                << "output " << o << " element " << i << ": " << actual[o][i] << " instead of "
                << expected[o][i];
        }
    }
}

inline void expectSameBits(const Outputs& actual, const Outputs& expected) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t o = 0; o < actual.size(); ++o) {
        ASSERT_EQ(actual[o].size(), expected[o].size()) << "output " << o;
        for (std::size_t i = 0; i < actual[o].size(); ++i) {
            ASSERT_EQ(std::bit_cast<std::uint32_t>(actual[o][i]),
                      std::bit_cast<std::uint32_t>(expected[o][i]))
                << "output " << o << " element " << i << ": " << actual[o][i] << " instead of "
                << expected[o][i];
        }
    }
}

// Memory for operations to work in; what they leave in it is of no account.
inline std::span<std::byte> scratch() {
    static const Buffer<std::byte> memory(std::size_t{64} << 20);
    std::fill(memory.data(), memory.data() + (1 << 16), std::byte{0xff});
    return memory.span();
}

// run(ops, context, step) computes the same T tokens, `step` per call, and gives all outputs. For
// each instruction set of this machine: is the result near the reference's, and is it the same to
// the bit with one, two and three threads, and token by token?
template <class Run>
void expectParity(std::int64_t tokens, double tolerance, const Run& run) {
    static ThreadPool one(1);
    static ThreadPool two(2);
    static ThreadPool three(3);
    const std::int64_t all = std::max<std::int64_t>(tokens, 1);
    OpContext plain{.pool = &one, .scratch = scratch()};
    const Outputs expected = run(opTable(Backend::Reference), plain, all);
    if (!kThreadsOnly) expectSameBits(run(opTable(Backend::Reference), plain, 1), expected);
    for (const cpu::Simd* simd : everySimd()) {
        SCOPED_TRACE("instruction set " + std::string(simd->name));
        OpContext context{.pool = &one, .simd = simd, .scratch = scratch()};
        const Outputs actual = run(opTable(Backend::Cpu), context, all);
        expectClose(actual, expected, tolerance);
        for (ThreadPool* pool : {&two, &three}) {
            SCOPED_TRACE(std::to_string(pool->threads()) + " threads");
            OpContext shared{.pool = pool, .simd = simd, .scratch = scratch()};
            expectSameBits(run(opTable(Backend::Cpu), shared, all), actual);
        }
        if (kThreadsOnly) continue;
        SCOPED_TRACE("token by token");
        expectSameBits(run(opTable(Backend::Cpu), context, 1), actual);
        SCOPED_TRACE("five tokens at a time");
        expectSameBits(run(opTable(Backend::Cpu), context, 5), actual);
    }
}

// body(ops, context) for the reference and for the cpu backend with each instruction set.
template <class Body>
void withEveryBackend(const Body& body) {
    static ThreadPool pool(2);
    OpContext plain{.pool = &pool, .scratch = scratch()};
    {
        SCOPED_TRACE("reference");
        body(opTable(Backend::Reference), plain);
    }
    for (const cpu::Simd* simd : everySimd()) {
        SCOPED_TRACE("cpu, " + std::string(simd->name));
        OpContext context{.pool = &pool, .simd = simd, .scratch = scratch()};
        body(opTable(Backend::Cpu), context);
    }
}

// T of every table of cases: none, one, an odd few, several blocks of panels.
#if defined(__SANITIZE_THREAD__)  // threads share data in the same way whatever T; it takes its
                                  // time
inline constexpr std::int64_t kTokenCounts[] = {1, 17};
#else
inline constexpr std::int64_t kTokenCounts[] = {0, 1, 2, 17, 130};
#endif
inline constexpr DType kPlainTypes[] = {DType::F32, DType::BF16};
inline constexpr DType kWeightTypes[] = {DType::F32, DType::BF16, DType::Q8, DType::Q4, DType::NF4};

// The three questions for every case of an operation.
inline void expectParityOf(std::string_view op) {
    for (const selftest::OpCase& one : selftest::opCases(op, kTokenCounts)) {
        SCOPED_TRACE(std::string(one.op) + ", " + std::string(one.type) + ", " + one.label);
        const selftest::OpRun run = one.prepare();
        expectParity(one.tokens, one.tolerance,
                     [&](const OpTable& ops, OpContext& context, std::int64_t step) {
                         return run({.ops = ops, .context = context}, step);
                     });
    }
}

}  // namespace dsm::test
