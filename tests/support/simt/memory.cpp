// Device memory: one stretch of addresses for all devices, in which allocations lie between guard
// zones.
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>

#include "tests/support/simt/machine.h"
#include "tests/support/simt/sanitizer.h"

namespace simt {
namespace {

constexpr std::size_t kZoneBytes = 256;  // on either side, also the alignment
constexpr std::size_t kReserved = std::size_t{1} << 38;
// Opening and closing the memory, around every launch and copy, costs by the page: large ones where the
// system has them.
constexpr std::size_t kPage = std::size_t{2} << 20;
constexpr unsigned char kGuardByte = 0xa5;
constexpr unsigned char kNewByte = 0xff;  // floats of it are not-a-number

std::size_t roundedUp(std::size_t bytes, std::size_t to) {
    return (bytes + to - 1) / to * to;
}

struct Allocation {
    std::size_t bytes;
    int device;
    std::size_t extent() const { return roundedUp(bytes, kZoneBytes) + 2 * kZoneBytes; }
    std::size_t guardAfter() const { return extent() - kZoneBytes - bytes; }
};

struct Arena {
    unsigned char* base = nullptr;
    std::size_t opened = 0;                    // bytes from base that were ever used
    std::map<std::size_t, Allocation> blocks;  // by offset of the front guard
    std::map<int, std::size_t> used;           // bytes of each device
    int openCount = 0;
    bool isOpen = true;

    unsigned char* dataOf(std::size_t offset) const { return base + offset + kZoneBytes; }
};

Arena& arena() {
    static Arena all;
    if (all.base == nullptr) {
        void* memory = ::mmap(nullptr, kReserved + kPage, PROT_NONE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED) std::abort();
        const auto address = reinterpret_cast<std::uintptr_t>(memory);
        all.base = reinterpret_cast<unsigned char*>(roundedUp(address, kPage));
        ::madvise(all.base, kReserved, MADV_HUGEPAGE);  // a system without them has small ones
    }
    return all;
}

void setOpen(bool isOpen) {
    Arena& a = arena();
    if (a.isOpen == isOpen) return;
    a.isOpen = isOpen;
    if (a.opened == 0) return;
    if (::mprotect(a.base, a.opened, isOpen ? PROT_READ | PROT_WRITE : PROT_NONE) != 0)
        std::abort();
}

// The lowest gap that fits, so that freed memory is used again.
std::size_t gapFor(const Arena& a, std::size_t extent) {
    std::size_t offset = 0;
    for (const auto& [begin, block] : a.blocks) {
        if (begin - offset >= extent) break;
        offset = begin + block.extent();
    }
    return offset;
}

bool isIntact(const unsigned char* zone, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
        if (zone[i] != kGuardByte) return false;
    }
    return true;
}

const std::pair<const std::size_t, Allocation>* blockAt(const void* pointer) {
    const Arena& a = arena();
    const auto* byte = static_cast<const unsigned char*>(pointer);
    if (byte < a.base || byte >= a.base + kReserved) return nullptr;
    const auto offset = static_cast<std::size_t>(byte - a.base);
    auto it = a.blocks.upper_bound(offset);
    if (it == a.blocks.begin()) return nullptr;
    --it;
    return &*it;
}

bool isDeviceAddress(const void* pointer) {
    const auto* byte = static_cast<const unsigned char*>(pointer);
    return byte >= arena().base && byte < arena().base + kReserved;
}

// Whether an end of a copy is what the copy's kind says.
bool isEnd(const void* pointer, std::size_t bytes, bool isDevice, cudaMemcpyKind kind) {
    if (isDeviceAddress(pointer) && !isDeviceMemory(pointer, bytes)) return false;
    return kind == cudaMemcpyDefault || isDeviceAddress(pointer) == isDevice;
}

cudaError_t copy(void* to, const void* from, std::size_t bytes) {
    const OpenMemory open;
    if (bytes != 0) std::memmove(to, from, bytes);  // of nothing the ends may be nullptr
    return cudaSuccess;
}

cudaError_t checkedCopy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    const bool toDevice = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
    const bool fromDevice = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
    if (bytes == 0) return cudaSuccess;
    const bool isRight = isEnd(to, bytes, toDevice, kind) && isEnd(from, bytes, fromDevice, kind);
    return isRight ? cudaSuccess : cudaErrorInvalidValue;
}

}  // namespace

