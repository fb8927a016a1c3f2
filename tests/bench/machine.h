// The machine's own limits, measured beside what is compared with them: on shared machines both
// drift from minute to minute.
#pragma once

#include <benchmark/benchmark.h>
#include <time.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "kernels/base/buffer.h"
#include "kernels/base/dtype.h"
#include "kernels/base/thread_pool.h"
#include "kernels/base/views.h"
#include "kernels/cpu/limits.h"
#include "kernels/cpu/simd.h"

namespace dsm::bench {

// One thread per core, or as many as the environment variable DSM_BENCH_THREADS says.
inline ThreadPool& pool() {
    const char* asked = std::getenv("DSM_BENCH_THREADS");
    static ThreadPool threads(asked != nullptr ? std::atoi(asked) : 0);
    return threads;
}

// Seconds that body takes. With a single thread, those that this thread really ran: on a busy
// machine, DSM_BENCH_THREADS=1 measures the code instead of the neighbours.
template <class Body>
double secondsOf(const Body& body) {
    const clockid_t clock = pool().threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
    timespec begin{};
    timespec end{};
    ::clock_gettime(clock, &begin);
    body();
    ::clock_gettime(clock, &end);
    return static_cast<double>(end.tv_sec - begin.tv_sec) +
           static_cast<double>(end.tv_nsec - begin.tv_nsec) * 1e-9;
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

// Bytes per second that all threads together read from memory, over 512 MB, in the order of reads
// that is the fastest here.
inline double readBandwidth() {
    static const auto stretches = [] {
        std::vector<cpu::Stretch> all;
        cpu::addStretches(std::as_bytes(arena().numbers().span()).first(std::size_t{512} << 20),
                          all);
        return all;
    }();
    const cpu::Isa isa = cpu::machineSimd().isa;
    static const std::size_t pattern = cpu::bestReadPattern(pool(), isa, stretches).pattern;
    const double seconds = secondsOf([&] { cpu::readOnce(pool(), isa, pattern, stretches); });
    return static_cast<double>(stretches.size()) * cpu::kStretchBytes / seconds;
}

// Multiply-adds per second (two operations each) of all threads together, in registers.
inline double peakOperations() {
    std::int64_t operations = 0;
    const double seconds = secondsOf([&] {
        operations = cpu::multiplyOnce(pool(), cpu::machineSimd().isa, cpu::Arithmetic::Float32);
    });
    return static_cast<double>(operations) / seconds;
}

}  // namespace dsm::bench
