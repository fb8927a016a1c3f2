#include <algorithm>
#include <limits>
#include <string>

#include "kernels/cuda/cublas_library.h"
#include "kernels/cuda/dense_product.h"
#include "kernels/cuda/error_cuda.h"
#include "kernels/cuda/lost_gpu.h"
#include "kernels/cuda/shortest_run.h"
#include "kernels/cuda/tile_add.h"

namespace dsm {
namespace {

constexpr int kRuns = 3;  // of a product that is timed
// What cuBLAS asks for on Hopper; with less it leaves out some of its ways.
constexpr std::uint64_t kWorkspaceBytes = std::uint64_t{32} << 20;

constexpr int kThreadNumbers = 4;

__global__ void __launch_bounds__(cuda::kProductThreads)
    splitNumbers(const float* in, const std::int64_t count, std::uint16_t* high,
                 std::uint16_t* low) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t first =
        (std::int64_t{blockIdx.x} * cuda::kProductThreads + threadIdx.x) * kThreadNumbers;
    if (first + kThreadNumbers <= count) {
        const float4 x = *reinterpret_cast<const float4*>(in + first);
        *reinterpret_cast<uint2*>(high + first) =
            make_uint2(cuda::packBf16(x.x, x.y), cuda::packBf16(x.z, x.w));
        *reinterpret_cast<uint2*>(low + first) =
            make_uint2(cuda::packBf16(cuda::restOf(x.x), cuda::restOf(x.y)),
                       cuda::packBf16(cuda::restOf(x.z), cuda::restOf(x.w)));
        return;
    }
    for (std::int64_t i = first; i < count; ++i) {
        high[i] = toBFloat16(in[i]).bits;
        low[i] = toBFloat16(cuda::restOf(in[i])).bits;
    }
}

int asInt(std::int64_t value) {
    DSM_CHECK(value <= std::numeric_limits<int>::max());
    return static_cast<int>(value);
}

DenseShape shapeOf(const Weight& weight) {
    return {weight.rows, weight.cols};
}

// Hands out pieces of the memory that is measured in; nullptr: none is left.
class Pieces {
  public:
    explicit Pieces(std::span<std::byte> memory) : left_(memory) {}

    template <class T>
    T* take(std::int64_t bytes) {
        constexpr std::size_t kBoundary = 256;
        const auto address = reinterpret_cast<std::uintptr_t>(left_.data());
        const std::size_t skipped = (kBoundary - address % kBoundary) % kBoundary;
        const auto size = static_cast<std::size_t>(bytes);
        if (left_.size() < skipped + size) return nullptr;
        std::byte* here = left_.data() + skipped;
        left_ = left_.subspan(skipped + size);
        return reinterpret_cast<T*>(here);
    }

  private:
    std::span<std::byte> left_;
};

}  // namespace

struct DenseProduct::Library {
    cuda::CublasLibrary call;
    cublasHandle_t handle = nullptr;
    GpuBlock workspace;

    explicit Library(const cuda::CublasLibrary& functions) : call(functions) {}
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    ~Library() {
        if (handle != nullptr && !isGpuLost()) call.destroy(handle);
    }

    // "", or what went wrong.
    std::string begin(GpuSession& gpu) {
        // cuBLAS forgets its workspace where the stream is set after it.
        cublasStatus_t status = call.create(&handle);
        if (status == CUBLAS_STATUS_SUCCESS)
            status = call.setStream(handle, static_cast<cudaStream_t>(gpu.stream()));
        if (status == CUBLAS_STATUS_SUCCESS)
            status = call.setWorkspace(handle, workspace.get(), kWorkspaceBytes);
        if (status == CUBLAS_STATUS_SUCCESS) {
            // Partial sums stay in float32.
            status = call.setMathMode(
                handle,
                static_cast<cublasMath_t>(CUBLAS_DEFAULT_MATH |
                                          CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION));
        }
        return status == CUBLAS_STATUS_SUCCESS ? std::string() : call.statusName(status);
    }
};

DenseProduct::DenseProduct(GpuSession& gpu, std::unique_ptr<Library> library)
    : gpu_(gpu), library_(std::move(library)) {}
DenseProduct::~DenseProduct() = default;

Result<std::unique_ptr<DenseProduct>> DenseProduct::make(GpuSession& gpu) {
    const auto functions = cuda::cublasLibrary();
    if (!functions) return tl::unexpected(functions.error());
    gpu.use();
    auto library = std::make_unique<Library>(*functions);
    auto workspace = gpu.allocate(kWorkspaceBytes, "cuBLAS");
    if (!workspace) return tl::unexpected(workspace.error());
    library->workspace = std::move(*workspace);
    if (const std::string problem = library->begin(gpu); !problem.empty()) {
        return failure(ErrorCode::Unsupported,
                       "cuBLAS does not work on " + gpuName(gpu.device()) + ": " + problem + ".");
    }
    return std::unique_ptr<DenseProduct>(new DenseProduct(gpu, std::move(library)));
}

