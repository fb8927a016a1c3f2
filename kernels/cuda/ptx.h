// The instructions that CUDA C++ has no words for: all inline PTX of this project.
//
// Every function has a twin in tests/support/simt/kernels/cuda/ptx.h, which stands in for this
// header where there is no GPU; the fragments are those of the PTX ISA in both.
//
// Source   PTX ISA 8.8: cp.async, ldmatrix, mma, griddepcontrol, prefetch, ld.
// Device   sm_80 and above. What an older GPU lacks (griddepcontrol before sm_90) does nothing.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

// Before a loop whose length the compiler knows.
#define DSM_UNROLL _Pragma("unroll")
// Before one whose length it does not know: so many rounds at once, at the cost of their registers.
#define DSM_PRAGMA(words) _Pragma(#words)
#define DSM_UNROLL_BY(rounds) DSM_PRAGMA(unroll rounds)

namespace dsm::ptx {

// The dynamic shared memory of the block, as a T: the only shared memory kernels here have.
template <class T>
__device__ __forceinline__ T& sharedMemory() {
    extern __shared__ __align__(16) unsigned char dsmSharedBytes[];
    return *reinterpret_cast<T*>(dsmSharedBytes);
}

__device__ __forceinline__ std::uint32_t sharedAddress(const void* p) {
    return static_cast<std::uint32_t>(__cvta_generic_to_shared(p));
}

// ---- Copies from device to shared memory that arrive at their wait --------------------------

// Sixteen bytes; zeros where the source `exists` not, whose address must be valid all the same.
// Both ends on 16-byte boundaries.
__device__ __forceinline__ void copyAsync16(void* to, const void* from, bool exists = true) {
    const int bytes = exists ? 16 : 0;
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(sharedAddress(to)),
                 "l"(__cvta_generic_to_global(from)), "r"(bytes)
                 : "memory");
}
// Closes the group of the copies begun since the last call.
__device__ __forceinline__ void commitCopies() {
    asm volatile("cp.async.commit_group;" ::: "memory");
}
// Until at most `Open` of this thread's groups are still under way.
template <int Open>
__device__ __forceinline__ void waitForCopies() {
    asm volatile("cp.async.wait_group %0;" ::"n"(Open) : "memory");
}

// ---- Tensor cores -----------------------------------------------------------------------------

// Four 8 x 8 matrices of 16-bit numbers: lane 8i + r gives the address of row r of matrix i (16
// bytes, aligned); of each matrix a lane gets the numbers 2 (lane % 4) and the next of row lane/4.
__device__ __forceinline__ void loadMatrix4(std::uint32_t (&out)[4], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(out[0]), "=r"(out[1]), "=r"(out[2]), "=r"(out[3])
                 : "r"(sharedAddress(row)));
}
// The same with every matrix transposed: numbers lie in rows 2 (lane % 4) and the next, column
// lane/4.
__device__ __forceinline__ void loadMatrix4Transposed(std::uint32_t (&out)[4], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(out[0]), "=r"(out[1]), "=r"(out[2]), "=r"(out[3])
                 : "r"(sharedAddress(row)));
}

// d += a b, a [16, 16] and b [16, 8] of bfloat16, d [16, 8] of float32. With g = lane/4 and
// i = lane%4, each register two neighbours in k:
//   a = (g, 2i), (g+8, 2i), (g, 2i+8), (g+8, 2i+8);  b = (2i, g), (2i+8, g)
//   d = (g, 2i), (g, 2i+1), (g+8, 2i), (g+8, 2i+1)
__device__ __forceinline__ void mmaBf16(float (&d)[4], const std::uint32_t (&a)[4],
                                        const std::uint32_t (&b)[2]) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// d += a b, a [16, 32] and b [32, 8] of signed bytes, d [16, 8] of int32. Each register four
// neighbours in k:
//   a = (g, 4i), (g+8, 4i), (g, 4i+16), (g+8, 4i+16);  b = (4i, g), (4i+16, g);  d as above
__device__ __forceinline__ void mmaS8(int (&d)[4], const std::uint32_t (&a)[4],
                                      const std::uint32_t (&b)[2]) {
    asm volatile(
        "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 "
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// ---- Launches that overlap --------------------------------------------------------------------

// Waits until the launches before this one have ended and their writes can be seen; before it a
// kernel may read only what no launch writes: weights (and, as a hint, groups: expert_list.h).
__device__ __forceinline__ void waitForLaunchesBefore() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}
// Lets the next launch begin.
__device__ __forceinline__ void letNextLaunchBegin() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

// ---- Loads ------------------------------------------------------------------------------------

// Asks for the line of this address to be brought into the L2 cache.
__device__ __forceinline__ void fetchToL2(const void* p) {
    asm volatile("prefetch.global.L2 [%0];" ::"l"(__cvta_generic_to_global(p)));
}
// Sixteen bytes that are read once and never written: past the L1 cache.
__device__ __forceinline__ uint4 loadOnce16(const void* p) {
    uint4 v;
    asm("ld.global.nc.L1::no_allocate.v4.u32 {%0, %1, %2, %3}, [%4];"
        : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
        : "l"(__cvta_generic_to_global(p)));
    return v;
}
__device__ __forceinline__ uint2 loadOnce8(const void* p) {
    uint2 v;
    asm("ld.global.nc.L1::no_allocate.v2.u32 {%0, %1}, [%2];"
        : "=r"(v.x), "=r"(v.y)
        : "l"(__cvta_generic_to_global(p)));
    return v;
}
// What another block of this launch wrote: from the L2 cache, where all blocks meet.
__device__ __forceinline__ float loadFresh(const float* p) {
    float v;
    asm volatile("ld.global.cg.f32 %0, [%1];"
                 : "=f"(v)
                 : "l"(__cvta_generic_to_global(p))
                 : "memory");
    return v;
}
__device__ __forceinline__ std::int32_t loadFresh(const std::int32_t* p) {
    std::int32_t v;
    asm volatile("ld.global.cg.s32 %0, [%1];"
                 : "=r"(v)
                 : "l"(__cvta_generic_to_global(p))
                 : "memory");
    return v;
}

// IEEE half precision to float; exact.
__device__ __forceinline__ float halfToFloat(std::uint32_t half) {
    float v;
    asm("{ .reg .b16 h; cvt.u16.u32 h, %1; cvt.f32.f16 %0, h; }" : "=f"(v) : "r"(half));
    return v;
}

}  // namespace dsm::ptx
