// The emulated machine behind tests/support/simt/cuda_runtime.h: what GPUs it has, which of its
// calls fail, and what it saw.
//
// Device memory lies between guard zones and begins as 0xff bytes (not-a-numbers). The host cannot
// touch it: outside of launches and copies its pages are closed, so that a host which follows a
// device pointer crashes as it would with a GPU. Copies check that their ends lie in live
// allocations.
//
// Streams run their work at once, or, where the machine `isLazy`, as late as the API allows: when
// somebody waits for it.
//
// Threads  Any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/simt/cuda_runtime.h"

namespace simt {

struct Gpu {
    std::string name = "Emulated GPU";
    int major = 9;
    int minor = 0;
    std::size_t memoryBytes = std::size_t{1} << 32;  // cudaMalloc gives that much and no more
    // Of a block, where asked for: the least of the GPUs that code is made for (8.6, 8.9, 12.0).
    std::size_t sharedBytes = 99 * 1024;
    int multiProcessors = 4;
    int ptxVersion = 90;             // of the code that runs there
    std::size_t graphNodeBytes = 0;  // of memory, for each work of a graph
    cudaComputeMode mode = cudaComputeModeDefault;
    bool isTaken = false;               // by a program that keeps it, where the mode is exclusive
    cudaError_t answers = cudaSuccess;  // what asking for its properties gives
};

struct Machine {
    std::vector<Gpu> gpus{Gpu{}};
    int driverVersion = 13000;  // 0: no driver; below 13000: too old for this runtime
    bool isLazy = false;
    bool isMemoryClosed = true;  // to the host
    bool hasCublas = false;      // cublas_v2.h
    bool hasNvml = true;
};

// A new machine and a new process: all allocations, streams, graphs and errors of the old one are
// forgotten, and whoever asked for it is told.
void setMachine(Machine machine = {});
void onNewProcess(void (*forget)());

// The nth call from now (1 is the next one) to a function of cuda_runtime.h that can fail returns
// `error`. One that CUDA keeps for the life of the process is returned by every later call, too. n = 0
// takes a failure back.
void failCall(std::int64_t nth, cudaError_t error);

// Draws the order of threads and blocks from this seed from now on.
void setSeed(std::uint64_t seed);

// What the machine saw since setMachine().
struct Counts {
    std::int64_t calls = 0;
    std::int64_t callsAfterLoss = 0;  // made although an earlier one gave an error that is kept
    std::int64_t contexts = 0;      // made on GPUs: by whatever is asked of one but its properties
    std::int64_t waits = 0;         // of the host for a GPU
    std::int64_t spins = 0;         // waits that keep a core busy meanwhile
    std::int64_t hottestPlace = 0;  // most additions of a block to one place of eight bytes
    std::int64_t launches = 0;      // of kernels, those of graphs included
    std::int64_t graphLaunches = 0;
    std::int64_t allocations = 0;  // ever
    std::int64_t liveAllocations = 0;
    std::size_t allocatedBytes = 0;      // live ones of all devices
    std::size_t mostAllocatedBytes = 0;  // that ever lived at one time
    std::int64_t liveObjects = 0;        // streams, events, graphs
    std::int64_t livePinned = 0;         // of cudaMallocHost
};
Counts counts();

// True where [pointer, pointer + bytes) lies in one live allocation of a device.
bool isDeviceMemory(const void* pointer, std::size_t bytes);

// Opens device memory to the host for its lifetime: for tests that look inside.
class OpenMemory {
  public:
    OpenMemory();
    ~OpenMemory();
    OpenMemory(const OpenMemory&) = delete;
    OpenMemory& operator=(const OpenMemory&) = delete;
};

// What a kernel did wrong ends the program with a message on standard error, unless it is being
// collected: then it is kept here, and the launch or the call that waits for it fails.
class CollectReports {
  public:
    CollectReports();
    ~CollectReports();
    CollectReports(const CollectReports&) = delete;
    CollectReports& operator=(const CollectReports&) = delete;

    const std::vector<std::string>& all() const;
};

}  // namespace simt
