// What every operation is handed besides its arguments: where it may run, and memory to work in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/base/thread_pool.h"

namespace dsm {

namespace cpu {
struct Simd;
}
class DenseProduct;
class DeviceTables;

// Where operations of the cuda backend run. What it points to lies in device memory; so do then
// the views of the operations' arguments and the context's scratch. The operations enqueue their
// work and return at once; failures surface where the stream is waited for.
struct DeviceRun {
    void* stream = nullptr;  // cudaStream_t
    // Where it is not nullptr, an operation on a single sequence takes the position of its first
    // token from here when it runs, so that one captured launch serves every position; the position
    // in its arguments is then the largest this may hold, by which the launch is sized.
    const std::int32_t* position = nullptr;
    // [kDeviceCounters] zeros, which every operation leaves as zeros: by them the blocks of a
    // launch know which of them is the last.
    std::uint32_t* counters = nullptr;
    // Of the host: counts the kernels that were launched; nullptr: not wanted.
    std::int64_t* launches = nullptr;
    // A launch may begin, and fetch weights, while the one before it ends (code for sm_90 and above:
    // GpuSession::overlapsLaunches()).
    bool overlaps = false;
    // Another way for dense products of many tokens (kernels/cuda/dense_product.h); nullptr: none.
    DenseProduct* dense = nullptr;
    // What products over factors of an adapter work in (kernels/cuda/low_rank.h): for T tokens and
    // a rank r at most lowRankNumbers(T, A, r).
    std::span<float> lowRank = {};
    // Of operations of training, which need it (kernels/cuda/device_tables.h).
    DeviceTables* tables = nullptr;
};
inline constexpr std::int64_t kDeviceCounters = 4096;

// That any operation of a pass wants, with A active experts: three maps of a token, or two of it and
// of each of its experts, and a number more of each.
constexpr std::int64_t lowRankNumbers(std::int64_t tokens, std::int64_t active, std::int64_t rank) {
    const std::int64_t maps = active > 0 ? 2 * (1 + active) : 3;
    return tokens * maps * (rank + 1);
}

struct OpContext {
    ThreadPool* pool = nullptr;  // not owned; one operation at a time
    // The instruction set of cpu operations; nullptr is the machine's own (kernels/cpu/simd.h).
    const cpu::Simd* simd = nullptr;
    // On a 64-byte boundary; an operation's header says how much it needs (CHECK). Holds nothing
    // from one operation to the next.
    std::span<std::byte> scratch = {};
    DeviceRun device = {};  // of cuda operations

    std::int64_t scratchBytes() const { return static_cast<std::int64_t>(scratch.size()); }
};

}  // namespace dsm
