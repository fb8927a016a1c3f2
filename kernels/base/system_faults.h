// System faults: how a test fails the n-th of the calls in system_calls.h, or stands in for some.
//
// Compiled in always, so that what is tested is what is shipped: while nothing is armed, a call
// costs a load or two of a flag more, before work of at least some hundred nanoseconds.
//
// Threads  Arming is for the process: an operation's calls come from several threads, all of them
//          count, and a stand-in is called on the thread that makes the call. One test at a time arms; a test program is a process of its own, so that
//          programs run in parallel do not meet.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace dsm {

enum class SystemFault {
    NoSpace,        // ENOSPC, of what may take room: new names, writes, flushes
    Failing,        // EIO, of every call
    NoDescriptors,  // EMFILE, of what opens
    Interrupted,    // EINTR, of every call: repeated, nobody may notice
    Short,          // half the bytes, of reads and writes of more than one
};
enum class FaultLasts { Once, ForEver };

// The n-th call from now on that the fault can meet, from 1. Interrupted comes once.
void armSystemFault(SystemFault fault, std::int64_t nth, FaultLasts lasts = FaultLasts::Once);
// Says whether it came: if not, the work ended before the n-th call.
bool disarmSystemFault();

// What stands in for calls, as POSIX has them: -1 with errno where it fails. Those without one are
// made.
struct SystemStandIns {
    std::function<ssize_t(int file, const void* from, std::size_t size, off_t offset)> pwrite;
    std::function<int(int file)> fdatasync;
    // Of the disk that the path is on, for this user; -1: the question fails.
    std::function<std::int64_t(const char* path)> freeBytes;
};
// Borrowed until there are others, or none with nullptr; they do not change meanwhile.
void useSystemStandIns(const SystemStandIns* standIns);

namespace sys {

// What a call does that a fault may meet.
enum CallTraits : unsigned { kPlain = 0, kTakesRoom = 1, kOpens = 2 };

extern std::atomic<bool> isFaultArmed;
extern std::atomic<const SystemStandIns*> standIns;
int armedFault(unsigned traits);
std::size_t armedShortness(std::size_t sizeBytes);

// The errno with which the call that is about to be made fails; 0: it is made.
inline int faultOf(unsigned traits) {
    return isFaultArmed.load(std::memory_order_relaxed) ? armedFault(traits) : 0;
}
// As many bytes as the call that is about to be made may transfer.
inline std::size_t shortened(std::size_t sizeBytes) {
    return isFaultArmed.load(std::memory_order_relaxed) ? armedShortness(sizeBytes) : sizeBytes;
}

}  // namespace sys
}  // namespace dsm
