#include "kernels/cuda/launch.h"
#include "kernels/cuda/weight_numbers.h"
#include "kernels/ops/embed.h"

namespace dsm::cuda {
namespace {

constexpr int kThreads = 256;

__global__ void __launch_bounds__(kThreads)
    copyRows(const std::int32_t* ids, const DeviceWeight table, float* x) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t t = blockIdx.y;
    const std::int64_t c = static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    // An id that a program wrote to the device wrongly must not read elsewhere.
    const std::int64_t id = ids[t];
    if (c < table.cols)
        x[t * table.cols + c] =
            id >= 0 && id < table.rows ? weightNumber(table, id, c, nf4Level) : 0.0F;
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
