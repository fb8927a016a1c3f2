#include "app/services/downloads/transfer/speed_meter.h"

#include <algorithm>
#include <utility>

namespace dsm {
namespace {

constexpr std::chrono::milliseconds kSlot{100};
constexpr std::chrono::milliseconds kLeastTime{500};

}  // namespace

SpeedMeter::SpeedMeter(Clock clock) : clock_(std::move(clock)), started_(clock_()) {}

void SpeedMeter::add(qint64 bytes) {
    const Time now = clock_();
    forgetOld(now);
    if (slots_.empty()) started_ = std::max(started_, now - kWindow);
    if (slots_.empty() || now - slots_.back().begin >= kSlot) slots_.push_back({now, 0});
    slots_.back().bytes += bytes;
}

void SpeedMeter::reset() {
    slots_.clear();
    started_ = clock_();
}

double SpeedMeter::bytesPerSecond() {
    const Time now = clock_();
    forgetOld(now);
    qint64 bytes = 0;
    for (const Slot& slot : slots_)
        bytes += slot.bytes;
    const std::chrono::duration<double> window =
        std::clamp<Time::duration>(now - started_, kLeastTime, kWindow);
    return static_cast<double>(bytes) / window.count();
}

void SpeedMeter::forgetOld(Time now) {
    while (!slots_.empty() && now - slots_.front().begin >= kWindow)
        slots_.pop_front();
}

}  // namespace dsm
