#include "kernels/base/process_memory.h"

#include <fstream>
#include <string>

namespace dsm {

ProcessMemory readProcessMemory() {
    constexpr std::uint64_t kKibibyte = 1024;
    ProcessMemory memory;
    std::ifstream in("/proc/self/status");
    std::string word;
    for (std::string rest; in >> word; std::getline(in, rest)) {
        std::uint64_t number = 0;
        if (word == "VmRSS:" && in >> number) memory.residentBytes = number * kKibibyte;
        if (word == "VmHWM:" && in >> number) memory.peakBytes = number * kKibibyte;
    }
    return memory;
}

}  // namespace dsm
