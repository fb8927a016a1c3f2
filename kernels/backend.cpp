#include "kernels/backend.h"

#include <cstdlib>

#include "kernels/base/check.h"
#include "kernels/base/reason.h"
#include "kernels/base/weight_blocks.h"
#include "kernels/cpu/simd.h"
#include "kernels/cpu/token_walk.h"
#include "kernels/cuda_ops.h"

namespace dsm {
namespace {

constexpr OpTable kReferenceOps{
    .embed = reference::embed,
    .norm = reference::norm,
    .attentionInput = reference::attentionInput,
    .attend = reference::attend,
    .attentionOutput = reference::attentionOutput,
    .route = reference::route,
    .expertsInput = reference::expertsInput,
    .expertsOutput = reference::expertsOutput,
    .logits = reference::logits,
};

constexpr OpTable kCpuOps{
    .embed = cpu::embed,
    .norm = cpu::norm,
    .attentionInput = cpu::attentionInput,
    .attend = cpu::attend,
    .attentionOutput = cpu::attentionOutput,
    .route = cpu::route,
    .expertsInput = cpu::expertsInput,
    .expertsOutput = cpu::expertsOutput,
    .logits = cpu::logits,
};

// What somebody asks for, and who it is.
struct Wish {
    std::string_view name;  // "": nothing
    std::string by;
};

Wish wishOf(std::optional<std::string_view> asked, std::optional<int> gpu) {
    if (asked && !asked->empty()) return {*asked, "The program's setting"};
    if (gpu) return {name(Backend::Cuda), "The choice of a GPU"};
    const char* forced = std::getenv("DSM_BACKEND");
    return forced != nullptr ? Wish{forced, "DSM_BACKEND"} : Wish{};
}

// Of those that can be used the one with most free memory; nullptr: none.
const CudaDevice* freest(const std::vector<CudaDevice>& gpus) {
    const CudaDevice* best = nullptr;
    for (const CudaDevice& gpu : gpus) {
        if (!gpu.problem.empty()) continue;
        if (best == nullptr || gpu.freeBytes > best->freeBytes) best = &gpu;
    }
    return best;
}

Result<BackendChoice> forcedGpu(const Wish& wish, std::optional<int> index, const GpuList& gpus) {
    if (!gpus && gpus.error().code == ErrorCode::DeviceLost) return tl::unexpected(gpus.error());
    if (!gpus) {
        Reason reason(ReasonCode::GpuAskedButUnusable, {wish.by});
        reason.add(reasonOf(gpus.error()));
        return failure(ErrorCode::Unsupported, reason);
    }
    if (gpus->empty()) {
        return failure(ErrorCode::Unsupported, ReasonCode::GpuAskedButNone, {wish.by});
    }
    if (index && (*index < 0 || *index >= static_cast<int>(gpus->size()))) {
        return failure(ErrorCode::NotFound, ReasonCode::GpuNotThere, {std::to_string(*index)});
    }
    const CudaDevice* gpu = index ? &(*gpus)[static_cast<std::size_t>(*index)] : freest(*gpus);
    if (gpu == nullptr) gpu = &gpus->front();
    if (!gpu->problem.empty()) return tl::unexpected(Error{ErrorCode::Unsupported, gpu->problem});
    return BackendChoice{.backend = Backend::Cuda, .gpu = gpu->index, .isForced = true};
}

// Whoever worked on a GPU that was lost is asked before the CPU goes on, so much slower.
Result<BackendChoice> fastest(const GpuList& gpus) {
    if (!gpus && gpus.error().code == ErrorCode::DeviceLost) return tl::unexpected(gpus.error());
    if (!gpus) {
        // Nothing to tell where there is no CUDA: nobody expects a GPU then.
        const bool isPlain = cudaOps() == nullptr;
        return BackendChoice{.fallback = isPlain ? std::string() : gpus.error().message};
    }
    if (const CudaDevice* gpu = freest(*gpus))
        return BackendChoice{.backend = Backend::Cuda, .gpu = gpu->index};
    return BackendChoice{.fallback = gpus->empty() ? std::string() : gpus->front().problem};
}

Result<BackendChoice> checkedCpu(BackendChoice choice) {
    if (const auto simd = cpu::simdOfEnvironment(); !simd) return tl::unexpected(simd.error());
    return choice;
}

template <class Gpus>
Result<BackendChoice> choose(const Wish& wish, std::optional<int> gpu, const Gpus& gpus) {
    if (wish.name.empty()) {
        Result<BackendChoice> choice = fastest(gpus());
        return !choice || choice->backend == Backend::Cuda ? choice : checkedCpu(*choice);
    }
    if (wish.name == name(Backend::Reference))
        return BackendChoice{.backend = Backend::Reference, .isForced = true};
    if (wish.name == name(Backend::Cpu)) return checkedCpu({.isForced = true});
    if (wish.name == name(Backend::Cuda)) return forcedGpu(wish, gpu, gpus());
    return failure(ErrorCode::Unsupported, ReasonCode::BackendUnknown,
                   {wish.by, std::string(wish.name)});
}

}  // namespace

std::string_view name(Backend backend) {
    switch (backend) {
        case Backend::Reference:
            return "reference";
        case Backend::Cpu:
            return "cpu";
        case Backend::Cuda:
            return "cuda";
    }
    return "?";
}

std::string description(Backend backend, int threads) {
    if (backend == Backend::Cuda) return "GPU";
    if (backend == Backend::Reference) return "CPU (reference, 1 thread)";
    return "CPU (" + std::string(cpu::machineSimd().title) + ", " + std::to_string(threads) +
           (threads == 1 ? " thread)" : " threads)");
}

void prepareDecode(ThreadPool& pool, std::span<const DType> types) {
    for (const DType type : types) {
        if (isBlocked(type)) cpu::settleTokenWalk(pool, cpu::machineSimd(), type);
    }
}

Result<BackendChoice> chooseBackend(std::optional<std::string_view> asked, std::optional<int> gpu) {
    // The driver is not woken for a choice of the CPU.
    return choose(wishOf(asked, gpu), gpu, [] { return cudaDevices(); });
}

Result<BackendChoice> chooseBackend(std::optional<std::string_view> asked, std::optional<int> gpu,
                                    const GpuList& gpus) {
    return choose(wishOf(asked, gpu), gpu, [&gpus]() -> const GpuList& { return gpus; });
}

const OpTable& opTable(Backend backend) {
    if (backend == Backend::Cuda) {
        DSM_CHECK(cudaOps() != nullptr);
        return *cudaOps();
    }
    return backend == Backend::Reference ? kReferenceOps : kCpuOps;
}

}  // namespace dsm
