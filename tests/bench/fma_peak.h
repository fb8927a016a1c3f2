// The most multiply-adds one core does per second: what a prompt's speed is a share of.
#pragma once

#include <cstdint>

#include "kernels/cpu/simd.h"

namespace dsm::bench {

// Runs `rounds` of independent float32 multiply-adds in registers, in the widest form of `isa`, and
// returns how many operations (two per multiply-add) that was. `sink` keeps the compiler honest.
std::int64_t multiplyAdds(cpu::Isa isa, std::int64_t rounds, float* sink);

}  // namespace dsm::bench
