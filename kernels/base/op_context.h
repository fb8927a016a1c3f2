// What every operation is handed besides its arguments: where it may run.
#pragma once

#include "kernels/base/thread_pool.h"

namespace dsm {

namespace cpu {
struct Simd;
}

struct OpContext {
    ThreadPool* pool = nullptr;  // not owned; one operation at a time
    // The instruction set of cpu operations; nullptr is the machine's own (kernels/cpu/simd.h).
    const cpu::Simd* simd = nullptr;
};

}  // namespace dsm
