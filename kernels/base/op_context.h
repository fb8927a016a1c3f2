// What every operation is handed besides its arguments: where it may run, and memory to work in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/base/thread_pool.h"

namespace dsm {

namespace cpu {
struct Simd;
}

struct OpContext {
    ThreadPool* pool = nullptr;  // not owned; one operation at a time
    // The instruction set of cpu operations; nullptr is the machine's own (kernels/cpu/simd.h).
    const cpu::Simd* simd = nullptr;
    // On a 64-byte boundary; an operation's header says how much it needs (CHECK). Holds nothing
    // from one operation to the next.
    std::span<std::byte> scratch = {};

    std::int64_t scratchBytes() const { return static_cast<std::int64_t>(scratch.size()); }
};

}  // namespace dsm