bool DenseProduct::takes(const Weight& weight, std::int64_t tokens) const {
    const bool isDense = weight.type == DType::BF16 && weight.rows > 0 && weight.cols > 0 &&
                         tokens > cuda::kPanelTokens;
    return isDense && (takesEverything_ || cublasWins(times_, shapeOf(weight), tokens));
}

void DenseProduct::split(const DeviceRun& run, const float* in, std::int64_t numbers,
                         std::byte* halves) {
    auto* high = reinterpret_cast<std::uint16_t*>(halves);
    const std::int64_t blocks =
        cuda::divideUp(numbers, std::int64_t{cuda::kProductThreads} * kThreadNumbers);
    cuda::launch(splitNumbers, cuda::gridOf(blocks), cuda::kProductThreads, 0, run, in, numbers,
                 high, high + denseHalfNumbers(numbers));
}

// Row-major [R, C] is column-major [C, R], so that out^T = weight in^T is what cuBLAS is asked for.
void DenseProduct::multiply(const DeviceRun& run, const std::byte* halves, const Weight& weight,
                            std::int64_t tokens, bool adds, float* out) {
    const int rows = asInt(weight.rows);
    const int cols = asInt(weight.cols);
    const auto* high = reinterpret_cast<const std::uint16_t*>(halves);
    const float one = 1;
    float before = adds ? 1 : 0;
    for (const std::uint16_t* half : {high, high + denseHalfNumbers(tokens * weight.cols)}) {
        if (gpu_.hasFailed()) return;
        if (run.launches != nullptr) ++*run.launches;
        const cublasStatus_t status = library_->call.gemm(
            library_->handle, CUBLAS_OP_T, CUBLAS_OP_N, rows, asInt(tokens), cols, &one,
            weight.data, CUDA_R_16BF, cols, half, CUDA_R_16BF, cols, &before, out, CUDA_R_32F, rows,
            CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
        if (status != CUBLAS_STATUS_SUCCESS) {
            gpu_.fail({ErrorCode::Internal,
                       "cuBLAS could not multiply on " + gpuName(gpu_.device()) + ": " +
                           library_->call.statusName(status) +
                           ". Load the model again; DSM_CUDA_DENSE=own computes without cuBLAS."});
        }
        before = 1;
    }
}

Result<double> DenseProduct::ownTime(const DenseSample& sample, std::int64_t tokens,
                                     const float* in, float* out) {
    const DeviceRun run{.stream = gpu_.stream()};
    return shortestRun(gpu_, kRuns, [&] {
        cuda::launchAddTiles(run, in, cuda::onDevice(sample.weight), out, tokens);
    });
}

Result<double> DenseProduct::cublasTime(const DenseSample& sample, std::int64_t tokens,
                                        const float* in, std::byte* halves, float* out) {
    const DeviceRun run{.stream = gpu_.stream()};
    return shortestRun(gpu_, kRuns, [&] {
        split(run, in, tokens * sample.weight.cols, halves);
        multiply(run, halves, sample.weight, tokens, true, out);
    });
}

Result<void> DenseProduct::measure(std::span<const DenseSample> samples,
                                   std::span<std::byte> memory) {
    gpu_.use();
    gpu_.clear(memory.data(), memory.size());
    for (const DenseSample& sample : samples) {
        std::int64_t measured = 0;
        for (const std::int64_t most : kDenseClasses) {
            const std::int64_t tokens = std::min(most, sample.mostTokens);
            if (tokens <= measured || tokens <= cuda::kPanelTokens) break;
            measured = tokens;
            const std::int64_t numbers = tokens * sample.weight.cols;
            Pieces pieces(memory);
            auto* in = pieces.take<float>(numbers * 4);
            auto* halves = pieces.take<std::byte>(denseHalvesBytes(numbers));
            auto* out = pieces.take<float>(tokens * sample.weight.rows * 4);
            if (in == nullptr || halves == nullptr || out == nullptr) break;
            const auto own = ownTime(sample, tokens, in, out);
            if (!own) return tl::unexpected(own.error());
            const auto cublas = cublasTime(sample, tokens, in, halves, out);
            if (!cublas) return tl::unexpected(cublas.error());
            times_.push_back({shapeOf(sample.weight), tokens, *own * 1e3, *cublas * 1e3});
        }
    }
    return {};
}

}  // namespace dsm
