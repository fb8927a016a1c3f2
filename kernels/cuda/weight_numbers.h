// The numbers of a stored weight in float32, one or eight neighbours of a row at a time, whatever its
// type.
//
// Device   `nf4` is the table of sixteen levels, in shared memory; looked at for NF4 alone.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/base/dtype.h"
#include "kernels/cuda/device_weight.h"
#include "kernels/cuda/levels.h"
#include "kernels/cuda/ptx.h"

namespace dsm::cuda {

// Where the levels of (r, c .. ) in a blocked weight lie (weight_blocks.h), and its scale.
struct BlockPlace {
    const std::uint8_t* levels;
    std::uint32_t scale;  // F16

    __device__ static BlockPlace of(const DeviceWeight& w, std::int64_t r, std::int64_t c) {
        const std::int64_t half = c / kBlockCols % 2;
        const std::int64_t row = r % kBlockRows;
        const std::uint8_t* tile = w.data + r / kBlockRows * panelBytes(w.type, w.cols) +
                                   c / kTileCols * tileBytes(w.type);
        return {tile + 2 * kBlockRows * 2 + half * blockLevelBytes(w.type) + row * 4,
                reinterpret_cast<const std::uint16_t*>(tile)[half * kBlockRows + row]};
    }
};

// Element (r, c) of a blocked weight.
__device__ __forceinline__ float blockedNumber(const DeviceWeight& w, std::int64_t r,
                                               std::int64_t c) {
    const BlockPlace place = BlockPlace::of(w, r, c);
    const std::int64_t inBlock = c % kBlockCols;
    int level;
    if (w.type == DType::Q8) {
        level = static_cast<std::int8_t>(place.levels[inBlock / 4 * 64 + c % 4]);
    } else {
        const Q4Pair pair = q4Levels(place.levels[inBlock % 16 / 4 * 64 + c % 4]);
        level = static_cast<std::int8_t>((inBlock < 16 ? pair.low : pair.high) & 0xffU);
    }
    return ptx::halfToFloat(place.scale) * static_cast<float>(level);
}

// Element (r, c), which exists. level(i) is the i-th of NF4.
template <class Level>
__device__ __forceinline__ float weightNumber(const DeviceWeight& w, std::int64_t r, std::int64_t c,
                                              const Level& level) {
    const std::int64_t i = r * w.cols + c;
    if (w.type == DType::F32) return reinterpret_cast<const float*>(w.data)[i];
    if (w.type == DType::BF16)
        return toFloat(BFloat16{reinterpret_cast<const std::uint16_t*>(w.data)[i]});
    if (isBlocked(w.type)) return blockedNumber(w, r, c);
    const std::uint8_t byte = w.data[i / 2];
    return level(i % 2 == 0 ? byte >> 4U : byte & 0xfU) * w.scaleOf(i / kNf4BlockWeights);
}

__device__ __forceinline__ bool onSixteen(const void* p) {
    return reinterpret_cast<std::uintptr_t>(p) % 16 == 0;
}

// Of a blocked weight, c a multiple of eight: two words of four columns.
__device__ __forceinline__ void blockedEight(const DeviceWeight& w, std::int64_t r, std::int64_t c,
                                             float (&out)[8]) {
    const BlockPlace place = BlockPlace::of(w, r, c);
    const float scale = ptx::halfToFloat(place.scale);
    const int inBlock = static_cast<int>(c % kBlockCols);
    DSM_UNROLL
    for (int half = 0; half < 2; ++half) {
        std::uint32_t word;
        if (w.type == DType::Q8) {
            word =
                *reinterpret_cast<const std::uint32_t*>(place.levels + (inBlock / 4 + half) * 64);
        } else {
            const Q4Pair pair = q4Levels(*reinterpret_cast<const std::uint32_t*>(
                place.levels + (inBlock % 16 / 4 + half) * 64));
            word = inBlock < 16 ? pair.low : pair.high;
        }
        DSM_UNROLL
        for (int j = 0; j < 4; ++j) {
            const auto level = static_cast<std::int8_t>(word >> (8 * j) & 0xffU);
            out[4 * half + j] = scale * static_cast<float>(level);
        }
    }
}

// Of a plain type, from a boundary of sixteen bytes.
__device__ __forceinline__ void plainEight(const DeviceWeight& w, std::int64_t i, float (&out)[8]) {
    const uint4 first =
        *reinterpret_cast<const uint4*>(w.data + i * (w.type == DType::F32 ? 4 : 2));
    const std::uint32_t words[4] = {first.x, first.y, first.z, first.w};
    if (w.type == DType::F32) {
        const uint4 second = *reinterpret_cast<const uint4*>(w.data + (i + 4) * 4);
        const std::uint32_t rest[4] = {second.x, second.y, second.z, second.w};
        DSM_UNROLL
        for (int j = 0; j < 4; ++j) {
            out[j] = __uint_as_float(words[j]);
            out[4 + j] = __uint_as_float(rest[j]);
        }
        return;
    }
    DSM_UNROLL
    for (int j = 0; j < 4; ++j) {
        out[2 * j] = __uint_as_float(words[j] << 16U);
        out[2 * j + 1] = __uint_as_float(words[j] & 0xffff0000U);
    }
}

// Elements (r, c .. c + 7), c a multiple of eight; 0 outside of the weight.
__device__ __forceinline__ void weightEight(const DeviceWeight& w, std::int64_t r, std::int64_t c,
                                            const float* nf4, float (&out)[8]) {
    if (r < w.rows && c < w.cols && isBlocked(w.type)) {
        blockedEight(w, r, c, out);  // what fills the last tile up is 0
        return;
    }
    const std::int64_t i = r * w.cols + c;
    const bool isWhole = r < w.rows && c + 8 <= w.cols;
    if (isWhole && w.type == DType::NF4 && i % 8 == 0) {
        const std::uint32_t codes = *reinterpret_cast<const std::uint32_t*>(w.data + i / 2);
        const float absmax = w.scaleOf(i / kNf4BlockWeights);
        DSM_UNROLL
        for (int j = 0; j < 8; ++j)
            out[j] = nf4[codes >> (j / 2 * 8 + (j % 2 == 0 ? 4 : 0)) & 0xfU] * absmax;
        return;
    }
    if (isWhole && isPlain(w.type) && onSixteen(w.data + i * (w.type == DType::F32 ? 4 : 2))) {
        plainEight(w, i, out);
        return;
    }
    DSM_UNROLL
    for (int j = 0; j < 8; ++j) {
        const bool exists = r < w.rows && c + j < w.cols;
        out[j] = exists ? weightNumber(w, r, c + j, [nf4](int level) { return nf4[level]; }) : 0.0F;
    }
}

}  // namespace dsm::cuda
