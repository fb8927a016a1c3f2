// What an evaluation found of one sample.
#pragma once

#include <cstdint>

namespace dsm {

struct SampleLoss {
    std::int64_t sample = 0;  // its number in the data that was evaluated
    double loss = 0;          // the sum of its tokens'
    std::int64_t labels = 0;  // > 0: tokens that count

    double mean() const { return loss / static_cast<double>(labels); }
};

}  // namespace dsm
