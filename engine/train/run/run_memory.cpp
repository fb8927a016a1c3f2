#include "engine/train/run/run_memory.h"

#include "engine/train/estimate.h"
#include "kernels/backend.h"
#include "kernels/base/machine_memory.h"

namespace dsm {

std::optional<DeviceMemory> gpuForTraining() {
    const GpuList gpus = cudaDevices();
    if (!gpus) return std::nullopt;
    const auto choice = chooseBackend(std::nullopt, std::nullopt, gpus);
    if (!choice || choice->backend != Backend::Cuda) return std::nullopt;
    for (const CudaDevice& device : *gpus) {
        if (device.index == choice->gpu) return deviceMemory(device, device.freeBytes);
    }
    return std::nullopt;
}

Result<RunMemoryPlan> planMemory(const TrainJob& job, const std::optional<DeviceMemory>& gpu) {
    const auto config = readConfig(job.model);
    if (!config) return tl::unexpected(config.error());
    if (const auto learning = trainedNumbers(*config, job.options.targets); !learning)
        return tl::unexpected(learning.error());
    const auto checkpoint = Checkpoint::open(job.model);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    const std::int64_t samples = job.options.batches.batchSamples;
    const std::int64_t tokens = samples * job.maxLength;
    const BatchShape largest{.tokens = tokens, .labels = tokens, .samples = samples};
    const BatchShape longest{.tokens = job.maxLength, .labels = job.maxLength};
    RunMemoryPlan plan{.memory =
                           estimateMemory(*config, checkpoint->totalBytes(), job.options, largest)};
    if (!gpu) return plan;
    const auto sizes = deviceSizes(*config, *checkpoint);
    if (!sizes) return tl::unexpected(sizes.error());
    const auto fits = checkGpuFit(*gpu, *config, *sizes, job.options, {largest, longest},
                                  readMachineMemory().availableBytes);
    if (!fits) {
        plan.refusal = reasonOf(fits.error());
        return plan;
    }
    TrainOptions options = job.options;
    fits->applyTo(options);
    plan.memory = memoryOnGpu(*config, *sizes, options, fits->pass);
    if (fits->pass.tokens < tokens) plan.pieceTokens = fits->pass.tokens;
    plan.hostLayers = options.hostLayers;
    plan.moeLayers = config->moeLayers();
    plan.gpu = gpu;
    plan.reserveBytes = gpuReserve(*gpu);
    return plan;
}

}  // namespace dsm
