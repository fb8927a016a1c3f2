#include "kernels/cuda/lost_gpu.h"

#include <atomic>
#include <mutex>

#include "kernels/base/reason.h"

namespace dsm {
namespace {

struct Lost {
    std::atomic<bool> isLost = false;
    std::mutex mutex;
    ErrorCode code = ErrorCode::DeviceLost;
    std::optional<Reason> reason;
};

Lost& lost() {
    static Lost one;
    return one;
}

}  // namespace

bool isGpuLost() {
    return lost().isLost;
}

std::optional<Error> lostGpu() {
    if (!isGpuLost()) return std::nullopt;
    const std::lock_guard lock(lost().mutex);
    // Made anew: each thread knows the reasons of its own errors.
    return failure(lost().code, *lost().reason).value();
}

void noteLostGpu(const Error& error) {
    const std::lock_guard lock(lost().mutex);
    if (!lost().reason) {
        lost().code = error.code;
        lost().reason = reasonOf(error);
    }
    lost().isLost = true;
}

void forgetLostGpu() {
    const std::lock_guard lock(lost().mutex);
    lost().reason.reset();
    lost().isLost = false;
}

}  // namespace dsm
