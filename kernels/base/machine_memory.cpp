#include "kernels/base/machine_memory.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

namespace dsm {
namespace {

namespace fs = std::filesystem;

// The number after `key` at the beginning of a line.
std::optional<std::uint64_t> numberOf(const fs::path& file, const std::string& key) {
    std::ifstream in(file);
    std::string word;
    std::uint64_t number = 0;
    for (std::string rest; in >> word; std::getline(in, rest)) {
        if (word == key && in >> number) return number;
    }
    return std::nullopt;
}

// none for "max", which is no limit, and for what is not there.
std::optional<std::uint64_t> numberIn(const fs::path& file) {
    std::ifstream in(file);
    std::uint64_t number = 0;
    if (in >> number) return number;
    return std::nullopt;
}

// The control group of the process, of version 2, below the top one: from the line "0::/path".
fs::path controlGroup(const fs::path& root) {
    std::ifstream in(root / "proc/self/cgroup");
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("0::/")) return line.substr(4);
    }
    return {};
}

void limitTo(const fs::path& group, MachineMemory& memory) {
    const auto maximum = numberIn(group / "memory.max");
    if (!maximum) return;
    memory.totalBytes = std::min(memory.totalBytes, *maximum);
    const std::uint64_t current = numberIn(group / "memory.current").value_or(0);
    const std::uint64_t filePages = numberOf(group / "memory.stat", "inactive_file").value_or(0) +
                                    numberOf(group / "memory.stat", "active_file").value_or(0);
    const std::uint64_t taken = current - std::min(current, filePages);
    memory.availableBytes = std::min(memory.availableBytes, *maximum - std::min(*maximum, taken));
}

}  // namespace

MachineMemory readMachineMemory(const fs::path& root) {
    constexpr std::uint64_t kKibibyte = 1024;
    const auto total = numberOf(root / "proc/meminfo", "MemTotal:");
    if (!total) return {};
    MachineMemory memory;
    memory.totalBytes = *total * kKibibyte;
    // Older than Linux 3.14: no estimate, so that nothing is held against a model.
    memory.availableBytes =
        numberOf(root / "proc/meminfo", "MemAvailable:").value_or(*total) * kKibibyte;
    // A group's limit holds for all below it.
    for (fs::path group = controlGroup(root);; group = group.parent_path()) {
        limitTo(root / "sys/fs/cgroup" / group, memory);
        if (group.empty()) break;
    }
    return memory;
}

}  // namespace dsm