void openMemory() {
    if (++arena().openCount == 1) setOpen(true);
}
void closeMemory() {
    Arena& a = arena();
    if (a.openCount > 0) --a.openCount;
    if (a.openCount == 0) setOpen(!state().machine.isMemoryClosed);
}

OpenMemory::OpenMemory() {
    machineMutex().lock();
    openMemory();
    machineMutex().unlock();
}
OpenMemory::~OpenMemory() {
    machineMutex().lock();
    closeMemory();
    machineMutex().unlock();
}

void* allocate(int device, std::size_t bytes) {
    Arena& a = arena();
    if (bytes > gpuOf(device).memoryBytes - a.used[device]) return nullptr;
    const Allocation block{bytes, device};
    const std::size_t offset = gapFor(a, block.extent());
    const std::size_t end = roundedUp(offset + block.extent(), kPage);
    openMemory();
    if (end > a.opened) {
        if (::mprotect(a.base, end, PROT_READ | PROT_WRITE) != 0) std::abort();
        a.opened = end;
    }
    unsigned char* front = a.base + offset;
    unpoison(front, block.extent());
    std::memset(front, kGuardByte, block.extent());
    std::memset(front + kZoneBytes, kNewByte, bytes);
    poison(front, kZoneBytes);
    poison(front + kZoneBytes + bytes, block.guardAfter());
    closeMemory();
    a.blocks.emplace(offset, block);
    a.used[device] += bytes;
    return front + kZoneBytes;
}

bool release(void* pointer) {
    const auto* found = blockAt(pointer);
    if (found == nullptr || arena().dataOf(found->first) != pointer) return false;
    const auto [offset, block] = *found;
    poison(arena().base + offset, block.extent());
    arena().used[block.device] -= block.bytes;
    state().counts.allocatedBytes -= block.bytes;
    --state().counts.liveAllocations;
    arena().blocks.erase(offset);
    return true;
}

bool take(int device, std::size_t bytes) {
    if (bytes > gpuOf(device).memoryBytes - usedBytes(device)) return false;
    arena().used[device] += bytes;
    return true;
}

void giveBack(int device, std::size_t bytes) {
    arena().used[device] -= bytes;
}

std::size_t usedBytes(int device) {
    return arena().used[device];
}

void forgetMemory() {
    Arena& a = arena();
    a.blocks.clear();
    a.used.clear();
    a.openCount = 0;
    setOpen(true);
    if (a.opened != 0) {
        unpoison(a.base, a.opened);
        ::madvise(a.base, a.opened, MADV_DONTNEED);
        poison(a.base, a.opened);
    }
}

bool isDeviceMemory(const void* pointer, std::size_t bytes) {
    const std::lock_guard lock(machineMutex());
    const auto* found = blockAt(pointer);
    if (found == nullptr) return false;
    const unsigned char* data = arena().dataOf(found->first);
    const auto* byte = static_cast<const unsigned char*>(pointer);
    return byte >= data && byte + bytes <= data + found->second.bytes;
}

// With AddressSanitizer the zones cannot be read, and nobody can have written to them.
std::optional<std::string> damagedGuard() {
    if (kHasAsan) return std::nullopt;
    for (const auto& [offset, block] : arena().blocks) {
        const unsigned char* front = arena().base + offset;
        const bool isBefore = !isIntact(front, kZoneBytes);
        if (isBefore || !isIntact(front + kZoneBytes + block.bytes, block.guardAfter())) {
            return "a kernel wrote " + std::string(isBefore ? "before" : "behind") +
                   " an allocation of " + std::to_string(block.bytes) + " bytes";
        }
    }
    return std::nullopt;
}

}  // namespace simt

using namespace simt;

cudaError_t cudaMemGetInfo(std::size_t* freeBytes, std::size_t* totalBytes) {
    Call call;
    if (call.isRefused()) return call.refusal();
    *totalBytes = gpuOf(currentDevice()).memoryBytes;
    *freeBytes = *totalBytes - usedBytes(currentDevice());
    return cudaSuccess;
}

