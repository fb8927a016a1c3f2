// Writing cached keys and values (kv_panels.h): one head of one position, by one warp.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/base/dtype.h"
#include "kernels/base/kv_panels.h"
#include "kernels/cuda/staged_rows.h"

namespace dsm::cuda {

// The numbers of a head that a lane holds: of the pairs (i, i + K/2), i = lane, lane + 32, ..
inline constexpr int kLanePairs = static_cast<int>(kMostHeadSize) / 2 / kWarpLanes;
struct HeadPairs {
    float first[kLanePairs];
    float second[kLanePairs];
};

struct KvPlace {
    std::byte* scale;
    std::byte* numbers;
    KvLine line;  // of the position's numbers
};

__device__ __forceinline__ KvPlace kvPlace(const KvPanels& kv, bool areKeys, std::int64_t head,
                                           std::int64_t position) {
    std::byte* panel =
        (areKeys ? kv.keys : kv.values) + (head * (kv.positions / kKvPanel) + position / kKvPanel) *
                                              kvPanelBytes(kv.type, kv.headSize);
    const std::int64_t inPanel = position % kKvPanel;
    return {panel + inPanel * 4, panel + kvScaleBytes(kv.type),
            kvLine(kv.type, kv.headSize, areKeys, inPanel)};
}

// put(place, number) for each number of the lane.
template <class Put>
__device__ __forceinline__ void eachNumber(const KvPlace& place, std::int64_t headSize,
                                           const HeadPairs& pairs, const Put& put) {
    const std::int64_t half = headSize / 2;
    DSM_UNROLL
    for (int n = 0; n < kLanePairs; ++n) {
        const std::int64_t i = laneIndex() + n * kWarpLanes;
        if (i >= half) continue;
        put(place.line.offset(i), pairs.first[n]);
        put(place.line.offset(i + half), pairs.second[n]);
    }
}

__device__ __forceinline__ void writeHead(const KvPanels& kv, bool areKeys, std::int64_t head,
                                          std::int64_t position, const HeadPairs& pairs) {
    const KvPlace place = kvPlace(kv, areKeys, head, position);
    if (kv.type == KvType::F32) {
        eachNumber(place, kv.headSize, pairs, [&](std::int64_t at, float x) {
            reinterpret_cast<float*>(place.numbers)[at] = x;
        });
    } else if (kv.type == KvType::BF16) {
        eachNumber(place, kv.headSize, pairs, [&](std::int64_t at, float x) {
            reinterpret_cast<std::uint16_t*>(place.numbers)[at] = toBFloat16(x).bits;
        });
    } else {
        std::uint32_t most = 0;
        eachNumber(place, kv.headSize, pairs, [&](std::int64_t, float x) {
            most = magnitudeBits(x) > most ? magnitudeBits(x) : most;
        });
        const Rounding rounding = Rounding::of(warpMax(most));
        eachNumber(place, kv.headSize, pairs, [&](std::int64_t at, float x) {
            place.numbers[at] = static_cast<std::byte>(rounding.level(x) + kKvBias);
        });
        if (laneIndex() == 0) *reinterpret_cast<float*>(place.scale) = rounding.scale;
    }
}

}  // namespace dsm::cuda
