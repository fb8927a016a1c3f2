#include "engine/evaluate/tasks/python_random.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "kernels/base/check.h"

namespace dsm {
namespace {

constexpr std::size_t kWords = std::mt19937::state_size;

// The state that init_by_array() makes of one word.
std::array<std::uint32_t, kWords> stateOf(std::uint32_t seed) {
    std::array<std::uint32_t, kWords> state{};
    const auto mixed = [&](std::size_t i) { return state[i - 1] ^ (state[i - 1] >> 30U); };
    state[0] = 19650218U;
    for (std::size_t i = 1; i < kWords; ++i)
        state[i] = 1812433253U * mixed(i) + static_cast<std::uint32_t>(i);
    std::size_t i = 1;
    const auto next = [&] {
        if (++i < kWords) return;
        state[0] = state[kWords - 1];
        i = 1;
    };
    for (std::size_t k = 0; k < kWords; ++k, next())
        state[i] = (state[i] ^ (mixed(i) * 1664525U)) + seed;
    for (std::size_t k = 1; k < kWords; ++k, next())
        state[i] = (state[i] ^ (mixed(i) * 1566083941U)) - static_cast<std::uint32_t>(i);
    state[0] = 0x80000000U;
    return state;
}

// A seed sequence, as the standard's engine takes its state from one.
struct GivenState {
    using result_type = std::uint32_t;
    std::array<std::uint32_t, kWords> state;

    template <class Iterator>
    void generate(Iterator begin, Iterator end) const {
        std::copy_n(state.begin(), end - begin, begin);
    }
};

std::mt19937 engineOf(std::uint32_t seed) {
    GivenState given{stateOf(seed)};
    return std::mt19937(given);
}

// Up to so many the places are drawn from a list of all; of more those drawn are remembered.
std::uint32_t listLimit(std::uint32_t k) {
    if (k <= 5) return 21;
    return 21 + static_cast<std::uint32_t>(
                    std::pow(4, std::ceil(std::log(static_cast<double>(k) * 3) / std::log(4.0))));
}

}  // namespace

PythonRandom::PythonRandom(std::uint32_t seed) : bits_(engineOf(seed)) {}

std::uint32_t PythonRandom::below(std::uint32_t n) {
    const int shift = 32 - std::bit_width(n);
    std::uint32_t drawn = n;
    while (drawn >= n)
        drawn = static_cast<std::uint32_t>(bits_()) >> static_cast<unsigned>(shift);
    return drawn;
}

std::vector<std::uint32_t> PythonRandom::sample(std::uint32_t n, std::uint32_t k) {
    DSM_CHECK(k <= n);
    std::vector<std::uint32_t> drawn;
    if (n <= listLimit(k)) {
        std::vector<std::uint32_t> all(n);
        std::iota(all.begin(), all.end(), 0U);
        for (std::uint32_t i = 0; i < k; ++i) {
            const std::uint32_t place = below(n - i);
            drawn.push_back(all[place]);
            all[place] = all[n - i - 1];
        }
        return drawn;
    }
    while (drawn.size() < k) {
        const std::uint32_t place = below(n);
        if (std::ranges::find(drawn, place) == drawn.end()) drawn.push_back(place);
    }
    return drawn;
}

}  // namespace dsm
