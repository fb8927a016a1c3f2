#include <array>
#include <new>
#include <optional>
#include <vector>

#include "kernels/base/check.h"
#include "kernels/cuda/error_cuda.h"
#include "kernels/cuda/gpu_session.h"

namespace dsm {
namespace {

constexpr const char* kCaptured = "prepared";

class CudaSession : public GpuSession {
  public:
    explicit CudaSession(CudaDevice device) : device_(std::move(device)) {}
    ~CudaSession() override;

    Result<void> begin();

    const CudaDevice& device() const override { return device_; }
    Result<std::uint64_t> freeBytes() override;
    Result<GpuBlock> allocate(std::uint64_t bytes, const std::string& what) override;
    Result<GpuBlock> allocatePinned(std::uint64_t bytes, const std::string& what) override;
    void use() override { keep(cudaSetDevice(device_.index), "chosen"); }
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
    // "GPU 0 (NVIDIA H100) could not be chosen"
    std::string sentence(const char* done) const {
        return "GPU " + std::to_string(device_.index) + " (" + device_.name + ") could not be " +
               done;
    }
    void keep(cudaError_t error, const char* done);
    Result<void> failure() const;

    CudaDevice device_;
    cudaStream_t stream_ = nullptr;
    std::array<cudaEvent_t, kEvents> events_{};
    std::vector<cudaGraphExec_t> graphs_;
    std::optional<Error> failure_;
    bool isLost_ = false;
    bool isCapturing_ = false;
};

CudaSession::~CudaSession() {
    cudaSetDevice(device_.index);
    forgetGraphs();
    for (const cudaEvent_t event : events_) {
        if (event != nullptr) cudaEventDestroy(event);
    }
    if (stream_ != nullptr) cudaStreamDestroy(stream_);
    if (isLost_) cudaDeviceReset();
    cudaGetLastError();
}

void CudaSession::keep(cudaError_t error, const char* done) {
    if (error == cudaSuccess) return;
    isLost_ = isLost_ || cuda::isLost(error);
    Error failed = cuda::errorOf(error, sentence(done));
    if (!failure_) failure_ = std::move(failed);
}

Result<void> CudaSession::failure() const {
    if (failure_) return tl::unexpected(*failure_);
    return {};
}

Result<void> CudaSession::begin() {
    keep(cudaSetDevice(device_.index), "used");
    if (!failure_) keep(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "used");
    for (cudaEvent_t& event : events_) {
        if (!failure_) keep(cudaEventCreate(&event), "used");
    }
    return failure();
}

Result<std::uint64_t> CudaSession::freeBytes() {
    if (failure_) return tl::unexpected(*failure_);
    std::size_t free = 0;
    std::size_t total = 0;
    keep(cudaMemGetInfo(&free, &total), "asked for its memory");
    if (failure_) return tl::unexpected(*failure_);
    return std::uint64_t{free};
}

Result<GpuBlock> CudaSession::allocate(std::uint64_t bytes, const std::string& what) {
    if (failure_) return tl::unexpected(*failure_);
    void* memory = nullptr;
    const cudaError_t error = cudaMalloc(&memory, bytes > 0 ? bytes : 1);
    // Not kept: memory that ran out leaves the queue as it was.
    if (error == cudaErrorMemoryAllocation) return tl::unexpected(cuda::outOfMemory(what, bytes));
    keep(error, "asked for memory");
    if (failure_) return tl::unexpected(*failure_);
    return GpuBlock(static_cast<std::byte*>(memory), [](std::byte* block) {
        cudaFree(block);
        cudaGetLastError();
    });
}

Result<GpuBlock> CudaSession::allocatePinned(std::uint64_t bytes, const std::string& what) {
    if (failure_) return tl::unexpected(*failure_);
    void* memory = nullptr;
    const cudaError_t error = cudaMallocHost(&memory, bytes > 0 ? bytes : 1);
    if (error == cudaErrorMemoryAllocation) {
        cudaGetLastError();
        return dsm::failure(ErrorCode::OutOfMemory,
                            "There are not " + std::to_string((bytes + 999'999) / 1'000'000) +
                                " MB of memory for " + what +
                                " that the GPU can read by itself. Close other programs.");
    }
    keep(error, "asked for memory");
    if (failure_) return tl::unexpected(*failure_);
    return GpuBlock(static_cast<std::byte*>(memory), [](std::byte* block) {
        cudaFreeHost(block);
        cudaGetLastError();
    });
}

void CudaSession::copyToGpu(void* to, const void* from, std::uint64_t bytes) {
    if (failure_ || bytes == 0) return;
    keep(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_), "copied to");
}

void CudaSession::copyToHost(void* to, const void* from, std::uint64_t bytes) {
    if (failure_ || bytes == 0) return;
    keep(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream_), "copied from");
}

void CudaSession::copyOnGpu(void* to, const void* from, std::uint64_t bytes) {
    if (failure_ || bytes == 0) return;
    keep(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_), "copied on");
}

void CudaSession::clear(void* to, std::uint64_t bytes) {
    if (failure_ || bytes == 0) return;
    keep(cudaMemsetAsync(to, 0, bytes, stream_), "written to");
}

void CudaSession::record(int event) {
    DSM_CHECK(event >= 0 && event < kEvents);
    if (failure_) return;
    keep(cudaEventRecord(events_[static_cast<std::size_t>(event)], stream_), "used");
}

Result<void> CudaSession::waitFor(int event) {
    DSM_CHECK(event >= 0 && event < kEvents);
    if (!failure_)
        keep(cudaEventSynchronize(events_[static_cast<std::size_t>(event)]), "waited for");
    return failure();
}

double CudaSession::millisecondsBetween(int first, int second) {
    float milliseconds = 0;
    if (!failure_) {
        keep(cudaEventElapsedTime(&milliseconds, events_[static_cast<std::size_t>(first)],
                                  events_[static_cast<std::size_t>(second)]),
             "asked for the time");
    }
    return static_cast<double>(milliseconds);
}

void CudaSession::beginCapture() {
    DSM_CHECK(!isCapturing_);
    if (failure_) return;
    keep(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), kCaptured);
    isCapturing_ = !failure_;
}

