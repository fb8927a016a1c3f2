#include "kernels/cuda/lost_gpu.h"

#include <mutex>
#include <string>

#include "kernels/base/reason.h"

namespace dsm {
namespace {

struct Lost {
    std::mutex mutex;
    ErrorCode code = ErrorCode::DeviceLost;
    std::optional<Reason> reason;
};

Lost& lost() {
    static Lost one;
    return one;
}

}  // namespace

std::optional<Error> lostGpu() {
    if (!isGpuLost()) return std::nullopt;
    const std::lock_guard lock(lost().mutex);
    if (!lost().reason) {  // nobody had its words yet
        lost().reason = Reason(ReasonCode::GpuFailed,
                               {"GPU", "CUDA error " + std::to_string(lostLaunchError.load())});
    }
    // Made anew: each thread knows the reasons of its own errors.
    return failure(lost().code, *lost().reason).value();
}

void noteLostGpu(const Error& error) {
    const std::lock_guard lock(lost().mutex);
    if (!lost().reason) {
        lost().code = error.code;
        lost().reason = reasonOf(error);
    }
    lostGpuFlag = true;
}

void forgetLostGpu() {
    const std::lock_guard lock(lost().mutex);
    lost().reason.reset();
    lostLaunchError = 0;
    lostGpuFlag = false;
}

}  // namespace dsm
