#include "tests/bench/fma_peak.h"

namespace dsm::bench {

std::int64_t multiplyAdds(cpu::Isa, std::int64_t rounds, float* sink) {
    constexpr int kSums = 12;
    typedef float Lanes __attribute__((vector_size(16)));
    Lanes sum[kSums];
    for (Lanes& s : sum)
        s = Lanes{*sink, *sink, *sink, *sink};
    for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
        for (int i = 0; i < kSums; ++i)
            sum[i] = sum[i] * 0.999F + 0.001F;
    }
    for (const Lanes& s : sum)
        *sink += s[0];
    return rounds * kSums * 4 * 2;
}

}  // namespace dsm::bench
