// Schedule: the learning rate of each step, as the transformers library computes it.
//
//   warm-up     step < W: step / max(1, W)                          the first step has rate 0
//   cosine      max(0, (1 + cos(pi p)) / 2)        p = (step - W) / max(1, N - W)
//   linear      max(0, 1 - p)
//   constant    1
//
// Letters  N steps of the run, W of them warm-up; step counts from 0.
#pragma once

#include <cstdint>
#include <string_view>

namespace dsm {

enum class ScheduleKind { Cosine, Linear, Constant };

std::string_view name(ScheduleKind kind);

struct Schedule {
    ScheduleKind kind = ScheduleKind::Cosine;
    double rate = 2e-5;
    std::int64_t warmupSteps = 0;
    std::int64_t steps = 0;

    double at(std::int64_t step) const;
};

}  // namespace dsm
