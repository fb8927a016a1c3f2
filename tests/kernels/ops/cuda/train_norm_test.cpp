// The norm's way back on the emulated GPU: sums in pairs of floats, of which sums in float32 alone would
// differ in most rows.
#include "kernels/ops/train/norm.h"

#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/kernels/ops/op_case.h"
#include "tests/support/simt/runtime.h"

namespace dsm::test {
namespace {

constexpr std::int64_t kRows = 24, kCols = 1500;

class OnDevice {
  public:
    explicit OnDevice(const std::vector<float>& numbers) : count_(numbers.size()) {
        EXPECT_EQ(cudaMalloc(&data_, bytes()), cudaSuccess);
        EXPECT_EQ(cudaMemcpy(data_, numbers.data(), bytes(), cudaMemcpyHostToDevice), cudaSuccess);
    }
    ~OnDevice() { cudaFree(data_); }
    OnDevice(const OnDevice&) = delete;
    OnDevice& operator=(const OnDevice&) = delete;

    Matrix<float> rows() const { return {data_, static_cast<std::int64_t>(count_) / kCols, kCols}; }
    std::span<float> all() const { return {data_, count_}; }
    std::vector<float> back() const {
        std::vector<float> numbers(count_);
        EXPECT_EQ(cudaMemcpy(numbers.data(), data_, bytes(), cudaMemcpyDeviceToHost), cudaSuccess);
        return numbers;
    }

  private:
    std::size_t bytes() const { return count_ * sizeof(float); }

    std::size_t count_;
    float* data_ = nullptr;
};

TEST(CudaTrainNorm, GivesTheGradientsOfTheReferenceToTheBit) {
    simt::setMachine();
    Random random;
    const std::vector<float> x = random.floats(kRows * kCols);
    // Of both signs, so that what is added up is small beside its terms.
    const std::vector<float> dOut = random.floats(kRows * kCols);
    const std::vector<float> weight = random.floats(kCols);
    const std::vector<float> scale(kRows, 1.75F);
    std::vector<float> expected(x.size());
    OpContext context;
    reference::normBackward<float>(context,
                                   {.dOut = {dOut.data(), kRows, kCols},
                                    .x = {x.data(), kRows, kCols},
                                    .weight = {.data = weight.data(), .rows = 1, .cols = kCols},
                                    .scale = scale,
                                    .dx = {expected.data(), kRows, kCols},
                                    .dWeight = {}});
    const OnDevice xThere(x), dOutThere(dOut), weightThere(weight), scaleThere(scale);
    for (const std::uint64_t seed : {1, 2}) {
        simt::setSeed(seed);
        const OnDevice dx(std::vector<float>(x.size()));
        cuda::normBackward(context,
                           {.dOut = dOutThere.rows(),
                            .x = xThere.rows(),
                            .weight = {.data = weightThere.all().data(), .rows = 1, .cols = kCols},
                            .scale = scaleThere.all(),
                            .dx = dx.rows(),
                            .dWeight = {}});
        ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
        expectSameBits({dx.back()}, {expected});
    }
}

}  // namespace
}  // namespace dsm::test
