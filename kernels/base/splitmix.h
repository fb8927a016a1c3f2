// splitmix64: bits that look random, out of a number; the same ones on every machine and GPU.
//
// Source  Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014).
#pragma once

#include <cstdint>

namespace dsm {

inline constexpr std::uint64_t kSplitmixStep = 0x9e3779b97f4a7c15U;

// The number that the generator of this state gives next.
constexpr std::uint64_t splitmix64(std::uint64_t state) {
    std::uint64_t z = state + kSplitmixStep;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

// The numbers one after the other.
class Splitmix64 {
  public:
    explicit constexpr Splitmix64(std::uint64_t seed) : state_(seed) {}

    constexpr std::uint64_t next() {
        const std::uint64_t number = splitmix64(state_);
        state_ += kSplitmixStep;
        return number;
    }

  private:
    std::uint64_t state_;
};

}  // namespace dsm
