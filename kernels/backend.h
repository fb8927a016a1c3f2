// Backends: who computes the operations, and the choice of one.
//
// Threads  Every function may be called from any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/base/dtype.h"
#include "kernels/base/result.h"
#include "kernels/base/thread_pool.h"
#include "kernels/cuda/device.h"
#include "kernels/op_table.h"

namespace dsm {

enum class Backend {
    Reference,  // plain loops: documentation, oracle and fallback
    Cpu,        // threads and SIMD
    Cuda,       // a GPU
};

// "reference", "cpu", "cuda": what users write and read.
std::string_view name(Backend backend);

// A line for people, e.g. "CPU (AVX-512, 2 threads)". Of a GPU, its device says more.
std::string description(Backend backend, int threads);

struct BackendChoice {
    Backend backend = Backend::Cpu;
    int gpu = -1;           // its index among cudaDevices(), of Cuda
    bool isForced = false;  // somebody asked for this one: no other may take its place
    // Why no GPU computes, where one is there or its driver is; "" where there is nothing to tell.
    std::string fallback = {};

    bool operator==(const BackendChoice&) const = default;
};

using GpuList = Result<std::vector<CudaDevice>>;

// The backend a user asked for by name; where none is asked for (nullopt or ""), the one the
// environment variable DSM_BACKEND forces, else the fastest of this machine: of its usable GPUs the
// one with most free memory, else the CPU. `gpu` asks for the GPU of this index.
//
// Errors  Unsupported: a name this build does not know, with the names it does; "cuda" where no GPU
//         can be used, with the reason. NotFound: no GPU of this index. DeviceLost: a GPU failed
//         earlier, and the CPU was not asked for.
Result<BackendChoice> chooseBackend(std::optional<std::string_view> asked,
                                    std::optional<int> gpu = std::nullopt);
// The same on a machine with these GPUs.
Result<BackendChoice> chooseBackend(std::optional<std::string_view> asked, std::optional<int> gpu,
                                    const GpuList& gpus);

// Of Cuda only where a GPU is: in a build without CUDA there is none (CHECK).
const OpTable& opTable(Backend backend);

// Before a model decodes whose weights have these types and are many times larger than a cache: lets
// the CPU measure how one token best goes through them, once in a process, a quarter of a second for
// each type (kernels/cpu/token_walk.h). Results are the same to the bit before and after.
void prepareDecode(ThreadPool& pool, std::span<const DType> types);

}  // namespace dsm
