// SpeedMeter: bytes per second over the last seconds, and the time that is left.
//
// Threads  One thread.
#pragma once

#include <QtGlobal>
#include <chrono>
#include <deque>
#include <functional>

namespace dsm {

class SpeedMeter {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Clock = std::function<Time()>;

    explicit SpeedMeter(Clock clock = &std::chrono::steady_clock::now);

    void add(qint64 bytes);
    void reset();
    double bytesPerSecond();

    static constexpr std::chrono::seconds kWindow{5};

  private:
    struct Slot {
        Time begin;
        qint64 bytes;
    };
    void forgetOld(Time now);

    Clock clock_;
    std::deque<Slot> slots_;  // of a tenth of a second
    Time started_;
};

}  // namespace dsm
