// The processors of this machine, as far as this program may use them.
//
//   allowed  logical processors that the process may run on: its affinity, within its cpuset
//   cores    cores among them: what two threads of one core (SMT) compute with is there once
//   quota    processors' worth of time that control groups leave in each of their periods
//
// Source  Cpus_allowed_list of /proc/self/status; /sys/devices/system/cpu; cpu.max of version 2 of
//         control groups, cpu.cfs_quota_us and cpu.cfs_period_us of version 1.
// Errors  None: what cannot be read limits nothing.
#pragma once

#include <filesystem>
#include <optional>

namespace dsm {

struct Processors {
    int allowed = 1;
    int cores = 1;
    std::optional<double> quota = std::nullopt;  // none: no limit

    // To compute with, where nobody says how many: one for each core, and none that would use up
    // the time of the others before a period ends.
    int threads() const;
    bool operator==(const Processors&) const = default;
};

// `root` holds proc and sys; tests bring their own.
Processors readProcessors(const std::filesystem::path& root = "/");

// From now on the calling thread, and those that it starts, give way to others that want to compute:
// for work of hours beside people. Where the system refuses, nothing changes.
void computeInBackground();

}  // namespace dsm
