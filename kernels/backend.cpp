#include "kernels/backend.h"

#include <cstdlib>

#include "kernels/cpu/simd.h"

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

Result<Backend> backendNamed(std::string_view asked, std::string_view askedBy) {
    if (asked == name(Backend::Reference)) return Backend::Reference;
    if (asked != name(Backend::Cpu)) {
        return failure(ErrorCode::Unsupported, std::string(askedBy) + " asks for the backend \"" +
                                                   std::string(asked) +
                                                   "\"; this build has: reference, cpu.");
    }
    if (const auto simd = cpu::simdOfEnvironment(); !simd) return tl::unexpected(simd.error());
    return Backend::Cpu;
}

}  // namespace

std::string_view name(Backend backend) {
    return backend == Backend::Reference ? "reference" : "cpu";
}

std::string description(Backend backend, int threads) {
    if (backend == Backend::Reference) return "CPU (reference, 1 thread)";
    return "CPU (" + std::string(cpu::machineSimd().title) + ", " + std::to_string(threads) +
           (threads == 1 ? " thread)" : " threads)");
}

Result<Backend> chooseBackend(std::optional<std::string_view> asked) {
    if (asked && !asked->empty()) return backendNamed(*asked, "The program's setting");
    const char* forced = std::getenv("DSM_BACKEND");
    if (forced != nullptr && *forced != '\0') return backendNamed(forced, "DSM_BACKEND");
    return backendNamed(name(Backend::Cpu), "The default");
}

const OpTable& opTable(Backend backend) {
    return backend == Backend::Reference ? kReferenceOps : kCpuOps;
}

}  // namespace dsm
