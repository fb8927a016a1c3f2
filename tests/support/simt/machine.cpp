#include "tests/support/simt/machine.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace simt {
namespace {

// Per thread, as CUDA's.
thread_local int device = 0;
// Of this thread, in this process: setMachine() begins one anew for all threads.
std::atomic<unsigned> process = 0;
cudaError_t& lastErrorHere() {
    thread_local cudaError_t error = cudaSuccess;
    thread_local unsigned own = 0;
    if (own != process) error = cudaSuccess;
    own = process;
    return error;
}

cudaError_t driverState() {
    const Machine& machine = state().machine;
    if (machine.driverVersion < 13000) return cudaErrorInsufficientDriver;
    return machine.gpus.empty() ? cudaErrorNoDevice : cudaSuccess;
}

bool isDevice(int index) {
    return index >= 0 && index < static_cast<int>(state().machine.gpus.size());
}

// Of the GPU of this thread, where it has none yet.
cudaError_t makeContext() {
    State& s = state();
    if (s.contexts.count(currentDevice()) != 0) return cudaSuccess;
    const Gpu& gpu = gpuOf(currentDevice());
    if (gpu.answers != cudaSuccess) return gpu.answers;
    const bool isExclusive =
        gpu.mode == cudaComputeModeExclusive || gpu.mode == cudaComputeModeExclusiveProcess;
    if (gpu.mode == cudaComputeModeProhibited || (isExclusive && gpu.isTaken))
        return cudaErrorDevicesUnavailable;
    s.contexts.insert(currentDevice());
    ++s.counts.contexts;
    return cudaSuccess;
}

// The reference says of most of these that the process must be ended; of the others a GPU that
// answers again has not been seen.
bool isKept(cudaError_t error) {
    switch (error) {
        case cudaErrorECCUncorrectable:
        case cudaErrorNvlinkUncorrectable:
        case cudaErrorContained:
        case cudaErrorIllegalAddress:
        case cudaErrorLaunchTimeout:
        case cudaErrorContextIsDestroyed:
        case cudaErrorAssert:
        case cudaErrorHardwareStackError:
        case cudaErrorIllegalInstruction:
        case cudaErrorMisalignedAddress:
        case cudaErrorInvalidAddressSpace:
        case cudaErrorInvalidPc:
        case cudaErrorLaunchFailure:
        case cudaErrorTensorMemoryLeak:
        case cudaErrorMpsClientTerminated:
        case cudaErrorExternalDevice:
        case cudaErrorUnknown:
            return true;
        default:
            return false;
    }
}

std::vector<void (*)()>& forgetters() {
    static std::vector<void (*)()> all;
    return all;
}

}  // namespace

std::recursive_mutex& machineMutex() {
    static std::recursive_mutex mutex;
    return mutex;
}

State& state() {
    static State all;
    return all;
}

Call::Call(bool makesContext) : lock_(machineMutex()) {
    State& s = state();
    ++s.counts.calls;
    if (s.sticky != cudaSuccess) ++s.counts.callsAfterLoss;
    if (s.sticky == cudaSuccess && s.failAt != 0 && s.counts.calls == s.failAt) {
        error_ = s.failWith;
        if (isKept(error_)) s.sticky = error_;
    } else if (s.sticky != cudaSuccess) {
        error_ = s.sticky;
    } else {
        error_ = driverState();
        if (error_ == cudaSuccess && makesContext) error_ = makeContext();
    }
    if (error_ != cudaSuccess) lastErrorHere() = error_;
}

cudaError_t Call::done(cudaError_t error) {
    if (error != cudaSuccess) lastErrorHere() = error;
    if (error == cudaErrorStreamCaptureUnsupported) breakCaptures();
    return error;
}

void report(const std::string& what) {
    if (state().isCollecting) {
        state().reports.push_back(what);
        return;
    }
    std::fprintf(stderr, "simt: %s\n", what.c_str());
    std::abort();
}

int currentDevice() {
    return isDevice(device) ? device : 0;
}
const Gpu& gpuOf(int index) {
    return state().machine.gpus.at(static_cast<std::size_t>(index));
}

void setMachine(Machine machine) {
    const std::lock_guard lock(machineMutex());
    forgetStreams();
    forgetMemory();
    State& s = state();
    const bool isCollecting = s.isCollecting;
    s = State();
    s.isCollecting = isCollecting;
    s.machine = std::move(machine);
    ++process;
    device = 0;
    closeMemory();
    for (void (*forget)() : forgetters())
        forget();
}

void onNewProcess(void (*forget)()) {
    forgetters().push_back(forget);
}

void failCall(std::int64_t nth, cudaError_t error) {
    const std::lock_guard lock(machineMutex());
    State& s = state();
    s.failAt = nth == 0 ? 0 : s.counts.calls + nth;
    s.failWith = error;
}

Counts counts() {
    const std::lock_guard lock(machineMutex());
    return state().counts;
}

CollectReports::CollectReports() {
    const std::lock_guard lock(machineMutex());
    state().isCollecting = true;
    state().reports.clear();
}
CollectReports::~CollectReports() {
    const std::lock_guard lock(machineMutex());
    state().isCollecting = false;
}
const std::vector<std::string>& CollectReports::all() const {
    return state().reports;
}

}  // namespace simt

using namespace simt;

