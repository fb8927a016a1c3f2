#include "app/services/library/form_fit.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "app/services/program/reason_words.h"
#include "engine/model/device/host_experts.h"
#include "engine/model/pass/memory_fit.h"
#include "engine/model/pass/memory_plan.h"
#include "kernels/backend.h"

namespace dsm {
namespace {

MemoryFit fitOf(const MemoryPlan& plan, const ComputerMemory& memory) {
    switch (judge(plan, {memory.totalBytes, memory.availableBytes})) {
        case MemoryVerdict::Fits:
            return MemoryFit::Fits;
        case MemoryVerdict::MayBeSlow:
            return MemoryFit::MayBeSlow;
        case MemoryVerdict::WontFit:
            break;
    }
    return MemoryFit::WontFit;
}

GpuList devicesOf(const GpuListing& listing) {
    std::vector<CudaDevice> devices;
    for (const GpuInfo& gpu : listing.gpus) {
        devices.push_back({.index = gpu.index,
                           .name = gpu.name.toStdString(),
                           .totalBytes = gpu.totalBytes,
                           .freeBytes = gpu.freeBytes,
                           .problem = gpu.problem.toStdString()});
    }
    return devices;
}

// The GPU that a load would take now, and whether it was asked for.
struct ChosenGpu {
    GpuInfo gpu;
    bool isForced = false;
};
std::optional<ChosenGpu> chooseGpu(const GpuListing& listing, const ComputeChoice& choice) {
    const std::string backend = choice.backend.toStdString();
    const auto index = choice.gpu >= 0 ? std::optional(choice.gpu) : std::nullopt;
    const auto chosen = chooseBackend(backend, index, devicesOf(listing));
    if (!chosen || chosen->backend != Backend::Cuda) return std::nullopt;
    for (const GpuInfo& gpu : listing.gpus)
        if (gpu.index == chosen->gpu) return ChosenGpu{gpu, chosen->isForced};
    return std::nullopt;
}

Result<DevicePlan> planOn(const GpuInfo& gpu, const FormPlan& plan, const ComputeChoice& choice) {
    const DeviceWish wish{.positions = plan.positions,
                          .kv = plan.kv,
                          .expertLayers = choice.gpuLayers >= 0
                                              ? std::optional<std::int64_t>(choice.gpuLayers)
                                              : std::nullopt,
                          .scratchBytes = [&](std::int64_t tokens) {
                              return deviceScratchBytes(plan.config, tokens);
                          }};
    return planDevice(
        plan.config, plan.sizes, wish,
        {.name = gpu.name.toStdString(), .totalBytes = gpu.totalBytes, .freeBytes = gpu.freeBytes});
}

MemoryFit fitOfHost(const DevicePlan& onGpu, const FormPlan& plan, const ComputerMemory& memory) {
    if (onGpu.holdsEverything()) return MemoryFit::Fits;
    return fitOf({.weightBytes = onGpu.hostWeightBytes,
                  .workspaceBytes = HostExperts::plannedBytes(plan.config, onGpu.microBatchTokens)},
                 memory);
}

}  // namespace

void judgeForm(ModelForm& form, const ComputerMemory& memory, const ComputeChoice& choice) {
    form.onGpu = {};
    form.fit = fitOf({.weightBytes = form.weightBytes,
                      .cacheBytes = form.cacheBytes,
                      .workspaceBytes = form.workspaceBytes},
                     memory);
    const auto chosen = chooseGpu(memory.gpus, choice);
    if (!chosen || form.plan == nullptr) return;
    form.onGpu.gpu = chosen->gpu.name;
    form.onGpu.isForced = chosen->isForced;
    const auto planned = planOn(chosen->gpu, *form.plan, choice);
    if (!planned) {
        form.onGpu.refusal = presentError(planned.error());
        if (form.onGpu.isRefused()) form.fit = MemoryFit::WontFit;  // else the CPU computes
        return;
    }
    form.fit = fitOfHost(*planned, *form.plan, memory);
    form.onGpu.bytes = planned->totalBytes();
    form.onGpu.freeBytes = chosen->gpu.freeBytes;
    form.onGpu.hostBytes = planned->hostWeightBytes;
    form.onGpu.layers = static_cast<int>(planned->moeLayers);
    form.onGpu.layersOnGpu = static_cast<int>(planned->expertLayers);
}

}  // namespace dsm
