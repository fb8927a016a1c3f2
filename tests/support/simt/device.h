// Device code of CUDA as plain C++: its words for functions and memory, the indices of a thread,
// vectors, barriers, shuffles, votes and atomics. Included by the stand-in for cuda_runtime.h.
//
// Every thread of a block is a fiber. It runs until it waits for others (a barrier, a shuffle, an
// mma); then a random one of those that can run goes on. So between two barriers threads run in
// random order, one after the other: a missing barrier shows as a wrong number in most orders.
// Shared memory begins as 0xff bytes in every block. Blocks run one after the other in random
// order.
//
// Source   CUDA C++ Programming Guide, appendix "C++ Language Extensions".
// Threads  One launch at a time (machine.h).
// Errors   A fault of the kernel ends the program with a message (runtime.h, CollectReports).
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#define __global__
#define __device__
#define __host__
#define __constant__ static const
#define __forceinline__ inline __attribute__((always_inline))
#define __restrict__ __restrict
#define __launch_bounds__(...)
#define __grid_constant__
#define __align__(bytes) __attribute__((aligned(bytes)))
// All static shared memory lies in one section, so that it can be poisoned before each block. Not
// within function templates, whose sections differ: those take dynamic shared memory.
#define __shared__ static __attribute__((section("simt_shared")))

struct dim3 {
    unsigned x = 1, y = 1, z = 1;
    constexpr dim3(unsigned vx = 1, unsigned vy = 1, unsigned vz = 1) : x(vx), y(vy), z(vz) {}
};
struct uint3 {
    unsigned x, y, z;
};

extern uint3 threadIdx, blockIdx;  // of the thread that runs
extern dim3 blockDim, gridDim;
inline constexpr int warpSize = 32;

#define DSM_SIMT_VECTOR2(Name, T)          \
    struct __align__(2 * sizeof(T)) Name { \
        T x, y;                            \
    };                                     \
    inline Name make_##Name(T x, T y) {    \
        return {x, y};                     \
    }
#define DSM_SIMT_VECTOR4(Name, T)                 \
    struct __align__(4 * sizeof(T)) Name {        \
        T x, y, z, w;                             \
    };                                            \
    inline Name make_##Name(T x, T y, T z, T w) { \
        return {x, y, z, w};                      \
    }
DSM_SIMT_VECTOR2(int2, int)
DSM_SIMT_VECTOR2(uint2, unsigned)
DSM_SIMT_VECTOR2(float2, float)
DSM_SIMT_VECTOR4(int4, int)
DSM_SIMT_VECTOR4(uint4, unsigned)
DSM_SIMT_VECTOR4(float4, float)
#undef DSM_SIMT_VECTOR2
#undef DSM_SIMT_VECTOR4

namespace simt {

// The dynamic shared memory of the running block.
unsigned char* dynamicShared();

// Waits until every lane of `mask` has come to the same collective; the last to come runs
// combine(operands, mask) with what each lane brought, and then all go on.
using Combine = void (*)(void* const* operands, std::uint32_t mask);
void collective(const char* what, std::uint32_t mask, void* operand, Combine combine);
void syncBlock();
int laneOf();  // of the thread that runs

// Copies that arrive at the wait, as late as the language allows.
void copyLater(void* to, const void* from, int bytes);
void commitCopies();
void waitForCopies(int mostOpenGroups);

// Counts additions to one place of eight bytes in a block (Counts::hottestPlace).
void countPlace(const void* place);

// A fault found by an instruction: reports it and ends the launch.
[[noreturn]] void fault(const char* what);
// One that the kernel wanted: ends the launch, with no report.
[[noreturn]] void trap();

template <class T>
struct Shuffled {
    T in;
    int source;  // a lane
    T out;
};

template <class T>
void combineShuffle(void* const* operands, std::uint32_t mask) {
    for (int lane = 0; lane < 32; ++lane) {
        if ((mask >> lane & 1U) == 0) continue;
        auto* mine = static_cast<Shuffled<T>*>(operands[lane]);
        // The number of a lane that does not take part is undefined.
        if ((mask >> mine->source & 1U) == 0) fault("a shuffle reads a lane that takes no part");
        mine->out = static_cast<Shuffled<T>*>(operands[mine->source])->in;
    }
}

template <class T>
T shuffle(std::uint32_t mask, T value, int source) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8);
    Shuffled<T> operand{value, source, value};
    collective("shuffle", mask, &operand, combineShuffle<T>);
    return operand.out;
}

