// Op timer: an op table that computes with another one and takes the time of each operation.
//
// Only what goes through table() is timed: a model that uses its backend's own table pays nothing.
//
// On a GPU an operation is waited for and the GPU's own clock counts; the events 2 and 3 of the
// session are the timer's.
//
// Ownership Borrows the timed table and the session.
// Threads   Operations are called from one thread, the one that made the timer (CHECK).
// Errors    A second timer on the same thread is the caller's bug (CHECK).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/cuda/gpu_session.h"
#include "kernels/op_table.h"
#include "kernels/op_work.h"

namespace dsm {

struct OpTime {
    std::string_view name;  // as OpTable calls it
    std::int64_t calls = 0;
    std::int64_t launches = 0;  // of kernels, where the operations' context counts them
    std::chrono::nanoseconds time{0};
    OpWork work{};  // of all calls together
};

inline constexpr int kOpCount = 9;

class OpTimer {
  public:
    explicit OpTimer(const OpTable& timed, GpuSession* gpu = nullptr);
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

    void begin();
    std::chrono::nanoseconds end();

    const OpTable& timed_;
    GpuSession* gpu_;
    std::chrono::steady_clock::time_point begun_;
    std::array<OpTime, kOpCount> times_{};
};

}  // namespace dsm
