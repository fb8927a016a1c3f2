#include "kernels/cuda/launch.h"
#include "kernels/cuda/provoked_fault.h"

namespace dsm {
namespace {

__global__ void trap() {
    __trap();
}

}  // namespace

void provokeFault(GpuSession& gpu) {
    gpu.use();
    cuda::launch(trap, dim3(1), dim3(1), 0, {.stream = gpu.stream()});
}

}  // namespace dsm
