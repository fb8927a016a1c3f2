// Launch: the one way kernels are started.
//
// Device   Enqueues and returns; a fault of the kernel surfaces where the stream is waited for.
// Errors   A launch that the runtime refuses leaves its error in cudaGetLastError(), for whoever
//          waits for the stream. After one that tells of a lost GPU (lost_gpu.h), and whenever a GPU is
//          lost, nothing is launched any more. A launch of no blocks does nothing.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernels/base/op_context.h"
#include "kernels/cuda/kept_error.h"
#include "kernels/cuda/lost_gpu.h"

namespace dsm::cuda {

// Above this a kernel has to ask for its dynamic shared memory.
inline constexpr std::size_t kSharedUnasked = 48 * 1024;

inline void noteLaunch(cudaError_t error) {
    if (isLost(error)) noteLostLaunch(static_cast<int>(error));
}

// A kernel launched with device.overlaps must wait (ptx::waitForLaunchesBefore) before it touches
// what another launch writes.
template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t sharedBytes,
            const DeviceRun& device, Arguments&&... arguments) {
    if (std::uint64_t{grid.x} * grid.y * grid.z == 0 || isGpuLost()) return;
    if (device.launches != nullptr) ++*device.launches;
    if (sharedBytes > kSharedUnasked) {
        noteLaunch(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                        static_cast<int>(sharedBytes)));
        if (isGpuLost()) return;
    }
    cudaLaunchAttribute overlap{};
    overlap.id = cudaLaunchAttributeProgrammaticStreamSerialization;
    overlap.val.programmaticStreamSerializationAllowed = 1;
    cudaLaunchConfig_t config{};
    config.gridDim = grid;
    config.blockDim = block;
    config.dynamicSmemBytes = sharedBytes;
    config.stream = static_cast<cudaStream_t>(device.stream);
    config.attrs = &overlap;
    config.numAttrs = device.overlaps ? 1 : 0;
    noteLaunch(cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...));
}

}  // namespace dsm::cuda
