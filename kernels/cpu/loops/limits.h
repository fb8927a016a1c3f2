// The loops of limits.h, written once over a type of lanes that each instruction set brings:
//
//   V                     a vector of numbers, and kBytes its size
//   load(p), either(a, b) bytes from a boundary of kBytes; a | b
//   Int8, BFloat16, Float32, each with
//     V, kSums            the sum's vector; as many as keep the units busy and fit the registers
//     kOperations         of one multiplyAdd(), two for each product
//     start(i), multiplyAdd(sum)
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernels/cpu/limits.h"

namespace dsm::cpu {
namespace {

// The compiler must suppose that somebody looks at the value.
template <class T>
void keep(const T value) {  // by value: what lies in an array stays in registers until then
    __asm__ volatile("" : : "m"(value) : "memory");
}

template <class L, std::size_t kPattern>
void readStretch(const std::byte* data, std::int64_t bytes) {
    constexpr ReadPattern kWay = kReadPatterns[kPattern];
    constexpr std::int64_t kLine = 64;
    constexpr int kSums = 8;
    // Several lines of few streams in one turn, so that the loop itself costs nothing.
    constexpr int kLines = kWay.streams == 1 ? 4 : kWay.streams == 2 ? 2 : 1;
    constexpr int kLoads = kLine / L::kBytes;
    typename L::V sums[kSums] = {};
    const std::int64_t stream = bytes / kWay.streams;
    for (std::int64_t at = 0; at < stream; at += kLines * kLine) {
#pragma GCC unroll 8
        for (int s = 0; s < kWay.streams; ++s) {
#pragma GCC unroll 4
            for (int line = 0; line < kLines; ++line) {
                const std::byte* p = data + s * stream + at + line * kLine;
                if constexpr (kWay.aheadBytes > 0) {
                    __builtin_prefetch(p + kWay.aheadBytes, 0, kWay.locality);
                }
#pragma GCC unroll 4
                for (int i = 0; i < kLoads; ++i) {
                    auto& sum = sums[((s * kLines + line) * kLoads + i) % kSums];
                    sum = L::either(sum, L::load(p + i * L::kBytes));
                }
            }
        }
    }
    for (const auto sum : sums)
        keep(sum);
}

template <class A>
std::int64_t multiply(std::int64_t rounds) {
    typename A::V sums[A::kSums];
    for (int i = 0; i < A::kSums; ++i)
        sums[i] = A::start(i);
    for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 16
        for (int i = 0; i < A::kSums; ++i)
            sums[i] = A::multiplyAdd(sums[i]);
    }
    for (const auto sum : sums)
        keep(sum);
    return rounds * A::kSums * A::kOperations;
}

template <class L, std::size_t... kPattern>
constexpr LimitLoops makeLimitLoops(std::index_sequence<kPattern...>) {
    return {.read = {readStretch<L, kPattern>...},
            .multiply = {multiply<typename L::Int8>, multiply<typename L::BFloat16>,
                         multiply<typename L::Float32>}};
}

template <class L>
constexpr LimitLoops makeLimitLoops() {
    return makeLimitLoops<L>(std::make_index_sequence<kReadPatterns.size()>());
}

}  // namespace
}  // namespace dsm::cpu
