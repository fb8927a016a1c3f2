#include "kernels/base/system_faults.h"

#include <cerrno>
#include <mutex>

#include "kernels/base/check.h"

namespace dsm {
namespace {

struct Plan {
    std::mutex mutex;
    SystemFault fault = SystemFault::Failing;
    FaultLasts lasts = FaultLasts::Once;
    std::int64_t left = 0;  // calls until it comes
    bool hasCome = false;

    // Counts a call that the fault can meet: whether it does.
    bool meets() {
        if (left > 0 && --left == 0) {
            hasCome = true;
            return true;
        }
        return left == 0 && hasCome && lasts == FaultLasts::ForEver;
    }
};

Plan plan;

int errorOf(SystemFault fault) {
    switch (fault) {
        case SystemFault::NoSpace:
            return ENOSPC;
        case SystemFault::NoDescriptors:
            return EMFILE;
        case SystemFault::Interrupted:
            return EINTR;
        default:
            return EIO;
    }
}

bool canMeet(SystemFault fault, unsigned traits) {
    switch (fault) {
        case SystemFault::NoSpace:
            return (traits & sys::kTakesRoom) != 0;
        case SystemFault::NoDescriptors:
            return (traits & sys::kOpens) != 0;
        case SystemFault::Short:
            return false;
        default:
            return true;
    }
}

}  // namespace

void armSystemFault(SystemFault fault, std::int64_t nth, FaultLasts lasts) {
    DSM_CHECK(nth > 0);
    const std::lock_guard lock(plan.mutex);
    plan.fault = fault;
    plan.lasts = fault == SystemFault::Interrupted ? FaultLasts::Once : lasts;
    plan.left = nth;
    plan.hasCome = false;
    sys::isFaultArmed = true;
}

bool disarmSystemFault() {
    const std::lock_guard lock(plan.mutex);
    sys::isFaultArmed = false;
    return plan.hasCome;
}

void useSystemStandIns(const SystemStandIns* standIns) {
    sys::standIns = standIns;
}

namespace sys {

std::atomic<bool> isFaultArmed{false};
std::atomic<const SystemStandIns*> standIns{nullptr};

int armedFault(unsigned traits) {
    const std::lock_guard lock(plan.mutex);
    if (!isFaultArmed || !canMeet(plan.fault, traits) || !plan.meets()) return 0;
    return errorOf(plan.fault);
}

std::size_t armedShortness(std::size_t sizeBytes) {
    const std::lock_guard lock(plan.mutex);
    const bool isMet =
        isFaultArmed && plan.fault == SystemFault::Short && sizeBytes > 1 && plan.meets();
    return isMet ? sizeBytes / 2 : sizeBytes;
}

}  // namespace sys
}  // namespace dsm