cudaError_t cudaMalloc(void** pointer, std::size_t bytes) {
    Call call;
    if (call.isRefused()) return call.refusal();
    if (isCapturing()) return call.done(cudaErrorStreamCaptureUnsupported);
    *pointer = nullptr;
    if (bytes == 0) return cudaSuccess;
    *pointer = allocate(currentDevice(), bytes);
    if (*pointer == nullptr) return call.done(cudaErrorMemoryAllocation);
    ++state().counts.liveAllocations;
    ++state().counts.allocations;
    Counts& counts = state().counts;
    counts.allocatedBytes += bytes;
    counts.mostAllocatedBytes = std::max(counts.mostAllocatedBytes, counts.allocatedBytes);
    return cudaSuccess;
}

// As CUDA's, it waits for the device first.
cudaError_t cudaFree(void* pointer) {
    Call call;
    if (pointer == nullptr) return cudaSuccess;
    if (call.isRefused()) return call.refusal();
    if (isCapturing()) return call.done(cudaErrorStreamCaptureUnsupported);
    if (const cudaError_t error = drainAll()) return call.done(error);
    return call.done(release(pointer) ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaMallocHost(void** pointer, std::size_t bytes) {
    return cudaHostAlloc(pointer, bytes, cudaHostAllocDefault);
}
// What a lost GPU never gives back belongs to the process, which outlives every machine: no leak.
std::set<void*>& pinnedOfProcess() {
    static auto* const all = new std::set<void*>;
    return *all;
}
cudaError_t cudaHostAlloc(void** pointer, std::size_t bytes, unsigned) {
    Call call;
    *pointer = nullptr;
    if (call.isRefused()) return call.refusal();
    if (isCapturing()) return call.done(cudaErrorStreamCaptureUnsupported);
    if (bytes != 0) *pointer = std::aligned_alloc(64, roundedUp(bytes, 64));
    if (*pointer == nullptr) return call.done(bytes == 0 ? cudaSuccess : cudaErrorMemoryAllocation);
    state().pinned[*pointer] = bytes;
    pinnedOfProcess().insert(*pointer);
    ++state().counts.livePinned;
    return cudaSuccess;
}
cudaError_t cudaFreeHost(void* pointer) {
    Call call;
    if (pointer == nullptr) return cudaSuccess;
    if (call.isRefused()) return call.refusal();
    if (isCapturing()) return call.done(cudaErrorStreamCaptureUnsupported);
    if (const cudaError_t error = drainAll()) return call.done(error);
    if (state().pinned.erase(pointer) == 0) return call.done(cudaErrorInvalidValue);
    --state().counts.livePinned;
    pinnedOfProcess().erase(pointer);
    std::free(pointer);
    return cudaSuccess;
}
cudaError_t cudaHostRegister(void* pointer, std::size_t, unsigned) {
    Call call;
    if (call.isRefused()) return call.refusal();
    return call.done(pointer != nullptr ? cudaSuccess : cudaErrorInvalidValue);
}
cudaError_t cudaHostUnregister(void*) {
    Call call;
    return call.refusal();
}

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    Call call;
    if (call.isRefused()) return call.refusal();
    if (isCapturing()) return call.done(cudaErrorStreamCaptureUnsupported);
    ++state().counts.waits;
    if (const cudaError_t error = drainAll()) return call.done(error);
    if (const cudaError_t error = checkedCopy(to, from, bytes, kind)) return call.done(error);
    return copy(to, from, bytes);
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
    Call call;
    if (call.isRefused()) return call.refusal();
    Stream* queue = streamOf(stream);
    if (queue == nullptr) return call.done(cudaErrorInvalidResourceHandle);
    if (const cudaError_t error = checkedCopy(to, from, bytes, kind)) return call.done(error);
    return call.done(enqueue(queue, [=] { return copy(to, from, bytes); }));
}

cudaError_t cudaMemset(void* to, int value, std::size_t bytes) {
    if (const cudaError_t error = cudaMemsetAsync(to, value, bytes)) return error;
    return cudaDeviceSynchronize();
}
cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
    Call call;
    if (call.isRefused()) return call.refusal();
    Stream* queue = streamOf(stream);
    if (queue == nullptr) return call.done(cudaErrorInvalidResourceHandle);
    if (bytes != 0 && !isDeviceMemory(to, bytes)) return call.done(cudaErrorInvalidValue);
    return call.done(enqueue(queue, [=] {
        const OpenMemory open;
        std::memset(to, value, bytes);
        return cudaSuccess;
    }));
}
