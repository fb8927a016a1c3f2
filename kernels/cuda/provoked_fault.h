// A fault of a kernel on purpose: afterwards the GPU is lost to this process (lost_gpu.h). For the check
// that the program takes it as it should.
//
// Threads   The session's.
#pragma once

#include "kernels/cuda/gpu_session.h"

namespace dsm {

// Queued; the session's finish() tells.
void provokeFault(GpuSession& gpu);

}  // namespace dsm
