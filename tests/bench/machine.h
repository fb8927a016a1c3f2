// The machine's own limits, measured beside what is compared with them: on shared machines both
// drift from minute to minute.
#pragma once

#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/base/buffer.h"
#include "kernels/base/dtype.h"
#include "kernels/base/thread_pool.h"
#include "kernels/base/views.h"
#include "kernels/cpu/simd.h"
#include "tests/bench/fma_peak.h"

namespace dsm::bench {

template <class Body>
double secondsOf(const Body& body) {
    const auto begin = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

inline ThreadPool& pool() {
    static ThreadPool threads(0);
    return threads;
}

// 1 GB of plausible bf16 weights, handed out from front to back and then again: far more than any
// cache holds, so that every weight comes from memory as it does in a real model.
class WeightArena {
  public:
    static constexpr std::size_t kCount = std::size_t{512} << 20;

    WeightArena() : numbers_(kCount) {
        constexpr std::size_t kPattern = 1 << 16;
        std::uint32_t state = 1;
        for (std::size_t i = 0; i < kPattern; ++i) {
            state = state * 1664525U + 1013904223U;
            numbers_[i] = toBFloat16(static_cast<float>(state >> 8) * 0x1p-24F * 0.04F - 0.02F);
        }
        for (std::size_t i = kPattern; i < kCount; i += kPattern) {
            std::memcpy(&numbers_[i], numbers_.data(), kPattern * sizeof(BFloat16));
        }
    }

    Weight next(std::int64_t rows, std::int64_t cols) {
        const auto count = static_cast<std::size_t>(rows * cols);
        if (next_ + count > kCount) next_ = 0;
        const Weight weight{&numbers_[next_], DType::BF16, rows, cols};
        next_ += count;
        return weight;
    }
    const Buffer<BFloat16>& numbers() const { return numbers_; }

  private:
    Buffer<BFloat16> numbers_;
    std::size_t next_ = 0;
};

inline WeightArena& arena() {
    static WeightArena weights;
    return weights;
}

// Bytes per second that all threads together read from memory, over 512 MB.
inline double readBandwidth() {
    constexpr std::int64_t kChunk = 1 << 17;  // of 8 bytes
    constexpr std::int64_t kChunks = 512;
    const auto* words = reinterpret_cast<const std::uint64_t*>(arena().numbers().data());
    std::atomic<std::uint64_t> total{0};
    const double seconds = secondsOf([&] {
        pool().run(kChunks, 4, [&](std::int64_t begin, std::int64_t end) {
            std::uint64_t sum[8] = {};
            for (std::int64_t i = begin * kChunk; i < end * kChunk; i += 8) {
                for (int j = 0; j < 8; ++j)
                    sum[j] += words[i + j];
            }
            for (const std::uint64_t s : sum)
                total += s;
        });
    });
    benchmark::DoNotOptimize(total.load());
    return static_cast<double>(kChunk * kChunks * 8) / seconds;
}

// Multiply-adds per second (two operations each) of all threads together, in registers.
inline double peakOperations() {
    std::vector<float> sinks(static_cast<std::size_t>(pool().threads()) * 16, 1.0F);
    std::atomic<std::int64_t> operations{0};
    const double seconds = secondsOf([&] {
        pool().run(pool().threads(), 1, [&](std::int64_t begin, std::int64_t) {
            operations += multiplyAdds(cpu::machineSimd().isa, 4'000'000,
                                       &sinks[static_cast<std::size_t>(begin) * 16]);
        });
    });
    return static_cast<double>(operations) / seconds;
}

}  // namespace dsm::bench
