// Fault walk: an operation that is done over and over, each time with the next of its calls to the
// system failing, until it passes without a failure; for every kind of failure.
//
// What must hold each time, besides what the test itself checks:
//   - a call that was interrupted, or did only a part, is noticed by nobody;
//   - a failure is told with the system's reason, and names a file or folder of the test;
//   - as many descriptors are open afterwards as before;
//   - the same operation, done again without a failure, then succeeds.
//
// Threads  Failures are armed for the process (kernels/base/system_faults.h): a walk at a time.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "kernels/base/system_faults.h"

namespace dsm::test {

struct FaultMode {
    const char* name;
    SystemFault fault;
    FaultLasts lasts;
    const char* reason;  // that a message must give; nullptr: nobody may notice
};

inline const std::vector<FaultMode>& faultModes() {
    static const std::vector<FaultMode> kModes{
        {"full disk", SystemFault::NoSpace, FaultLasts::ForEver, "No space left on device"},
        {"full disk, once", SystemFault::NoSpace, FaultLasts::Once, "No space left on device"},
        {"failing disk", SystemFault::Failing, FaultLasts::Once, "Input/output error"},
        {"no descriptors", SystemFault::NoDescriptors, FaultLasts::Once, "Too many open files"},
        {"no descriptors any more", SystemFault::NoDescriptors, FaultLasts::ForEver,
         "Too many open files"},
        {"interruption", SystemFault::Interrupted, FaultLasts::Once, nullptr},
        {"short transfer", SystemFault::Short, FaultLasts::Once, nullptr},
    };
    return kModes;
}

// In memory where there is such a place: hundreds of flushes would wait for a disk.
inline std::filesystem::path placeForWalks() {
    const std::filesystem::path memory = "/dev/shm";
    std::error_code error;
    const auto status = std::filesystem::status(memory, error);
    const auto all = std::filesystem::perms::others_write | std::filesystem::perms::others_exec;
    const bool isOpenToAll = !error && (status.permissions() & all) == all;
    return isOpenToAll ? memory : std::filesystem::temp_directory_path();
}

inline std::size_t openDescriptors() {
    using Iterator = std::filesystem::directory_iterator;
    return static_cast<std::size_t>(std::distance(Iterator("/proc/self/fd"), Iterator()));
}

struct FaultWalk {
    // Makes the world what it is before the operation.
    std::function<void()> prepare;
    // Nothing, or the message of its failure.
    std::function<std::optional<std::string>()> operation;
    // What is wrong afterwards, "" where nothing is.
    std::function<std::string(bool hasFailed)> check;
    // The operation makes more calls than these that can fail: else nothing was tested.
    int leastCalls = 3;
    // Of the calls, every so many-th fails, for operations whose parts are walked by themselves;
    // each where DSM_MUTATIONS asks for a long run.
    int stride = 1;
    // Whether a failure's message says what it must.
    std::function<bool(const std::string& message, const FaultMode& mode)> isTold = {};
    // Paths of which every message names one.
    std::vector<std::filesystem::path> named = {};

    // What went wrong, with the mode and the number of the call; "" where nothing did.
    std::string run() const {
        const int step = std::getenv("DSM_MUTATIONS") != nullptr ? 1 : stride;
        int calls = 0;
        for (const FaultMode& mode : faultModes()) {
            for (int n = 1;; n += step) {
                bool hasCome = false;
                const std::string problem = tryOnce(mode, n, hasCome);
                if (!problem.empty())
                    return std::string(mode.name) + " at call " + std::to_string(n) + ": " +
                           problem;
                if (!hasCome) break;
                ++calls;
            }
        }
        if (calls >= leastCalls) return {};
        return "Only " + std::to_string(calls) + " calls could fail.";
    }

  private:
    std::string tryOnce(const FaultMode& mode, int n, bool& hasCome) const {
        prepare();
        const std::size_t before = openDescriptors();
        armSystemFault(mode.fault, n, mode.lasts);
        const std::optional<std::string> failed = operation();
        hasCome = disarmSystemFault();
        if (openDescriptors() != before) {
            return std::to_string(openDescriptors()) + " descriptors are open, not " +
                   std::to_string(before) + " as before.";
        }
        if (failed && !hasCome) return "failed without a fault: " + *failed;
        if (failed && mode.reason == nullptr) return "was noticed: " + *failed;
        if (failed && !tellsIt(*failed, mode)) return "the message does not say it: " + *failed;
        if (std::string wrong = check(failed.has_value()); !wrong.empty())
            return wrong + (failed ? " (" + *failed + ")" : " (no failure was told)");
        if (!failed) return {};
        if (const auto again = operation()) return "cannot be done again: " + *again;
        const std::string wrong = check(false);
        return wrong.empty() ? wrong : "done again: " + wrong;
    }

    bool tellsIt(const std::string& message, const FaultMode& mode) const {
        if (isTold) return isTold(message, mode);
        return message.find(mode.reason) != std::string::npos &&
               std::any_of(named.begin(), named.end(), [&](const std::filesystem::path& path) {
                   return message.find(path.string()) != std::string::npos;
               });
    }
};

// Of anything that holds an Error, or a value.
template <class Result>
std::optional<std::string> messageOf(const Result& result) {
    return result ? std::nullopt : std::optional<std::string>(result.error().message);
}

}  // namespace dsm::test
