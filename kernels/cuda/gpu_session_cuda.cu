#include <array>
#include <new>
#include <optional>
#include <vector>

#include "kernels/base/check.h"
#include "kernels/base/reason.h"
#include "kernels/cuda/error_cuda.h"
#include "kernels/cuda/gpu_session.h"
#include "kernels/cuda/lost_gpu.h"

namespace dsm {
namespace {

constexpr const char* kCaptured = "prepared";
constexpr std::size_t kLast = GpuSession::kEvents;  // of finish()
constexpr int kOverlapsFromPtx = 90;                // what waitForLaunchesBefore() is made of

// What all kernels are compiled for, this one is.
__global__ void anyKernel() {}

// Gives memory back, and takes no more of what CUDA remembers than it made itself: a launch may
// have failed that nobody has waited for yet. Of a lost GPU nothing can be given back.
struct Release {
    CudaDevice device;
    cudaError_t (*call)(void*);

    void operator()(std::byte* block) const {
        if (isGpuLost()) return;
        const bool hadError = cudaPeekAtLastError() != cudaSuccess;
        const cudaError_t error = call(block);
        cuda::noteIfLost(error, device);
        if (error != cudaSuccess && !hadError) cudaGetLastError();
    }
};

class CudaSession : public GpuSession {
  public:
    explicit CudaSession(CudaDevice device) : device_(std::move(device)) {}
    ~CudaSession() override;

    Result<void> begin();

    const CudaDevice& device() const override { return device_; }
    bool overlapsLaunches() const override { return overlaps_; }
    Result<std::uint64_t> freeBytes() override;
    Result<GpuBlock> allocate(std::uint64_t bytes, const std::string& what) override;
    Result<GpuBlock> allocatePinned(std::uint64_t bytes, const std::string& what) override;
    void use() override;
    void* stream() const override { return stream_; }
    void copyToGpu(void* to, const void* from, std::uint64_t bytes) override;
    void copyOnGpu(void* to, const void* from, std::uint64_t bytes) override;
    void copyToHost(void* to, const void* from, std::uint64_t bytes) override;
    void clear(void* to, std::uint64_t bytes) override;
    void record(int event) override;
    Result<void> waitFor(int event) override;
    double millisecondsBetween(int first, int second) override;
    void beginCapture() override;
    Result<int> endCapture() override;
    void replay(int graph) override;
    void forgetGraphs() override;
    Result<void> finish() override;
    void fail(Error failed) override;
    bool hasFailed() const override { return failure_.has_value(); }

  private:
    // Also where the failure was of another session. Nothing is asked of a lost GPU.
    bool isOver();
    void keepLaunches();
    void keep(cudaError_t error, const char* done);
    Result<void> failure() const;

