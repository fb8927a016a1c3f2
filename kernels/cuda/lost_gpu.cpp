#include "kernels/cuda/lost_gpu.h"

#include <atomic>
#include <mutex>

namespace dsm {
namespace {

struct Lost {
    std::atomic<bool> isLost = false;
    std::mutex mutex;
    std::optional<Error> error;
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
    return lost().error;
}

void noteLostGpu(const Error& error) {
    const std::lock_guard lock(lost().mutex);
    if (!lost().error) lost().error = error;
    lost().isLost = true;
}

void forgetLostGpu() {
    const std::lock_guard lock(lost().mutex);
    lost().error.reset();
    lost().isLost = false;
}

}  // namespace dsm
