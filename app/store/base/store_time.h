// Time in the store: whole milliseconds of UTC, from a clock that tests can set.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace dsm {

using StoreTime = std::chrono::sys_time<std::chrono::milliseconds>;
using StoreClock = std::function<StoreTime()>;

inline std::int64_t toMilliseconds(StoreTime time) {
    return time.time_since_epoch().count();
}

inline StoreTime fromMilliseconds(std::int64_t milliseconds) {
    return StoreTime{std::chrono::milliseconds{milliseconds}};
}

}  // namespace dsm