    CudaDevice device_;
    cudaStream_t stream_ = nullptr;
    std::array<cudaEvent_t, kEvents + 1> events_{};
    bool overlaps_ = false;
    std::vector<cudaGraphExec_t> graphs_;
    std::optional<Error> failure_;
    bool isCapturing_ = false;
};

CudaSession::~CudaSession() {
    const auto end = [this](const auto& call, auto... arguments) {
        if (!isGpuLost()) cuda::noteIfLost(call(arguments...), device_);
    };
    end(cudaSetDevice, device_.index);
    forgetGraphs();
    for (const cudaEvent_t event : events_) {
        if (event != nullptr) end(cudaEventDestroy, event);
    }
    if (stream_ != nullptr) end(cudaStreamDestroy, stream_);
    end(cudaGetLastError);
}

void CudaSession::keep(cudaError_t error, const char* done) {
    if (error == cudaSuccess) return;
    // "GPU 0 (NVIDIA H100) could not be chosen"
    Error failed = cuda::errorOf(error, gpuName(device_) + " could not be " + done, &device_);
    if (cuda::isLost(error)) noteLostGpu(failed);
    if (!failure_) failure_ = std::move(failed);
}

// A kernel that could not be launched is told of by cudaGetLastError() alone, which forgets it where
// another call fails.
void CudaSession::keepLaunches() {
    if (!isOver()) keep(cudaGetLastError(), "computed with");
}

bool CudaSession::isOver() {
    if (!failure_ && isGpuLost()) {
        if (const int launch = lostLaunchError.exchange(0); launch != 0)
            cuda::noteIfLost(static_cast<cudaError_t>(launch), device_);
        failure_ = lostGpu();
    }
    return failure_.has_value();
}

Result<void> CudaSession::failure() const {
    if (failure_) return tl::unexpected(*failure_);
    return {};
}

Result<void> CudaSession::begin() {
    keep(cudaSetDevice(device_.index), "used");
    if (!failure_) keep(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "used");
    for (cudaEvent_t& event : events_) {
        if (!failure_) keep(cudaEventCreateWithFlags(&event, cudaEventBlockingSync), "used");
    }
    cudaFuncAttributes attributes{};
    if (!failure_) keep(cudaFuncGetAttributes(&attributes, anyKernel), "used");
    overlaps_ = attributes.ptxVersion >= kOverlapsFromPtx;
    return failure();
}

void CudaSession::use() {
    if (!isOver()) keep(cudaSetDevice(device_.index), "chosen");
}

Result<std::uint64_t> CudaSession::freeBytes() {
    if (isOver()) return tl::unexpected(*failure_);
    std::size_t free = 0;
    std::size_t total = 0;
    keep(cudaMemGetInfo(&free, &total), "asked for its memory");
    if (failure_) return tl::unexpected(*failure_);
    return std::uint64_t{free};
}

Result<GpuBlock> CudaSession::allocate(std::uint64_t bytes, const std::string& what) {
    keepLaunches();
    if (failure_) return tl::unexpected(*failure_);
    void* memory = nullptr;
    const cudaError_t error = cudaMalloc(&memory, bytes > 0 ? bytes : 1);
    // Not kept: memory that ran out leaves the queue as it was.
    if (error == cudaErrorMemoryAllocation) return tl::unexpected(cuda::outOfMemory(what, bytes));
    keep(error, "asked for memory");
    if (failure_) return tl::unexpected(*failure_);
    return GpuBlock(static_cast<std::byte*>(memory), Release{device_, cudaFree});
}

Result<GpuBlock> CudaSession::allocatePinned(std::uint64_t bytes, const std::string& what) {
    keepLaunches();
    if (failure_) return tl::unexpected(*failure_);
    void* memory = nullptr;
    const cudaError_t error = cudaMallocHost(&memory, bytes > 0 ? bytes : 1);
    if (error == cudaErrorMemoryAllocation) {
        cudaGetLastError();
        return dsm::failure(ErrorCode::OutOfMemory, ReasonCode::PinnedMemoryGone,
                            {std::to_string((bytes + 999'999) / 1'000'000), what});
    }
    keep(error, "asked for memory");
    if (failure_) return tl::unexpected(*failure_);
    return GpuBlock(static_cast<std::byte*>(memory), Release{device_, cudaFreeHost});
}

void CudaSession::copyToGpu(void* to, const void* from, std::uint64_t bytes) {
    if (isOver() || bytes == 0) return;
    keep(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_), "copied to");
}

void CudaSession::copyToHost(void* to, const void* from, std::uint64_t bytes) {
    if (isOver() || bytes == 0) return;
    keep(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream_), "copied from");
}

void CudaSession::copyOnGpu(void* to, const void* from, std::uint64_t bytes) {
    if (isOver() || bytes == 0) return;
    keep(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_), "copied on");
}

void CudaSession::clear(void* to, std::uint64_t bytes) {
    if (isOver() || bytes == 0) return;
    keep(cudaMemsetAsync(to, 0, bytes, stream_), "written to");
}

void CudaSession::record(int event) {
    DSM_CHECK(event >= 0 && event < kEvents);
    if (isOver()) return;
    keep(cudaEventRecord(events_[static_cast<std::size_t>(event)], stream_), "used");
}

Result<void> CudaSession::waitFor(int event) {
    DSM_CHECK(event >= 0 && event < kEvents);
    keepLaunches();
    if (!failure_)
        keep(cudaEventSynchronize(events_[static_cast<std::size_t>(event)]), "waited for");
    return failure();
}

double CudaSession::millisecondsBetween(int first, int second) {
    float milliseconds = 0;
    if (!isOver()) {
        keep(cudaEventElapsedTime(&milliseconds, events_[static_cast<std::size_t>(first)],
                                  events_[static_cast<std::size_t>(second)]),
             "asked for the time");
    }
    return static_cast<double>(milliseconds);
}

void CudaSession::beginCapture() {
    DSM_CHECK(!isCapturing_);
    keepLaunches();
    if (failure_) return;
    keep(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), kCaptured);
    isCapturing_ = !failure_;
}

Result<int> CudaSession::endCapture() {
    if (!isCapturing_ || isGpuLost()) {
        isCapturing_ = false;
        isOver();
        return tl::unexpected(*failure_);
    }
    isCapturing_ = false;
    cudaGraph_t graph = nullptr;
    keepLaunches();  // a graph without the launch that was refused would compute something else
    if (!isGpuLost()) keep(cudaStreamEndCapture(stream_, &graph), kCaptured);
    cudaGraphExec_t exec = nullptr;
    cudaError_t error = failure_ ? cudaSuccess : cudaGraphInstantiate(&exec, graph, 0);
    if (graph != nullptr && !isGpuLost()) cudaGraphDestroy(graph);
    if (!failure_ && error == cudaSuccess) error = cudaGraphUpload(exec, stream_);
    if (error == cudaErrorMemoryAllocation) {
        if (exec != nullptr) cuda::noteIfLost(cudaGraphExecDestroy(exec), device_);
        cudaGetLastError();
        return tl::unexpected(cuda::outOfMemory("recorded passes", 0));
    }
    keep(error, kCaptured);
    if (exec != nullptr) graphs_.push_back(exec);
    if (failure_) return tl::unexpected(*failure_);
    return static_cast<int>(graphs_.size()) - 1;
}

void CudaSession::replay(int graph) {
    if (isOver()) return;
    keep(cudaGraphLaunch(graphs_.at(static_cast<std::size_t>(graph)), stream_), "computed with");
}

void CudaSession::forgetGraphs() {
    for (const cudaGraphExec_t graph : graphs_) {
        if (!isGpuLost()) cuda::noteIfLost(cudaGraphExecDestroy(graph), device_);
    }
    graphs_.clear();
}

Result<void> CudaSession::finish() {
    keepLaunches();
    // Not cudaStreamSynchronize(), which keeps a core busy until then.
    if (!failure_) keep(cudaEventRecord(events_[kLast], stream_), "computed with");
    if (!failure_) keep(cudaEventSynchronize(events_[kLast]), "computed with");
    return failure();
}

void CudaSession::fail(Error failed) {
    // What CUDA itself says comes first: of a lost GPU it says what to do.
    keepLaunches();
    if (!failure_) failure_ = std::move(failed);
}

}  // namespace

Result<std::unique_ptr<GpuSession>> openGpu(int index) {
    const auto devices = cudaDevices();
    if (!devices) return tl::unexpected(devices.error());
    if (index < 0 || index >= static_cast<int>(devices->size())) {
        return failure(ErrorCode::NotFound,
                       "There is no GPU " + std::to_string(index) + ": this computer has " +
                           std::to_string(devices->size()) +
                           " that CUDA can use (deepseekmoe devices lists them).");
    }
    const CudaDevice& device = (*devices)[static_cast<std::size_t>(index)];
    if (!device.problem.empty()) return failure(ErrorCode::Unsupported, device.problem);
    auto session = std::make_unique<CudaSession>(device);
    if (const auto begun = session->begin(); !begun) return tl::unexpected(begun.error());
    return session;
}

}  // namespace dsm
