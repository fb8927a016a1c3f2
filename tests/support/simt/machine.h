// The state of the emulated machine: inside of tests/support/simt only.
//
// Threads  Everything here is used under machineMutex().
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/simt/runtime.h"

namespace simt {

std::recursive_mutex& machineMutex();

using Work = std::function<cudaError_t()>;

struct Stream {
    int device = 0;
    std::deque<Work> waiting;   // of a lazy machine
    std::int64_t enqueued = 0;  // works ever given to it
    std::int64_t done = 0;
    Graph* capture = nullptr;  // where it records instead
    bool isCaptureOrigin = false;
};
struct Event {
    Stream* stream = nullptr;  // where it was recorded last
    std::int64_t after = 0;    // that many works of the stream
    Graph* capture = nullptr;
    double milliseconds = 0;
    bool isTimed = true;
    bool isBlocking = false;
};
struct Graph {
    std::vector<Work> works;
    std::set<Stream*> streams;  // that record into it
    bool isBroken = false;      // by a call that is refused while it records: nothing comes of it
};
struct GraphExec {
    std::vector<Work> works;
    int device = 0;
    std::size_t bytes = 0;  // that it takes of the device
};

struct CublasState {
    std::int64_t calls = 0;
    std::int64_t products = 0;
    std::int64_t failAt = 0;  // of calls; 0: never
    int failWith = 0;
};

struct State {
    Machine machine;
    Counts counts;
    CublasState cublas;
    std::int64_t failAt = 0;  // of counts.calls; 0: never
    cudaError_t failWith = cudaSuccess;
    cudaError_t sticky = cudaSuccess;
    std::map<const void*, std::size_t> sharedAllowed;  // of kernels
    std::vector<std::unique_ptr<Stream>> defaultStreams;
    std::set<Stream*> streams;
    std::set<Event*> events;
    std::set<Graph*> graphs;
    std::set<GraphExec*> execs;
    std::map<void*, std::size_t> pinned;
    bool isCollecting = false;
    std::vector<std::string> reports;
    std::set<int> contexts;  // GPUs that have one
};
State& state();

// What every call begins and ends with: takes the mutex, counts the call, gives the failure that
// was ordered, and keeps the result for cudaGetLastError().
class Call {
  public:
    // `makesContext`: as all calls do but those that ask for properties alone.
    explicit Call(bool makesContext = true);
    bool isRefused() const { return error_ != cudaSuccess; }
    cudaError_t refusal() const { return error_; }
    cudaError_t done(cudaError_t error);

  private:
    std::lock_guard<std::recursive_mutex> lock_;
    cudaError_t error_ = cudaSuccess;
};

// A kernel's fault: ends the program, or is kept where reports are collected.
void report(const std::string& what);

int currentDevice();
const Gpu& gpuOf(int device);
// True while a stream records: calls that would wait or allocate are refused then.
bool isCapturing();
void breakCaptures();

// Device memory (memory.cpp).
void forgetMemory();
void openMemory();
void closeMemory();
void* allocate(int device, std::size_t bytes);  // nullptr: full
bool release(void* pointer);
std::size_t usedBytes(int device);
// Memory that nobody sees: false where there is not so much.
bool take(int device, std::size_t bytes);
void giveBack(int device, std::size_t bytes);
// The first damaged guard zone, in words.
std::optional<std::string> damagedGuard();

// Streams (streams.cpp).
Stream* streamOf(cudaStream_t stream);  // nullptr: no such stream
cudaError_t enqueue(Stream* stream, Work work);
cudaError_t drain(Stream* stream, std::int64_t until);
cudaError_t drainAll();
void forgetStreams();

// The fault of a kernel that wanted it.
inline constexpr const char* kTrapped = "trap";
// One launch (grid.cpp): the fault, if any.
std::optional<std::string> runGrid(dim3 grid, dim3 block, std::size_t sharedBytes,
                                   const std::function<void()>& thread);

}  // namespace simt
