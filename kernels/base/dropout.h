// Dropout of an adapter's inputs: which numbers are kept, from a key and their place alone.
//
//   kept(i)  = hash(key, i) >= threshold            threshold = rate * 2^32
//   out[i]   = kept(i) ? x[i] / (1 - rate) : 0
//
// Nothing is stored: the backward pass asks again.
//
// On a device the key may depend on a number that stands there when the operation runs, so that a
// recorded launch drops others each time: settled() looks at it.
//
// Source    Srivastava et al., JMLR 15 (2014); the hash's mixer: lowbias32 of hash-prospector.
#pragma once

#include <cstdint>

#include "kernels/base/splitmix.h"

namespace dsm {

constexpr std::uint32_t mixBits(std::uint32_t v) {
    v = (v ^ (v >> 16)) * 0x7feb352dU;
    v = (v ^ (v >> 15)) * 0x846ca68bU;
    return v ^ (v >> 16);
}

struct Dropout {
    std::uint64_t key = 0;
    std::uint32_t threshold = 0;  // 0: everything is kept
    float scale = 1;
    const std::uint64_t* seed = nullptr;  // on the device: the key is keyOf(*seed, key) then

    // The key of one module of a model.
    static constexpr std::uint64_t keyOf(std::uint64_t seed, std::uint64_t module) {
        return splitmix64(seed + kSplitmixStep * module);
    }
    static constexpr Dropout ofRate(double rate, std::uint64_t key) {
        if (rate <= 0) return {};
        return {key, static_cast<std::uint32_t>(rate * 4294967296.0),
                static_cast<float>(1.0 / (1.0 - rate)), nullptr};
    }
    constexpr Dropout settled() const {
        return seed == nullptr ? *this : Dropout{keyOf(*seed, key), threshold, scale, nullptr};
    }
    constexpr bool isOn() const { return threshold != 0; }
    constexpr bool keeps(std::int64_t i) const {
        const auto at = static_cast<std::uint64_t>(i);
        const std::uint32_t inner =
            mixBits(static_cast<std::uint32_t>(at) ^ static_cast<std::uint32_t>(key)) ^
            static_cast<std::uint32_t>(at >> 32);
        return mixBits(inner ^ static_cast<std::uint32_t>(key >> 32)) >= threshold;
    }
};

}  // namespace dsm
