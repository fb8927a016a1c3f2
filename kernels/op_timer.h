// Op timer: an op table that computes with another one and takes the time of each operation.
//
// Only what goes through table() is timed: a model that uses its backend's own table pays nothing.
//
// Ownership Borrows the timed table.
// Threads   Operations are called from one thread, the one that made the timer (CHECK).
// Errors    A second timer on the same thread is the caller's bug (CHECK).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/op_table.h"
#include "kernels/op_work.h"

namespace dsm {

struct OpTime {
    std::string_view name;  // as OpTable calls it
    std::int64_t calls = 0;
    std::chrono::nanoseconds time{0};
    OpWork work{};  // of all calls together
};

inline constexpr int kOpCount = 9;

class OpTimer {
  public:
    explicit OpTimer(const OpTable& timed);
    ~OpTimer();
    OpTimer(const OpTimer&) = delete;
    OpTimer& operator=(const OpTimer&) = delete;

    const OpTable& table() const;
    // Of every operation, in the order of OpTable, also those that were not called.
    std::span<const OpTime> times() const { return times_; }
    // Forgets the times.
    void restart();

  private:
    template <int kIndex, auto kOp>
    friend struct Timed;

    const OpTable& timed_;
    std::array<OpTime, kOpCount> times_{};
};

}  // namespace dsm
