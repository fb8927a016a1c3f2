#include "kernels/base/dtype.h"
#include "kernels/cuda/device_weight.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/levels.h"
#include "kernels/cuda/ptx.h"
#include "kernels/ops/embed.h"

namespace dsm::cuda {
namespace {

constexpr int kThreads = 256;

// Element (r, c) of a blocked weight (weight_blocks.h).
__device__ float blockedNumber(const DeviceWeight& w, std::int64_t r, std::int64_t c) {
    const std::int64_t half = c / kBlockCols % 2;
    const std::int64_t row = r % kBlockRows;
    const std::uint8_t* tile =
        w.data + r / kBlockRows * panelBytes(w.type, w.cols) + c / kTileCols * tileBytes(w.type);
    const std::uint32_t scale =
        reinterpret_cast<const std::uint16_t*>(tile)[half * kBlockRows + row];
    const std::uint8_t* levels =
        tile + 2 * kBlockRows * 2 + half * blockLevelBytes(w.type) + row * 4 + c % 4;
    const std::int64_t inBlock = c % kBlockCols;
    int level;
    if (w.type == DType::Q8) {
        level = static_cast<std::int8_t>(levels[inBlock / 4 * 64]);
    } else {
        const Q4Pair pair = q4Levels(levels[inBlock % 16 / 4 * 64]);
        level = static_cast<std::int8_t>((inBlock < 16 ? pair.low : pair.high) & 0xffU);
    }
    return ptx::halfToFloat(scale) * static_cast<float>(level);
}

__device__ float numberAt(const DeviceWeight& w, std::int64_t r, std::int64_t c) {
    const std::int64_t i = r * w.cols + c;
    if (w.type == DType::F32) return reinterpret_cast<const float*>(w.data)[i];
    if (w.type == DType::BF16)
        return toFloat(BFloat16{reinterpret_cast<const std::uint16_t*>(w.data)[i]});
    if (isBlocked(w.type)) return blockedNumber(w, r, c);
    const std::uint8_t byte = w.data[i / 2];
    return nf4Level(i % 2 == 0 ? byte >> 4U : byte & 0xfU) * w.absmax[i / kNf4BlockWeights];
}

__global__ void __launch_bounds__(kThreads)
    copyRows(const std::int32_t* ids, const DeviceWeight table, float* x) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t t = blockIdx.y;
    const std::int64_t c = static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    // An id that a program wrote to the device wrongly must not read elsewhere.
    const std::int64_t id = ids[t];
    if (c < table.cols)
        x[t * table.cols + c] = id >= 0 && id < table.rows ? numberAt(table, id, c) : 0.0F;
}

}  // namespace

void embed(OpContext& context, const EmbedArgs& args) {
    checkShapes(args, Memory::Device);
    const auto blocks = static_cast<unsigned>((args.table.cols + kThreads - 1) / kThreads);
    constexpr std::int64_t kMostRows = 65535;  // of a grid
    for (std::int64_t t = 0; t < args.x.rows; t += kMostRows) {
        const auto rows = static_cast<unsigned>(std::min(args.x.rows - t, kMostRows));
        launch(copyRows, dim3(blocks, rows), kThreads, 0, context.device, args.ids.data() + t,
               onDevice(args.table), args.x.row(t));
    }
}

}  // namespace dsm::cuda
