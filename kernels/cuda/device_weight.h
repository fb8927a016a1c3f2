// Device weights: what kernels are handed of weights, made from the views that operations take.
//
// The stored layouts are read as they are (views.h): a row of a plain type by one warp, 16 bytes a
// lane, 512 bytes at a time; a panel of Q8 or Q4 (weight_blocks.h) tile by tile, where sixteen
// bytes are four columns of four rows and a warp's load is again 512 bytes in a row.
//
// Device   The weight's numbers lie in device memory on a 16-byte boundary; the views, and what
//          `nf4` points to, in host memory. Scales of NF4 lie on the device as plain float32.
// Errors   None. A weight that breaks these rules is the caller's bug (CHECK).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <span>

#include "kernels/base/views.h"
#include "kernels/base/weight_blocks.h"

namespace dsm::cuda {

struct DeviceWeight {
    const std::uint8_t* data = nullptr;
    const float* absmax = nullptr;  // of NF4
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    DType type = DType::F32;
};

// Of F32 or BF16, on any boundary: for kernels that read one number at a time, or look.
inline DeviceWeight plainOnDevice(const Weight& w) {
    DSM_CHECK(w.type == DType::F32 || w.type == DType::BF16);
    return {static_cast<const std::uint8_t*>(w.data), nullptr, w.rows, w.cols, w.type};
}

inline DeviceWeight onDevice(const Weight& w) {
    DSM_CHECK(reinterpret_cast<std::uintptr_t>(w.data) % 16 == 0);
    DSM_CHECK(w.type != DType::NF4 || w.nf4->absmax != nullptr || w.rows * w.cols == 0);
    return {static_cast<const std::uint8_t*>(w.data),
            w.type == DType::NF4 ? w.nf4->absmax : nullptr, w.rows, w.cols, w.type};
}

// The same matrix of every routed expert, at a fixed distance from one to the next.
struct ExpertWeights {
    DeviceWeight first;
    std::int64_t stride = 0;        // bytes of data
    std::int64_t absmaxStride = 0;  // floats

    __device__ DeviceWeight of(std::int64_t e) const {
        DeviceWeight w = first;
        w.data += e * stride;
        if (w.absmax != nullptr) w.absmax += e * absmaxStride;
        return w;
    }
};

inline ExpertWeights onDevice(std::span<const Weight> experts) {
    if (experts.empty()) return {};
    ExpertWeights all{.first = onDevice(experts.front())};
    if (experts.size() > 1) {
        const DeviceWeight second = onDevice(experts[1]);
        all.stride = second.data - all.first.data;
        if (second.absmax != nullptr) all.absmaxStride = second.absmax - all.first.absmax;
    }
    for (std::size_t e = 0; e < experts.size(); ++e) {
        const DeviceWeight w = onDevice(experts[e]);
        const auto i = static_cast<std::int64_t>(e);
        DSM_CHECK(w.data == all.first.data + i * all.stride);
        DSM_CHECK(w.absmax == nullptr || w.absmax == all.first.absmax + i * all.absmaxStride);
    }
    return all;
}

}  // namespace dsm::cuda
