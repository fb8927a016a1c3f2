#include <array>

#include "kernels/cuda/device_tables.h"
#include "kernels/cuda/product_launch.h"
#include "kernels/cuda/reduce.h"
#include "kernels/ops/train/adamw8.h"
#include "kernels/ops/train/device_clip.h"

namespace dsm::cuda {
namespace {

constexpr int kLevels = 256;
constexpr int kBlockThreads = static_cast<int>(kMomentBlock);
constexpr int kBlockWarps = kBlockThreads / kWarpLanes;

struct BlocksArgs {
    float* weight;
    const float* gradient;
    std::uint8_t *first, *second;
    float *firstScale, *secondScale;
    std::int64_t count;
    const float* maps;  // the signed one, then the other
    AdamW8Step step;
    double gradientScale;
    DeviceClip clip;
};

struct BlocksShared {
    float map[2][kLevels];
    float partial[2][kBlockWarps];
};

// As in adamw8_ref.cpp: the first level that is not below x, or the last; then the nearer one.
__device__ int nearestLevel(const float (&map)[kLevels], float x) {
    int low = 0;
    int high = kLevels - 1;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (map[middle] < x) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 && x - map[low - 1] <= map[low] - x ? low - 1 : low;
}

__device__ float blockLargest(float value, float (&partial)[kBlockWarps]) {
    value = warpMax(value);
    if (laneIndex() == 0) partial[warpIndex()] = value;
    __syncthreads();
    float most = partial[0];
    DSM_UNROLL
    for (int w = 1; w < kBlockWarps; ++w)
        most = partial[w] > most ? partial[w] : most;
    return most;
}

// A block of threads for one of moments.
__global__ void __launch_bounds__(kBlockThreads) stepBlocks(const BlocksArgs args) {
    auto& shared = ptx::sharedMemory<BlocksShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const int thread = static_cast<int>(threadIdx.x);
    shared.map[0][thread] = args.maps[thread];
    shared.map[1][thread] = args.maps[kLevels + thread];
    __syncthreads();
    const AdamW8Step& step = args.step;
    const double clip = args.clip.scale();
    if (clip == 0.0) return;  // the whole block
    const auto gradientScale = static_cast<float>(args.gradientScale * clip);
    const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kMomentBlock + thread;
    const bool exists = i < args.count;
    float m = 0;
    float v = 0;
    if (exists) {
        const float g = gradientScale * args.gradient[i];
        m = step.beta1 * (shared.map[0][args.first[i]] * args.firstScale[blockIdx.x]) +
            step.fresh1 * g;
        v = step.beta2 * (shared.map[1][args.second[i]] * args.secondScale[blockIdx.x]) +
            step.fresh2 * g * g;
        args.weight[i] = step.kept * args.weight[i] -
                         step.rate * m / (sqrtf(v) * step.secondScale + step.epsilon);
    }
    const float largestFirst = blockLargest(fabsf(m), shared.partial[0]);
    const float largestSecond = blockLargest(v, shared.partial[1]);
    if (thread == 0) {
        args.firstScale[blockIdx.x] = largestFirst;
        args.secondScale[blockIdx.x] = largestSecond;
    }
    if (!exists) return;
    int first = kSignedZero;
    if (m != 0) {
        first = nearestLevel(shared.map[0], m / largestFirst);
        if (m < 0 && first >= kSignedZero) first = kSignedZero - 1;
        if (m > 0 && first < kSignedZero) first = kSignedZero;
    }
    const int second = v == 0 ? kUnsignedZero : nearestLevel(shared.map[1], v / largestSecond);
    args.first[i] = static_cast<std::uint8_t>(first);
    args.second[i] = static_cast<std::uint8_t>(second);
}

}  // namespace

void adamW8(OpContext& context, const AdamW8Args& args) {
    checkShapes(args);
    const auto count = static_cast<std::int64_t>(args.weight.size());
    if (count == 0) return;
    DSM_CHECK(context.device.tables != nullptr);
    static constexpr std::array<MomentMap, 2> kMaps{kSignedMap, kUnsignedMap};
    const std::byte* maps = context.device.tables->put(std::as_bytes(std::span(kMaps)));
    launch(stepBlocks, gridOf(momentBlocks(count)), kBlockThreads, sizeof(BlocksShared),
           context.device,
           BlocksArgs{.weight = args.weight.data(),
                      .gradient = args.gradient.data(),
                      .first = args.first.data(),
                      .second = args.second.data(),
                      .firstScale = args.firstScale.data(),
                      .secondScale = args.secondScale.data(),
                      .count = count,
                      .maps = reinterpret_cast<const float*>(maps),
                      .step = stepOf(args, 1),
                      .gradientScale = args.gradientScale,
                      .clip = DeviceClip(args.clip)});
}

}  // namespace dsm::cuda
