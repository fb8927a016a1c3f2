// Dice: numbers that look random and are the same ones for the same seed, on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/base/splitmix.h"

namespace dsm {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : bits_(seed) {}

    std::uint64_t next() { return bits_.next(); }
    std::size_t below(std::size_t count) { return count == 0 ? 0 : next() % count; }
    char byte() { return static_cast<char>(next()); }

    // One of them; there is at least one.
    template <class Things>
    const auto& of(const Things& things) {
        return things[below(std::size(things))];
    }

  private:
    Splitmix64 bits_;
};

}  // namespace dsm
