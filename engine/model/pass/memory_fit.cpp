#include "engine/model/pass/memory_fit.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/reason.h"

#include <cstdio>
#include <string>
#include <vector>

namespace dsm {
namespace {

constexpr std::uint64_t kMarginDivisor = 16;

}  // namespace

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
    std::vector<std::string> arguments{bytesInWords(resident.totalBytes())};
    if (resident.weightBytes > 0) arguments.push_back(bytesInWords(resident.weightBytes));
    arguments.insert(arguments.end(), {bytesInWords(plan.cacheBytes), std::to_string(contextLimit),
                                       bytesInWords(plan.workspaceBytes)});
    Reason reason(resident.weightBytes > 0 ? ReasonCode::ModelNeedsMemory
                                           : ReasonCode::ModelNeedsMemoryBesideWeights,
                  std::move(arguments));
    reason.add(ReasonCode::ComputerHasMemory,
               {bytesInWords(machine.totalBytes), bytesInWords(machine.availableBytes)});
    reason.add(residency == Residency::OnDisk ? ReasonCode::ChooseSmallerContext
                                              : ReasonCode::ChooseSmallerModel);
    return failure(ErrorCode::OutOfMemory, reason);
}

}  // namespace dsm
