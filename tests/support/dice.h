// Dice: numbers that look random and are the same ones for the same seed, on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dsm {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    // splitmix64
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t count) { return count == 0 ? 0 : next() % count; }
    char byte() { return static_cast<char>(next()); }

    // One of them; there is at least one.
    template <class Things>
    const auto& of(const Things& things) {
        return things[below(std::size(things))];
    }

  private:
    std::uint64_t state_;
};

}  // namespace dsm
