// Dense products: many tokens times a weight in bfloat16, by cuBLAS where that library is there and
// was the faster when both were measured; elsewhere by tile_product.h.
//
//   out[t, r] = dot(in[t], weight[r])     or, where it adds, out[t, r] += ..
//
// An input is the sum of two bfloat16, as in tile_product.h: two products with float32 sums. What
// is left out is below 2^-16 of a product. The weight is read as it is stored.
//
// Which is faster is measured on the GPU when a model is loaded, for each shape of weight and class
// of token counts; cuBLAS must be a twentieth faster. The environment variable DSM_CUDA_DENSE takes
// the place of the measurement: own, cublas. For one choice two runs give the same bits.
//
// Letters   T tokens, R rows and C columns of the weight.
// Ownership Owns the library's handle and its workspace; borrows the session and ends before it.
// Threads   The session's; measure() uses its events 2 and 3.
// Device    Queues in the session's stream. Nothing is allocated after make() and measure().
// Errors    make(): Unsupported where there is no cuBLAS, or none that works on this GPU;
//           OutOfMemory. What fails later ends the session's stream (gpu_session.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/base/op_context.h"
#include "kernels/base/result.h"
#include "kernels/base/views.h"
#include "kernels/cuda/gpu_session.h"

namespace dsm {

enum class DenseChoice { Measured, Own, Cublas };

// Unsupported: DSM_CUDA_DENSE asks for something else.
Result<DenseChoice> denseChoiceOfEnvironment();

struct DenseShape {
    std::int64_t rows = 0;
    std::int64_t cols = 0;

    bool operator==(const DenseShape&) const = default;
};

// A shape that a model has, with one weight of it.
struct DenseSample {
    Weight weight;  // on the device
    std::int64_t mostTokens = 0;
};

struct DenseTime {
    DenseShape shape;
    std::int64_t tokens = 0;  // the most of their class
    double ownMilliseconds = 0;
    double cublasMilliseconds = 0;

    bool cublasWins() const { return cublasMilliseconds < 0.95 * ownMilliseconds; }
};

// Whether cuBLAS won the class of so many tokens, the smallest with room for them, else the
// largest. `times` of a shape go from few tokens to many. What was not timed is not won.
bool cublasWins(std::span<const DenseTime> times, const DenseShape& shape, std::int64_t tokens);

// The most tokens of each class.
inline constexpr std::int64_t kDenseClasses[] = {64, 256, 1024, 4096};

// Inputs as two bfloat16 each: all the first ones, and all the second ones on a boundary.
constexpr std::int64_t denseHalfNumbers(std::int64_t numbers) {
    return (numbers + 127) / 128 * 128;
}
constexpr std::int64_t denseHalvesBytes(std::int64_t numbers) {
    return 2 * denseHalfNumbers(numbers) * std::int64_t{sizeof(std::uint16_t)};
}

// The most scratch that an operation wants for dense products of so many tokens. Of two products
// whose results meet (gate and up), one lies there, too.
constexpr std::int64_t denseScratchBytes(std::int64_t tokens, std::int64_t hidden,
                                         std::int64_t queryWidth, std::int64_t sharedWidth) {
    const std::int64_t inputs = denseHalvesBytes(tokens * hidden);
    const std::int64_t attended = denseHalvesBytes(tokens * queryWidth);
    const std::int64_t shared = denseHalvesBytes(tokens * sharedWidth);
    const std::int64_t up = inputs + tokens * sharedWidth * std::int64_t{sizeof(float)};
    const std::int64_t most = attended > shared ? attended : shared;
    return most > up ? most : up;
}

class DenseProduct {
  public:
    static Result<std::unique_ptr<DenseProduct>> make(GpuSession& gpu);
    ~DenseProduct();
    DenseProduct(const DenseProduct&) = delete;
    DenseProduct& operator=(const DenseProduct&) = delete;

    // Times both for every shape and class, in `memory` of the device, whose contents are lost.
    // What does not fit there is not measured, and not taken.
    Result<void> measure(std::span<const DenseSample> samples, std::span<std::byte> memory);
    std::span<const DenseTime> times() const { return times_; }
    // In place of a measurement.
    void takeEverything() { takesEverything_ = true; }

    // Whether to multiply T tokens here. Never weights of other types than bfloat16.
    bool takes(const Weight& weight, std::int64_t tokens) const;
    // halves = in, denseHalvesBytes(numbers) on a 16-byte boundary: for one product or several.
    void split(const DeviceRun& run, const float* in, std::int64_t numbers, std::byte* halves);
    // halves are those of [T, C].
    void multiply(const DeviceRun& run, const std::byte* halves, const Weight& weight,
                  std::int64_t tokens, bool adds, float* out);

  private:
    struct Library;  // the handle of cuBLAS

    DenseProduct(GpuSession& gpu, std::unique_ptr<Library> library);
    Result<double> ownTime(const DenseSample& sample, std::int64_t tokens, const float* in,
                           float* out);
    Result<double> cublasTime(const DenseSample& sample, std::int64_t tokens, const float* in,
                              std::byte* halves, float* out);

    GpuSession& gpu_;
    std::unique_ptr<Library> library_;
    std::vector<DenseTime> times_;
    bool takesEverything_ = false;
};

// Whether the context's dense product takes this one.
inline bool takesDense(const OpContext& context, const Weight& weight, std::int64_t tokens) {
    return context.device.dense != nullptr && context.device.dense->takes(weight, tokens);
}

// The halves of T rows, at the beginning of the context's scratch.
inline const std::byte* splitRows(OpContext& context, const Matrix<const float>& in) {
    DSM_CHECK(context.scratchBytes() >= denseHalvesBytes(in.size()));
    context.device.dense->split(context.device, in.data, in.size(), context.scratch.data());
    return context.scratch.data();
}

}  // namespace dsm
