// What NVIDIA's management library (NVML) says of a GPU's memory, from the library that comes with
// the driver: found when it is asked for, so that the program starts where there is none. Unlike
// CUDA's own question, it makes no context on the GPU.
//
// Source   NVML API Reference Guide, NVIDIA: the calls of version 2 and the memory of version 1, whose
//          layout has never changed.
// Threads  Any.
#pragma once

namespace dsm::cuda {

struct NvmlMemory {  // bytes; nvmlMemory_t
    unsigned long long total;
    unsigned long long free;
    unsigned long long used;
};

struct NvmlLibrary {  // calls return 0 where they succeed
    int (*init)();
    int (*shutdown)();
    int (*handleByPciBusId)(const char* busId, void** device);
    int (*memoryInfo)(void* device, NvmlMemory* memory);
};

// nullptr: there is none, or it lacks a function.
const NvmlLibrary* nvmlLibrary();

}  // namespace dsm::cuda
