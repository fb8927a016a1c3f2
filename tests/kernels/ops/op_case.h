// What the tests of operations share: random inputs, outputs between guard zones, and the three
// questions asked of every cpu operation.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/base/buffer.h"
#include "kernels/base/weight_blocks.h"
#include "kernels/cpu/simd.h"
#include "tests/support/guarded.h"

namespace dsm::test {

// Every output of an operation, each with its own scale.
using Outputs = std::vector<std::vector<float>>;

inline std::vector<const cpu::Simd*> everySimd() {
    std::vector<const cpu::Simd*> all;
    for (const cpu::Isa isa : {cpu::Isa::Portable, cpu::Isa::Avx2, cpu::Isa::Avx512,
                               cpu::Isa::Avx512Vnni, cpu::Isa::Neon}) {
        if (const cpu::Simd* simd = cpu::simdOf(isa)) all.push_back(simd);
    }
#if defined(__SANITIZE_THREAD__)  // the loops of one thread are not its business
    all.erase(all.begin(), all.end() - 1);
#endif
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

// A weight that owns its numbers. Those of a plain type end where their memory ends (a read beyond
// shows under AddressSanitizer).
class OwnedWeight {
  public:
    OwnedWeight() = default;
    OwnedWeight(const std::vector<float>& values, std::int64_t rows, std::int64_t cols, DType type)
        : type_(type), rows_(rows), cols_(cols) {
        DSM_CHECK(static_cast<std::int64_t>(values.size()) == rows * cols);
        if (isPlain(type)) {
            storePlain(values);
        } else if (isBlocked(type)) {
            storeBlocks(values);
        } else {
            storeNf4(values);
        }
    }
    OwnedWeight(Random& random, std::int64_t rows, std::int64_t cols, DType type)
        : OwnedWeight(random.floats(rows * cols, 1 / std::sqrt(static_cast<float>(cols))), rows,
                      cols, type) {}

    Weight view() const {
        const void* data = bytes_.data();
        if (isBlocked(type_)) data = blocks_.data();
        return {data, type_, rows_, cols_, type_ == DType::NF4 ? scales_.get() : nullptr};
    }

  private:
    void storePlain(const std::vector<float>& values) {
        bytes_.resize(values.size() * sizeBytes(type_));
        for (std::size_t i = 0; i < values.size(); ++i) {
            const BFloat16 half = toBFloat16(values[i]);
            if (type_ == DType::F32) std::memcpy(&bytes_[i * 4], &values[i], 4);
            if (type_ == DType::BF16) std::memcpy(&bytes_[i * 2], &half, 2);
        }
    }

    // The nearest levels for a scale that reaches the largest number.
    void storeBlocks(const std::vector<float>& values) {
        blocks_ = Buffer<std::byte>(static_cast<std::size_t>(blockedBytes(type_, rows_, cols_)));
        for (std::int64_t r = 0; r < rows_; ++r) {
            for (std::int64_t b = 0; b * kBlockCols < cols_; ++b) {
                const float* x = values.data() + r * cols_ + b * kBlockCols;
                const auto count =
                    static_cast<std::size_t>(std::min(cols_ - b * kBlockCols, kBlockCols));
                float most = 0;
                for (std::size_t i = 0; i < count; ++i)
                    most = std::max(most, std::abs(x[i]));
                WeightBlock block{.scale = floatToHalf(most / 127)};
                const float scale = halfToFloat(block.scale);
                for (std::size_t i = 0; i < count; ++i)
                    block.code[i] = nearestCode(scale > 0 ? x[i] / scale : 0);
                writeBlock(type_, blocks_.data(), cols_, r, b, block);
            }
        }
    }
    std::int8_t nearestCode(float level) const {
        if (type_ == DType::Q8) {
            return static_cast<std::int8_t>(std::clamp(std::nearbyint(level), -127.0F, 127.0F));
        }
        std::int8_t best = 0;
        for (std::int8_t code = 1; code < 16; ++code) {
            if (std::abs(level - kQ4Levels[code]) < std::abs(level - kQ4Levels[best])) best = code;
        }
        return best;
    }

    void storeNf4(const std::vector<float>& values) {
        bytes_.resize((values.size() + 1) / 2);
        absmax_.resize((values.size() + 63) / 64);
        for (std::size_t i = 0; i < values.size(); ++i)
            absmax_[i / 64] = std::max(absmax_[i / 64], std::abs(values[i]));
        for (std::size_t i = 0; i < values.size(); ++i) {
            unsigned best = 0;
            const float level = values[i] / absmax_[i / 64];
            for (unsigned code = 1; code < 16; ++code) {
                if (std::abs(level - kNf4Levels[code]) < std::abs(level - kNf4Levels[best]))
                    best = code;
            }
            bytes_[i / 2] |= static_cast<std::byte>(i % 2 == 0 ? best << 4U : best);
        }
        scales_ = std::make_unique<Nf4Scales>(Nf4Scales{.absmax = absmax_.data()});
    }

    std::vector<std::byte> bytes_;
    Buffer<std::byte> blocks_;
    std::vector<float> absmax_;
    std::unique_ptr<Nf4Scales> scales_;
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

// The cache of one layer, all zero.
class OwnedCache {
  public:
    OwnedCache(KvType type, std::int64_t positions, std::int64_t heads, std::int64_t headSize)
        : shape_{.type = type,
                 .positions = (positions + kKvPanel - 1) / kKvPanel * kKvPanel,
                 .heads = heads,
                 .headSize = headSize},
          keys_(static_cast<std::size_t>(shape_.sizeBytes())),
          values_(static_cast<std::size_t>(shape_.sizeBytes())) {}

    KvPanels view() const {
        KvPanels panels = shape_;
        panels.keys = keys_.data();
        panels.values = values_.data();
        return panels;
    }

  private:
    KvPanels shape_;
    Buffer<std::byte> keys_, values_;
};

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
    expectSameBits(run(opTable(Backend::Reference), plain, 1), expected);
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
#if defined(__SANITIZE_THREAD__)  // threads share data in the same way whatever T; it takes its time
inline constexpr std::int64_t kTokenCounts[] = {1, 17};
#else
inline constexpr std::int64_t kTokenCounts[] = {0, 1, 2, 17, 130};
#endif
inline constexpr DType kPlainTypes[] = {DType::F32, DType::BF16};
inline constexpr DType kWeightTypes[] = {DType::F32, DType::BF16, DType::Q8, DType::Q4, DType::NF4};

}  // namespace dsm::test