Result<int> CudaSession::endCapture() {
    if (!isCapturing_) return tl::unexpected(*failure_);
    isCapturing_ = false;
    cudaGraph_t graph = nullptr;
    keep(cudaStreamEndCapture(stream_, &graph), kCaptured);
    cudaGraphExec_t exec = nullptr;
    if (!failure_) keep(cudaGraphInstantiate(&exec, graph, 0), kCaptured);
    if (graph != nullptr) cudaGraphDestroy(graph);
    if (exec != nullptr) graphs_.push_back(exec);
    if (!failure_) keep(cudaGraphUpload(exec, stream_), kCaptured);
    if (failure_) return tl::unexpected(*failure_);
    return static_cast<int>(graphs_.size()) - 1;
}

void CudaSession::replay(int graph) {
    if (failure_) return;
    keep(cudaGraphLaunch(graphs_.at(static_cast<std::size_t>(graph)), stream_), "computed with");
}

void CudaSession::forgetGraphs() {
    for (const cudaGraphExec_t graph : graphs_)
        cudaGraphExecDestroy(graph);
    graphs_.clear();
}

Result<void> CudaSession::finish() {
    // Of kernels that could not be launched CUDA tells only here.
    if (!failure_) keep(cudaGetLastError(), "computed with");
    if (!failure_) keep(cudaStreamSynchronize(stream_), "computed with");
    return failure();
}

void CudaSession::fail(Error failed) {
    // What CUDA itself says comes first: of a lost GPU it says what to do.
    keep(cudaGetLastError(), "computed with");
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
