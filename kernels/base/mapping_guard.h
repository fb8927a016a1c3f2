// Mapping guard: what happens when a mapped file is cut while its bytes are read.
//
// The system answers such a read with SIGBUS, which ends a program. A guarded mapping reads zeros
// there from then on instead, and its guard remembers: whoever computed with the bytes asks it
// before the results are used.
//
// Threads  Any. The signal's handler uses atomics and one system call only; signals from elsewhere
//          go on to the handler that was there before.
#pragma once

#include <cstddef>

namespace dsm {

class MappingGuard {
  public:
    MappingGuard() = default;
    // Guards whole pages from `begin`, which outlive the guard. Beyond kMostGuarded mappings at one
    // time it does nothing.
    MappingGuard(const void* begin, std::size_t sizeBytes);
    MappingGuard(MappingGuard&& other) noexcept;
    MappingGuard& operator=(MappingGuard&& other) noexcept;
    ~MappingGuard();

    // Whether a read found nothing behind its address.
    bool hasTripped() const;

    static constexpr int kMostGuarded = 8192;

  private:
    int slot_ = -1;
};

}  // namespace dsm