const char* cudaGetErrorName(cudaError_t error) {
    switch (error) {
        case cudaSuccess:
            return "cudaSuccess";
        case cudaErrorMemoryAllocation:
            return "cudaErrorMemoryAllocation";
        case cudaErrorInsufficientDriver:
            return "cudaErrorInsufficientDriver";
        case cudaErrorNoDevice:
            return "cudaErrorNoDevice";
        case cudaErrorNoKernelImageForDevice:
            return "cudaErrorNoKernelImageForDevice";
        case cudaErrorIllegalAddress:
            return "cudaErrorIllegalAddress";
        case cudaErrorLaunchFailure:
            return "cudaErrorLaunchFailure";
        case cudaErrorNotReady:
            return "cudaErrorNotReady";
        default:
            return "cudaError";
    }
}

const char* cudaGetErrorString(cudaError_t error) {
    switch (error) {
        case cudaSuccess:
            return "no error";
        case cudaErrorInvalidValue:
            return "invalid argument";
        case cudaErrorMemoryAllocation:
            return "out of memory";
        case cudaErrorInvalidConfiguration:
            return "invalid configuration argument";
        case cudaErrorInsufficientDriver:
            return "CUDA driver version is insufficient for CUDA runtime version";
        case cudaErrorNoDevice:
            return "no CUDA-capable device is detected";
        case cudaErrorInvalidDevice:
            return "invalid device ordinal";
        case cudaErrorNoKernelImageForDevice:
            return "no kernel image is available for execution on the device";
        case cudaErrorInvalidResourceHandle:
            return "invalid resource handle";
        case cudaErrorNotReady:
            return "device not ready";
        case cudaErrorIllegalAddress:
            return "an illegal memory access was encountered";
        case cudaErrorLaunchFailure:
            return "unspecified launch failure";
        case cudaErrorStreamCaptureUnsupported:
            return "operation not permitted when stream is capturing";
        case cudaErrorStreamCaptureInvalidated:
            return "operation failed due to a previous error during capture";
        default:
            return "unknown error";
    }
}

cudaError_t cudaGetLastError() {
    const cudaError_t error = lastErrorHere();
    const std::lock_guard lock(machineMutex());
    lastErrorHere() = state().sticky;
    return error;
}
cudaError_t cudaPeekAtLastError() {
    return lastErrorHere();
}

cudaError_t cudaDriverGetVersion(int* version) {
    const std::lock_guard lock(machineMutex());
    *version = state().machine.driverVersion;
    return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
    *version = 13000;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int* count) {
    Call call(false);
    *count = 0;
    if (call.isRefused()) return call.refusal();
    *count = static_cast<int>(state().machine.gpus.size());
    return cudaSuccess;
}
cudaError_t cudaGetDevice(int* index) {
    Call call(false);
    if (call.isRefused()) return call.refusal();
    *index = device;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int index) {
    Call call(false);
    if (call.isRefused()) return call.refusal();
    if (!isDevice(index)) return call.done(cudaErrorInvalidDevice);
    device = index;
    return call.done(makeContext());
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int index) {
    Call call(false);
    if (call.isRefused()) return call.refusal();
    if (!isDevice(index)) return call.done(cudaErrorInvalidDevice);
    const Gpu& gpu = gpuOf(index);
    if (gpu.answers != cudaSuccess) return call.done(gpu.answers);
    *properties = {};
    std::strncpy(properties->name, gpu.name.c_str(), sizeof properties->name - 1);
    properties->totalGlobalMem = gpu.memoryBytes;
    properties->sharedMemPerBlock = 48 * 1024;
    properties->sharedMemPerBlockOptin = gpu.sharedBytes;
    properties->major = gpu.major;
    properties->minor = gpu.minor;
    properties->multiProcessorCount = gpu.multiProcessors;
    properties->l2CacheSize = 1 << 20;
    properties->memoryBusWidth = 256;
    properties->maxThreadsPerBlock = 1024;
    properties->warpSize = 32;
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int index) {
    cudaDeviceProp properties;
    if (const cudaError_t error = cudaGetDeviceProperties(&properties, index)) return error;
    switch (attribute) {
        case cudaDevAttrMaxThreadsPerBlock:
            *value = properties.maxThreadsPerBlock;
            break;
        case cudaDevAttrMaxSharedMemoryPerBlock:
            *value = static_cast<int>(properties.sharedMemPerBlock);
            break;
        case cudaDevAttrClockRate:
        case cudaDevAttrMemoryClockRate:
            *value = 1000000;
            break;
        case cudaDevAttrComputeMode:
            *value = gpuOf(index).mode;
            break;
        case cudaDevAttrMultiProcessorCount:
            *value = properties.multiProcessorCount;
            break;
        case cudaDevAttrGlobalMemoryBusWidth:
            *value = properties.memoryBusWidth;
            break;
        case cudaDevAttrL2CacheSize:
            *value = properties.l2CacheSize;
            break;
        case cudaDevAttrComputeCapabilityMajor:
            *value = properties.major;
            break;
        case cudaDevAttrComputeCapabilityMinor:
            *value = properties.minor;
            break;
        case cudaDevAttrMaxSharedMemoryPerBlockOptin:
            *value = static_cast<int>(properties.sharedMemPerBlockOptin);
            break;
    }
    return cudaSuccess;
}

cudaError_t cudaDeviceGetPCIBusId(char* id, int length, int index) {
    Call call(false);
    if (call.isRefused()) return call.refusal();
    if (!isDevice(index)) return call.done(cudaErrorInvalidDevice);
    std::snprintf(id, static_cast<std::size_t>(length), "0000:%02x:00.0", index + 1);
    return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize() {
    Call call;
    if (call.isRefused()) return call.refusal();
    if (isCapturing()) return call.done(cudaErrorStreamCaptureUnsupported);
    ++state().counts.spins;
    ++state().counts.waits;
    return call.done(drainAll());
}
