// x[t,:] += in[t] W^T for many tokens, as two operations end.
#pragma once

#include <cstdint>

#include "kernels/cuda/product_launch.h"
#include "kernels/cuda/tile_product.h"

namespace dsm::cuda {

// Blocks of tokens and rows; a launch's grid is made of them.
constexpr std::int64_t tokenTiles(std::int64_t tokens) {
    return divideUp(tokens, kTileTokens);
}
constexpr std::int64_t rowTiles(std::int64_t rows) {
    return divideUp(rows, kTileRows);
}
// Tokens of the block that begins with `first` of `tokens`.
__device__ __forceinline__ int tileCount(std::int64_t tokens, std::int64_t first) {
    const std::int64_t left = tokens - first;
    return left < kTileTokens ? static_cast<int>(left) : kTileTokens;
}
// The first row of this warp in the block's tile of rows.
__device__ __forceinline__ std::int64_t warpRow(std::int64_t tile) {
    return tile * kTileRows + warpIndex() * 16;
}

template <bool IsBlocked>
__global__ void __launch_bounds__(kProductThreads)
    addTiles(const float* in, const DeviceWeight w, float* x, const std::int64_t tokens) {
    auto& shared = ptx::sharedMemory<TileShared<IsBlocked>>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t row = warpRow(blockIdx.x);
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.y) * kTileTokens;
    const int count = tileCount(tokens, first);
    TileSums sums[1];
    const DeviceWeight weight[1] = {w};
    multiplyTiles<IsBlocked>(
        shared, weight, row, count, [&](int t) { return in + (first + t) * w.cols; }, sums);
    sums[0].each(count, [&](int t, int r, float value) {
        if (row + r < w.rows) x[(first + t) * w.rows + row + r] += value;
    });
}

inline void launchAddTiles(const DeviceRun& device, const float* in, const DeviceWeight& w,
                           float* x, std::int64_t tokens) {
    const dim3 grid(gridOf(rowTiles(w.rows)), gridOf(tokenTiles(tokens)));
    if (isBlocked(w.type)) {
        launch(addTiles<true>, grid, kProductThreads, sizeof(TileShared<true>), device, in, w, x,
               tokens);
    } else {
        launch(addTiles<false>, grid, kProductThreads, sizeof(TileShared<false>), device, in, w, x,
               tokens);
    }
}

}  // namespace dsm::cuda
