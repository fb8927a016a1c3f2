// The memory of this machine, as far as this program may use it.
//
//   total      MemTotal, or the smallest memory.max of the control groups above the process
//   available  MemAvailable, or what a control group leaves: memory.max - memory.current, file
//              pages added back, because they make room for others; the smallest of all
//
// Source  /proc/meminfo (kB are KiB there); /proc/self/cgroup and /sys/fs/cgroup, version 2.
// Errors  None: what cannot be read limits nothing. Without /proc/meminfo both numbers are 0.
#pragma once

#include <cstdint>
#include <filesystem>

namespace dsm {

struct MachineMemory {
    std::uint64_t totalBytes = 0;  // 0: unknown
    std::uint64_t availableBytes = 0;

    bool isKnown() const { return totalBytes > 0; }
    bool operator==(const MachineMemory&) const = default;
};

// `root` holds proc and sys; tests bring their own.
MachineMemory readMachineMemory(const std::filesystem::path& root = "/");

}  // namespace dsm
