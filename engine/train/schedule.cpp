#include "engine/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dsm {

std::string_view name(ScheduleKind kind) {
    switch (kind) {
        case ScheduleKind::Cosine:
            return "cosine";
        case ScheduleKind::Linear:
            return "linear";
        case ScheduleKind::Constant:
            return "constant";
    }
    return "?";
}

double Schedule::at(std::int64_t step) const {
    if (step < warmupSteps) {
        return rate * static_cast<double>(step) /
               static_cast<double>(std::max<std::int64_t>(1, warmupSteps));
    }
    const double progress = static_cast<double>(step - warmupSteps) /
                            static_cast<double>(std::max<std::int64_t>(1, steps - warmupSteps));
    switch (kind) {
        case ScheduleKind::Cosine:
            return rate * std::max(0.0, 0.5 * (1 + std::cos(std::numbers::pi * progress)));
        case ScheduleKind::Linear:
            return rate * std::max(0.0, 1 - progress);
        case ScheduleKind::Constant:
            break;
    }
    return rate;
}

}  // namespace dsm
