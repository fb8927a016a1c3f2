#include "engine/model/pass/memory_fit.h"

#include <cstdio>
#include <string>

namespace dsm {
namespace {

constexpr std::uint64_t kMarginDivisor = 16;

}  // namespace

std::string inWords(std::uint64_t bytes) {
    constexpr double kGigabyte = 1e9;
    const auto amount = static_cast<double>(bytes);
    char text[32];
    if (amount >= kGigabyte) {
        std::snprintf(text, sizeof text, "%.1f GB", amount / kGigabyte);
    } else {
        std::snprintf(text, sizeof text, "%.0f MB", amount / 1e6);
    }
    return text;
}

MemoryVerdict judge(const MemoryPlan& plan, const MachineMemory& machine) {
    if (!machine.isKnown()) return MemoryVerdict::Fits;
    const std::uint64_t needed = plan.totalBytes();
    const std::uint64_t usable = machine.availableBytes - machine.availableBytes / kMarginDivisor;
    if (needed <= usable) return MemoryVerdict::Fits;
    return needed <= machine.totalBytes ? MemoryVerdict::MayBeSlow : MemoryVerdict::WontFit;
}

std::uint64_t weightBytesInMemory(const Checkpoint& checkpoint) {
    std::uint64_t bytes = checkpoint.totalBytes();
    for (const std::string& name : checkpoint.names()) {
        const TensorInfo& info = *checkpoint.find(name)->info;
        if (info.dtypeName == "F16") bytes += 2 * info.sizeBytes();
    }
    return bytes;
}

Result<void> checkFit(const MemoryPlan& plan, const MachineMemory& machine, Residency residency,
                      std::int64_t contextLimit) {
    MemoryPlan resident = plan;
    if (residency == Residency::OnDisk) resident.weightBytes = 0;
    if (judge(resident, machine) != MemoryVerdict::WontFit) return {};
    std::string message = "This model needs " + inWords(resident.totalBytes()) + " of memory: ";
    if (resident.weightBytes > 0) message += inWords(resident.weightBytes) + " for the weights, ";
    message += inWords(plan.cacheBytes) + " for a context of " + std::to_string(contextLimit) +
               " tokens and " + inWords(plan.workspaceBytes) +
               " to compute in. This computer has " + inWords(machine.totalBytes) + ", " +
               inWords(machine.availableBytes) + " of it available. ";
    message += residency == Residency::OnDisk
                   ? "Choose a smaller context."
                   : "Choose a smaller preset or a smaller context, or leave the weights on the "
                     "disk (--from-disk), which is slow.";
    return failure(ErrorCode::OutOfMemory, message);
}

}  // namespace dsm
