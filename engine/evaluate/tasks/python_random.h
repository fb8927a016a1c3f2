// Python's random numbers, so that the examples before a question are those that lm-eval draws.
//
// Source   CPython 3.11, Lib/random.py: Random(seed).sample(range(n), k); Modules/_randommodule.c:
//          the Mersenne Twister, seeded by init_by_array().
// Threads  One at a time.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace dsm {

class PythonRandom {
  public:
    explicit PythonRandom(std::uint32_t seed);

    // k different places of n; k <= n (CHECK).
    std::vector<std::uint32_t> sample(std::uint32_t n, std::uint32_t k);

  private:
    std::uint32_t below(std::uint32_t n);

    std::mt19937 bits_;
};

}  // namespace dsm
