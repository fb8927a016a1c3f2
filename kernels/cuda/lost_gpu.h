// Lost GPU: that a GPU failed in a way which CUDA keeps for the rest of the process (a kernel's
// fault, a GPU that fell off the bus), so that nothing may be asked of any GPU from then on: only
// another process can use them again.
//
// The first such failure stands for all. What lay on the GPU, and pinned memory of the host, is
// given back when the process ends: giving it back before would be a call.
//
// Threads  Any.
#pragma once

#include <atomic>
#include <optional>

#include "kernels/base/result.h"

namespace dsm {

// What everybody is told who asks for a GPU; nothing: none is lost.
std::optional<Error> lostGpu();
// The same without the words, for what is asked often: inline, so that launches need nothing more.
inline std::atomic<bool> lostGpuFlag = false;
inline bool isGpuLost() {
    return lostGpuFlag;
}

void noteLostGpu(const Error& error);
// A launch that was refused so knows the number of the error alone; who has words for it takes it.
inline std::atomic<int> lostLaunchError = 0;
inline void noteLostLaunch(int error) {
    lostLaunchError = error;
    lostGpuFlag = true;
}
// Of tests: as a new process.
void forgetLostGpu();

}  // namespace dsm
