// The clip of a gradient (kernels/ops/train/gradient_clip.h), by each thread of a step for itself: two numbers
// that all of them read.
#pragma once

#include <cuda_runtime.h>

#include <cmath>
#include <cstdint>

#include "kernels/ops/train/gradient_clip.h"

namespace dsm::cuda {

struct DeviceClip {
    const double* squares = nullptr;
    std::int64_t count = 0;
    std::int64_t own = 0;
    double limit = 0;

    explicit DeviceClip(const GradientClip& clip)
        : squares(clip.squares.data()),
          count(static_cast<std::int64_t>(clip.squares.size())),
          own(static_cast<std::int64_t>(clip.own)),
          limit(clip.limit) {}

    // Of gradients; 0: the step is to change nothing.
    __device__ __forceinline__ double scale() const {
        for (std::int64_t i = 0; i < count; ++i) {
            if (!(squares[i] - squares[i] == 0.0)) return 0.0;  // not finite
        }
        return count == 0 ? 1.0 : clipScale(sqrt(squares[own]), limit);
    }
};

}  // namespace dsm::cuda
