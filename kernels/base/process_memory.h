// The memory of this process: what it holds now, and the most that it ever held.
//
// Source  /proc/self/status, VmRSS and VmHWM (kB are KiB there).
// Errors  None: what cannot be read is 0.
#pragma once

#include <cstdint>

namespace dsm {

struct ProcessMemory {
    std::uint64_t residentBytes = 0;
    std::uint64_t peakBytes = 0;
};

ProcessMemory readProcessMemory();

}  // namespace dsm