struct Vote {
    bool in;
    std::uint32_t out;
};
void combineVote(void* const* operands, std::uint32_t mask);
void combineNothing(void* const* operands, std::uint32_t mask);

}  // namespace simt

[[noreturn]] inline void __trap() {
    simt::trap();
}
inline void __syncthreads() {
    simt::syncBlock();
}
inline void __syncwarp(std::uint32_t mask = 0xffffffffU) {
    int nothing = 0;
    simt::collective("syncwarp", mask, &nothing, simt::combineNothing);
}
inline void __threadfence() {}
inline void __threadfence_block() {}

template <class T>
T __shfl_sync(std::uint32_t mask, T value, int source, int width = 32) {
    const int lane = simt::laneOf();
    return simt::shuffle(mask, value, (lane & ~(width - 1)) + (source & (width - 1)));
}
template <class T>
T __shfl_xor_sync(std::uint32_t mask, T value, int lanes, int width = 32) {
    const int lane = simt::laneOf();
    const int source = lane ^ lanes;
    return simt::shuffle(mask, value, source / width == lane / width ? source : lane);
}
template <class T>
T __shfl_down_sync(std::uint32_t mask, T value, unsigned lanes, int width = 32) {
    const int lane = simt::laneOf();
    const int source = lane + static_cast<int>(lanes);
    return simt::shuffle(mask, value, source / width == lane / width ? source : lane);
}
template <class T>
T __shfl_up_sync(std::uint32_t mask, T value, unsigned lanes, int width = 32) {
    const int lane = simt::laneOf();
    const int source = lane - static_cast<int>(lanes);
    return simt::shuffle(mask, value, source >= lane / width * width ? source : lane);
}

inline std::uint32_t __ballot_sync(std::uint32_t mask, bool isTrue) {
    simt::Vote vote{isTrue, 0};
    simt::collective("vote", mask, &vote, simt::combineVote);
    return vote.out;
}
inline bool __any_sync(std::uint32_t mask, bool isTrue) {
    return __ballot_sync(mask, isTrue) != 0;
}
inline bool __all_sync(std::uint32_t mask, bool isTrue) {
    return __ballot_sync(mask, isTrue) == mask;
}

template <class T>
T atomicAdd(T* place, std::type_identity_t<T> value) {
    if constexpr (sizeof(T) == 8) simt::countPlace(place);
    const T old = *place;
    *place = old + value;
    return old;
}
template <class T>
T atomicMax(T* place, std::type_identity_t<T> value) {
    const T old = *place;
    *place = old < value ? value : old;
    return old;
}
template <class T>
T atomicMin(T* place, std::type_identity_t<T> value) {
    const T old = *place;
    *place = value < old ? value : old;
    return old;
}
template <class T>
T atomicExch(T* place, std::type_identity_t<T> value) {
    const T old = *place;
    *place = value;
    return old;
}
template <class T>
T atomicCAS(T* place, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
    const T old = *place;
    if (old == expected) *place = value;
    return old;
}

// Rounded once each: compiled without contraction.
inline float __fadd_rn(float a, float b) {
    return a + b;
}
inline float __fsub_rn(float a, float b) {
    return a - b;
}
inline float __fmul_rn(float a, float b) {
    return a * b;
}
inline float __fdiv_rn(float a, float b) {
    return a / b;
}
inline float __fsqrt_rn(float a) {
    return std::sqrt(a);
}
inline float __fmaf_rn(float a, float b, float c) {
    return std::fma(a, b, c);
}
inline int __popc(std::uint32_t bits) {
    return std::popcount(bits);
}
inline int __ffs(std::uint32_t bits) {
    return bits == 0 ? 0 : std::countr_zero(bits) + 1;
}
inline int __clz(std::uint32_t bits) {
    return std::countl_zero(bits);
}
inline int __float_as_int(float x) {
    return std::bit_cast<int>(x);
}
inline std::uint32_t __float_as_uint(float x) {
    return std::bit_cast<std::uint32_t>(x);
}
inline float __int_as_float(int x) {
    return std::bit_cast<float>(x);
}
inline float __uint_as_float(std::uint32_t x) {
    return std::bit_cast<float>(x);
}

// Four products of signed bytes, added to c.
int __dp4a(int a, int b, int c);
// Byte i of the result is byte (selector >> 4i & 7) of the eight bytes of low and high.
std::uint32_t __byte_perm(std::uint32_t low, std::uint32_t high, std::uint32_t selector);
