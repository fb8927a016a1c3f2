#include "kernels/base/processors.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr int kMostProcessors = 1 << 16;

std::string firstLine(const fs::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

// "0-3,8" as numbers; what is no number ends it.
std::vector<int> numbersOf(std::string_view list) {
    std::vector<int> numbers;
    const char* at = list.data();
    const char* const end = list.data() + list.size();
    const auto number = [&](int& value) {
        const auto [next, error] = std::from_chars(at, end, value);
        at = next;
        return error == std::errc() && value >= 0 && value < kMostProcessors;
    };
    int first = 0;
    while (at != end && number(first)) {
        int last = first;
        if (at != end && *at == '-' && (++at, !number(last))) break;
        for (int i = first; i <= last; ++i)
            numbers.push_back(i);
        if (at == end || *at != ',') break;
        ++at;
    }
    return numbers;
}

std::vector<int> allowedProcessors(const fs::path& root) {
    constexpr std::string_view kKey = "Cpus_allowed_list:";
    std::ifstream in(root / "proc/self/status");
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(kKey)) continue;
        const std::size_t value = line.find_first_not_of(" \t", kKey.size());
        return value == std::string::npos ? std::vector<int>() : numbersOf(line.substr(value));
    }
    return {};
}

// The processors that share a core with this one.
std::string siblingsOf(const fs::path& root, int processor) {
    const fs::path topology =
        root / "sys/devices/system/cpu" / ("cpu" + std::to_string(processor)) / "topology";
    const std::string siblings = firstLine(topology / "core_cpus_list");
    return siblings.empty() ? firstLine(topology / "thread_siblings_list") : siblings;
}

int coresOf(const fs::path& root, const std::vector<int>& processors) {
    std::set<std::string> cores;
    for (const int processor : processors) {
        std::string siblings = siblingsOf(root, processor);
        cores.insert(siblings.empty() ? std::to_string(processor) : std::move(siblings));
    }
    return static_cast<int>(cores.size());
}

std::optional<double> share(std::string_view quota, std::string_view period) {
    const auto number = [](std::string_view text) {
        double value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;  // 0 for "max", and -1 of version 1, are no limit
    };
    const double time = number(quota);
    const double of = number(period);
    return time > 0 && of > 0 ? std::optional(time / of) : std::nullopt;
}

std::optional<double> quotaOf(const fs::path& group) {
    const std::string both = firstLine(group / "cpu.max");
    const std::size_t space = both.find(' ');
    if (space != std::string::npos) return share(both.substr(0, space), both.substr(space + 1));
    return share(firstLine(group / "cpu.cfs_quota_us"), firstLine(group / "cpu.cfs_period_us"));
}

// A group's limit holds for all below it, and so does that of the top one in a container.
void limitTo(const fs::path& top, fs::path group, std::optional<double>& quota) {
    for (;; group = group.parent_path()) {
        if (const auto own = quotaOf(top / group)) quota = std::min(quota.value_or(*own), *own);
        if (group.empty()) return;
    }
}

// The groups of the process: a line "0::/path" of version 2, "3:cpu,cpuacct:/path" of version 1.
std::optional<double> smallestQuota(const fs::path& root) {
    const fs::path top = root / "sys/fs/cgroup";
    std::optional<double> quota;
    std::ifstream in(root / "proc/self/cgroup");
    for (std::string line; std::getline(in, line);) {
        const std::size_t name = line.find(':');
        const std::size_t path = line.find(":/", name == std::string::npos ? 0 : name + 1);
        if (path == std::string::npos) continue;
        const std::string controllers = line.substr(name + 1, path - name - 1);
        const fs::path group = line.substr(path + 2);
        if (controllers.empty()) {
            limitTo(top, group, quota);
        } else if (("," + controllers + ",").find(",cpu,") != std::string::npos) {
            limitTo(top / controllers, group, quota);
            limitTo(top / "cpu", group, quota);
        }
    }
    return quota;
}

}  // namespace

int Processors::threads() const {
    const int paid = quota ? static_cast<int>(std::min<double>(*quota, cores)) : cores;
    return std::max(1, paid);
}

void computeInBackground() {
    constexpr int kNice = 10;  // a tenth of what a thread of the window is given
    const auto thread = static_cast<id_t>(::gettid());
    if (::getpriority(PRIO_PROCESS, thread) < kNice) ::setpriority(PRIO_PROCESS, thread, kNice);
}

Processors readProcessors(const fs::path& root) {
    Processors processors;
    const std::vector<int> allowed = allowedProcessors(root);
    processors.allowed = static_cast<int>(allowed.size());
    processors.cores = coresOf(root, allowed);
    if (allowed.empty()) {
        processors.allowed = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
        processors.cores = processors.allowed;
    }
    processors.quota = smallestQuota(root);
    return processors;
}

}  // namespace dsm
