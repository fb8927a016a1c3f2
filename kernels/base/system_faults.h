// System faults: how a test fails the n-th of the calls in system_calls.h.
//
// Compiled in always, so that what is tested is what is shipped: while nothing is armed, a call
// costs one relaxed load of a flag more, before work of at least some hundred nanoseconds.
//
// Threads  Arming is for the process: an operation's calls come from several threads, and all of
//          them count. One test at a time arms; a test program is a process of its own, so that
//          programs run in parallel do not meet.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

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

namespace sys {

// What a call does that a fault may meet.
enum CallTraits : unsigned { kPlain = 0, kTakesRoom = 1, kOpens = 2 };

extern std::atomic<bool> isFaultArmed;
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
