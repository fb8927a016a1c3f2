#include "app/services/downloads/transfer/suspend_watch.h"

#include <ctime>
#include <utility>

namespace dsm {
namespace {

constexpr std::chrono::milliseconds kShortest{1'000};

std::chrono::milliseconds readClock(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace

SuspendWatch::SuspendWatch(SleepClock clock, std::chrono::milliseconds interval)
    : clock_(std::move(clock)), asleep_(clock_()) {
    connect(&timer_, &QTimer::timeout, this, &SuspendWatch::look);
    timer_.start(interval);
}

std::chrono::milliseconds SuspendWatch::timeAsleep() {
    return readClock(CLOCK_BOOTTIME) - readClock(CLOCK_MONOTONIC);
}

void SuspendWatch::look() {
    const auto now = clock_();
    const bool slept = now - asleep_ >= kShortest;
    asleep_ = now;
    if (slept) Q_EMIT wokeUp();
}

}  // namespace dsm
