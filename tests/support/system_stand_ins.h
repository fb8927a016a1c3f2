// What a test needs that stands in for calls to the system (kernels/base/system_faults.h).
#pragma once

#include <filesystem>
#include <string>

#include "kernels/base/system_faults.h"

namespace dsm::test {

// Stands in while it lives: one at a time. Filled before the work begins that it is for.
struct StandIns : SystemStandIns {
    StandIns() { useSystemStandIns(this); }
    ~StandIns() { useSystemStandIns(nullptr); }
    StandIns(const StandIns&) = delete;
    StandIns& operator=(const StandIns&) = delete;
};

// Of an open file, as the system knows it.
inline std::string pathOf(int file) {
    return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file)).string();
}

}  // namespace dsm::test
