// The limits of any machine, in vectors of 16 bytes, which GCC and Clang turn into SSE2 or NEON.
#include "kernels/cpu/limit_builds.h"
#include "kernels/cpu/limit_loops.h"

namespace dsm::cpu {
namespace {

struct Lanes {
    typedef std::uint64_t V __attribute__((vector_size(16)));
    static constexpr int kBytes = 16;
    static V load(const std::byte* p) { return *reinterpret_cast<const V*>(p); }
    static V either(V a, V b) { return a | b; }

    // A product of two bytes fills 16 bits; sums that stay so narrow are the most one could do.
    struct Int8 {
        typedef std::uint16_t V __attribute__((vector_size(16)));
        static constexpr int kSums = 12;
        static constexpr int kOperations = 16;
        static V start(int i) { return V{} + static_cast<std::uint16_t>(i + 3); }
        // A square: the product with a constant would become shifts.
        static V multiplyAdd(V sum) { return sum * sum + 27; }
    };
    struct Float32 {
        typedef float V __attribute__((vector_size(16)));
        static constexpr int kSums = 12;
        static constexpr int kOperations = 8;
        static V start(int i) { return V{} + static_cast<float>(i); }
        static V multiplyAdd(V sum) { return sum * 0.999F + 0.001F; }
    };
    using BFloat16 = Float32;
};

}  // namespace

constexpr LimitLoops kPortableLimits = makeLimitLoops<Lanes>();

}  // namespace dsm::cpu
