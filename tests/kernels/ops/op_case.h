// What the tests of operations share: random inputs, outputs between guard zones, and the three
// questions asked of every cpu operation.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/base/buffer.h"
#include "kernels/cpu/simd.h"
#include "tests/support/guarded.h"

namespace dsm::test {

// Every output of an operation, each with its own scale.
using Outputs = std::vector<std::vector<float>>;

inline std::vector<const cpu::Simd*> everySimd() {
    std::vector<const cpu::Simd*> all;
    for (const cpu::Isa isa : {cpu::Isa::Portable, cpu::Isa::Avx2, cpu::Isa::Avx512}) {
        if (const cpu::Simd* simd = cpu::simdOf(isa)) all.push_back(simd);
    }
    return all;
}

// Numbers from a normal distribution, the same on every machine and run.
class Random {
  public:
    explicit Random(unsigned seed = 1) : engine_(seed) {}

    std::vector<float> floats(std::int64_t count, float scale = 1) {
        std::vector<float> values(static_cast<std::size_t>(count));
        for (float& v : values)
            v = scale * next();
        return values;
    }
    std::int32_t below(std::int64_t bound) {
        return static_cast<std::int32_t>(engine_() % static_cast<std::uint32_t>(bound));
    }

  private:
    // The sum of four uniform numbers: near enough to normal, and exact on every machine.
    float next() {
        float sum = 0;
        for (int i = 0; i < 4; ++i)
            sum += static_cast<float>(engine_() >> 8) * 0x1p-24F - 0.5F;
        return sum * 1.7F;
    }

    std::mt19937 engine_;
};

// A weight that owns its numbers, which end where its memory ends (a read beyond shows under
// AddressSanitizer).
class OwnedWeight {
  public:
    OwnedWeight() = default;
    OwnedWeight(const std::vector<float>& values, std::int64_t rows, std::int64_t cols, DType type)
        : bytes_(values.size() * sizeBytes(type)), type_(type), rows_(rows), cols_(cols) {
        DSM_CHECK(static_cast<std::int64_t>(values.size()) == rows * cols);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const BFloat16 half = toBFloat16(values[i]);
            if (type == DType::F32) std::memcpy(&bytes_[i * 4], &values[i], 4);
            if (type == DType::BF16) std::memcpy(&bytes_[i * 2], &half, 2);
        }
    }
    OwnedWeight(Random& random, std::int64_t rows, std::int64_t cols, DType type)
        : OwnedWeight(random.floats(rows * cols, 1 / std::sqrt(static_cast<float>(cols))), rows,
                      cols, type) {}

    Weight view() const { return {bytes_.data(), type_, rows_, cols_}; }

  private:
    std::vector<std::byte> bytes_;
    DType type_ = DType::F32;
    std::int64_t rows_ = 0;
    std::int64_t cols_ = 0;
};

inline std::vector<Weight> viewsOf(const std::vector<OwnedWeight>& weights) {
    std::vector<Weight> views;
    for (const OwnedWeight& weight : weights)
        views.push_back(weight.view());
    return views;
}

inline Matrix<const float> rowsOf(const std::vector<float>& values, std::int64_t first,
                                  std::int64_t rows, std::int64_t cols) {
    DSM_CHECK(static_cast<std::int64_t>(values.size()) >= (first + rows) * cols);
    return {values.data() + first * cols, rows, cols};
}

// Slots by expert, straight from the definition.
struct OwnedGroups {
    std::vector<std::int32_t> slots;
    std::vector<std::int32_t> begin{0};

    OwnedGroups(std::span<const std::int32_t> expert, std::int64_t experts) {
        for (std::int64_t e = 0; e < experts; ++e) {
            for (std::size_t slot = 0; slot < expert.size(); ++slot) {
                if (expert[slot] == e) slots.push_back(static_cast<std::int32_t>(slot));
            }
            begin.push_back(static_cast<std::int32_t>(slots.size()));
        }
    }
    ExpertGroups view() { return {slots, begin}; }
};

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

// Runs body(begin, count) over `tokens` tokens, `step` at a time, once even for no token.
template <class Body>
void inSteps(std::int64_t tokens, std::int64_t step, const Body& body) {
    if (tokens == 0) body(std::int64_t{0}, std::int64_t{0});
    for (std::int64_t begin = 0; begin < tokens; begin += step) {
        body(begin, std::min(step, tokens - begin));
    }
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
    OpContext plain{.pool = &one};
    const Outputs expected = run(opTable(Backend::Reference), plain, all);
    expectSameBits(run(opTable(Backend::Reference), plain, 1), expected);
    for (const cpu::Simd* simd : everySimd()) {
        SCOPED_TRACE("instruction set " + std::string(simd->name));
        OpContext context{.pool = &one, .simd = simd};
        const Outputs actual = run(opTable(Backend::Cpu), context, all);
        expectClose(actual, expected, tolerance);
        for (ThreadPool* pool : {&two, &three}) {
            SCOPED_TRACE(std::to_string(pool->threads()) + " threads");
            OpContext shared{.pool = pool, .simd = simd};
            expectSameBits(run(opTable(Backend::Cpu), shared, all), actual);
        }
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
    OpContext plain{.pool = &pool};
    {
        SCOPED_TRACE("reference");
        body(opTable(Backend::Reference), plain);
    }
    for (const cpu::Simd* simd : everySimd()) {
        SCOPED_TRACE("cpu, " + std::string(simd->name));
        OpContext context{.pool = &pool, .simd = simd};
        body(opTable(Backend::Cpu), context);
    }
}

// T of every table of cases: none, one, an odd few, several blocks of panels.
inline constexpr std::int64_t kTokenCounts[] = {0, 1, 2, 17, 130};
inline constexpr DType kWeightTypes[] = {DType::F32, DType::BF16};

}  // namespace dsm::test
