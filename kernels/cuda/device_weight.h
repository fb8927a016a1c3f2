// Device weights: what kernels are handed of weights, made from the views that operations take.
//
// The stored layouts are read as they are (views.h): a row of a plain type by one warp, 16 bytes a
// lane, 512 bytes at a time; a panel of Q8 or Q4 (weight_blocks.h) tile by tile, where sixteen
// bytes are four columns of four rows and a warp's load is again 512 bytes in a row.
//
// Device   The weight's numbers lie in device memory on a 16-byte boundary; the views, and what
//          `nf4` points to, in host memory. Scales of NF4 are plain float32, or nested (nf4.h): codes,
//          and in one piece of kNestedTables numbers and more the offset, the map, and the scales of
//          scales.
// Errors   None. A weight that breaks these rules is the caller's bug (CHECK).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <span>

#include "kernels/base/views.h"
#include "kernels/base/weight_blocks.h"

namespace dsm::cuda {

inline constexpr std::int64_t kNestedTables = 1 + 256;

struct DeviceWeight {
    const std::uint8_t* data = nullptr;
    const float* absmax = nullptr;             // of NF4: its scales, or the tables of nested ones
    const std::uint8_t* absmaxCode = nullptr;  // of nested ones
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    DType type = DType::F32;

    // The scale of a block of NF4.
    __device__ float scaleOf(std::int64_t block) const {
        if (absmaxCode == nullptr) return absmax[block];
        return absmax[1 + absmaxCode[block]] * absmax[kNestedTables + block / kNf4NestedBlock] +
               absmax[0];
    }
};

// Of F32 or BF16, on any boundary: for kernels that read one number at a time, or look.
inline DeviceWeight plainOnDevice(const Weight& w) {
    DSM_CHECK(w.type == DType::F32 || w.type == DType::BF16);
    return {.data = static_cast<const std::uint8_t*>(w.data),
            .rows = w.rows,
            .cols = w.cols,
            .type = w.type};
}

inline DeviceWeight onDevice(const Weight& w) {
    DSM_CHECK(reinterpret_cast<std::uintptr_t>(w.data) % 16 == 0);
    DeviceWeight on{.data = static_cast<const std::uint8_t*>(w.data),
                    .rows = w.rows,
                    .cols = w.cols,
                    .type = w.type};
    if (w.type != DType::NF4) return on;
    on.absmax = w.nf4->absmax;
    if (on.absmax != nullptr || w.rows * w.cols == 0) return on;
    DSM_CHECK(w.nf4->absmaxCode != nullptr && w.nf4->nestedAbsmax == w.nf4->nestedMap + 256);
    on.absmaxCode = w.nf4->absmaxCode;
    on.absmax = w.nf4->nestedMap - 1;
    return on;
}

// The same matrix of every routed expert, at a fixed distance from one to the next.
struct ExpertWeights {
    DeviceWeight first;
    std::int64_t stride = 0;        // bytes of data
    std::int64_t absmaxStride = 0;  // floats
    std::int64_t codeStride = 0;    // bytes

    __device__ DeviceWeight of(std::int64_t e) const {
        DeviceWeight w = first;
        w.data += e * stride;
        if (w.absmax != nullptr) w.absmax += e * absmaxStride;
        if (w.absmaxCode != nullptr) w.absmaxCode += e * codeStride;
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
        if (second.absmaxCode != nullptr) all.codeStride = second.absmaxCode - all.first.absmaxCode;
    }
    for (std::size_t e = 0; e < experts.size(); ++e) {
        const DeviceWeight w = onDevice(experts[e]);
        const auto i = static_cast<std::int64_t>(e);
        DSM_CHECK(w.data == all.first.data + i * all.stride);
        DSM_CHECK(w.absmax == nullptr || w.absmax == all.first.absmax + i * all.absmaxStride);
        DSM_CHECK((w.absmaxCode == nullptr) == (all.first.absmaxCode == nullptr));
        DSM_CHECK(w.absmaxCode == nullptr ||
                  w.absmaxCode == all.first.absmaxCode + i * all.codeStride);
    }
    return all;
}

}  // namespace dsm::cuda
