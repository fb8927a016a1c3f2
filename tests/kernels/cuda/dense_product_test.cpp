#include "kernels/cuda/dense_product.h"

#include <cublas_v2.h>
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "tests/support/scoped_variable.h"
#include "tests/support/simt/runtime.h"

namespace dsm {
namespace {

constexpr const char* kVariable = "DSM_CUDA_DENSE";

// A GPU with cuBLAS, and copies to it.
class DenseProducts : public testing::Test {
  protected:
    void SetUp() override {
        simt::Machine machine;
        machine.hasCublas = true;
        simt::setMachine(machine);
        gpu_ = std::move(openGpu(0).value());
        dense_ = std::move(DenseProduct::make(*gpu_).value());
    }

    template <class T>
    GpuBlock onGpu(const std::vector<T>& numbers) {
        const std::size_t bytes = numbers.size() * sizeof(T);
        GpuBlock block = gpu_->allocate(bytes, "a test").value();
        const simt::OpenMemory open;
        std::memcpy(block.get(), numbers.data(), bytes);
        return block;
    }
    GpuBlock bfloat16(const std::vector<float>& numbers) {
        std::vector<std::uint16_t> bits;
        for (const float number : numbers)
            bits.push_back(toBFloat16(number).bits);
        return onGpu(bits);
    }
    static std::vector<float> numbersIn(const GpuBlock& block, std::size_t count) {
        const simt::OpenMemory open;
        std::vector<float> numbers(count);
        std::memcpy(numbers.data(), block.get(), count * sizeof(float));
        return numbers;
    }
    static Weight weightOf(const GpuBlock& block, std::int64_t rows, std::int64_t cols,
                           DType type = DType::BF16) {
        return {.data = block.get(), .type = type, .rows = rows, .cols = cols};
    }
    DeviceRun run() const { return {.stream = gpu_->stream()}; }

    std::unique_ptr<GpuSession> gpu_;
    std::unique_ptr<DenseProduct> dense_;
};

TEST_F(DenseProducts, AreThoseOfTheTwoHalvesOfAnInput) {
    // 1 + 2^-9 has more bits than a bfloat16; 3 and 2^-12 do not, but their sum does.
    const GpuBlock in = onGpu<float>({1 + 0x1p-9F, 2, 3 + 0x1p-12F, -1});
    const GpuBlock halves = gpu_->allocate(denseHalvesBytes(4), "a test").value();
    const GpuBlock weight = bfloat16({1, 10, 2, 0, 0, -4});
    const GpuBlock out = onGpu<float>({100, 100, 100, 200, 200, 200});
    dense_->split(run(), reinterpret_cast<const float*>(in.get()), 4, halves.get());
    const auto multiply = [&](bool adds) {
        dense_->multiply(run(), halves.get(), weightOf(weight, 3, 2), 2, adds,
                         reinterpret_cast<float*>(out.get()));
        ASSERT_TRUE(gpu_->finish().has_value());
    };
    multiply(true);
    EXPECT_EQ(numbersIn(out, 6), (std::vector<float>{121 + 0x1p-9F, 102 + 0x1p-8F, 92,
                                                     193 + 0x1p-12F, 206 + 0x1p-11F, 204}));
    multiply(false);
    EXPECT_EQ(numbersIn(out, 6),
              (std::vector<float>{21 + 0x1p-9F, 2 + 0x1p-8F, -8, -7 + 0x1p-12F, 6 + 0x1p-11F, 4}));
}

TEST_F(DenseProducts, AreTakenOfManyTokensAndBFloat16Only) {
    const GpuBlock block = bfloat16({1, 1});
    EXPECT_FALSE(dense_->takes(weightOf(block, 1, 2), 100)) << "nothing was measured";
    dense_->takeEverything();
    EXPECT_TRUE(dense_->takes(weightOf(block, 1, 2), 9));
    EXPECT_FALSE(dense_->takes(weightOf(block, 1, 2), 8));
    EXPECT_FALSE(dense_->takes(weightOf(block, 1, 2, DType::F32), 9));
    EXPECT_FALSE(dense_->takes(weightOf(block, 0, 2), 9));
}

TEST_F(DenseProducts, AreMeasuredForEachShapeAndClassOfTokens) {
    const GpuBlock block = bfloat16(std::vector<float>(16 * 8, 1));
    const Weight wide = weightOf(block, 8, 16);
    const Weight tall = weightOf(block, 16, 8);
    const GpuBlock memory = gpu_->allocate(1 << 20, "a test").value();
    const DenseSample samples[] = {{wide, 100}, {tall, 16}};
    ASSERT_TRUE(dense_->measure(samples, {memory.get(), 1 << 20}).has_value());
    const auto times = dense_->times();
    ASSERT_EQ(times.size(), 3U);
    EXPECT_EQ(times[0].shape, (DenseShape{8, 16}));
    EXPECT_EQ(times[0].tokens, 64);
    EXPECT_EQ(times[1].shape, (DenseShape{8, 16}));
    EXPECT_EQ(times[1].tokens, 100);
    EXPECT_EQ(times[2].shape, (DenseShape{16, 8}));
    EXPECT_EQ(times[2].tokens, 16);
    // The emulated clock goes on by a millisecond with each thing done: one launch or three, a
    // mark.
    for (const DenseTime& time : times) {
        EXPECT_EQ(time.ownMilliseconds, 1 + 1);
        EXPECT_EQ(time.cublasMilliseconds, 3 + 1);
    }
    EXPECT_FALSE(dense_->takes(wide, 64));
}

TEST_F(DenseProducts, WithoutRoomToMeasureAreNotTaken) {
    const GpuBlock block = bfloat16(std::vector<float>(16 * 8, 1));
    const DenseSample sample[] = {{weightOf(block, 16, 8), 64}};
    // Inputs and their halves have 2048 bytes each, the results 4096.
    const GpuBlock memory = gpu_->allocate(8192, "a test").value();
    ASSERT_TRUE(dense_->measure(sample, {memory.get(), 8191}).has_value());
    EXPECT_TRUE(dense_->times().empty());
    ASSERT_TRUE(dense_->measure(sample, {memory.get(), 8192}).has_value());
    EXPECT_EQ(dense_->times().size(), 1U);
}

TEST_F(DenseProducts, ThatFailEndTheQueueInWords) {
    const GpuBlock block = bfloat16({1, 1});
    simt::failCublas(1, CUBLAS_STATUS_EXECUTION_FAILED);
    dense_->multiply(run(), block.get(), weightOf(block, 1, 1), 1, false,
                     reinterpret_cast<float*>(block.get()));
    EXPECT_TRUE(gpu_->hasFailed());
    EXPECT_NE(gpu_->finish().error().message.find("CUBLAS_STATUS_EXECUTION_FAILED"),
              std::string::npos);
}

TEST(DenseProduct, WinsWhereItIsATwentiethFaster) {
    EXPECT_TRUE((DenseTime{{}, 64, 1, 0.94}).cublasWins());
    EXPECT_FALSE((DenseTime{{}, 64, 1, 0.96}).cublasWins());
}

TEST(DenseProduct, TakesTheWinnerOfTheClassOfItsTokens) {
    const DenseTime times[] = {{{8, 16}, 64, 1, 2}, {{4, 4}, 64, 2, 1}, {{8, 16}, 256, 2, 1}};
    EXPECT_FALSE(cublasWins(times, {8, 16}, 64));
    EXPECT_TRUE(cublasWins(times, {8, 16}, 65));
    EXPECT_TRUE(cublasWins(times, {8, 16}, 5000));
    EXPECT_TRUE(cublasWins(times, {4, 4}, 9));
    EXPECT_FALSE(cublasWins(times, {16, 8}, 64)) << "another shape";
}

TEST(DenseProduct, OfALibraryThatFailsIsRefusedAndGivesEverythingBack) {
    simt::Machine machine;
    machine.hasCublas = true;
    for (const int nth : {1, 2, 3, 4}) {
        simt::setMachine(machine);
        const auto gpu = std::move(openGpu(0).value());
        const auto before = simt::counts();
        simt::failCublas(nth, CUBLAS_STATUS_ALLOC_FAILED);
        const auto dense = DenseProduct::make(*gpu);
        ASSERT_FALSE(dense.has_value());
        EXPECT_EQ(dense.error().code, ErrorCode::Unsupported);
        EXPECT_EQ(dense.error().message,
                  "cuBLAS does not work on GPU 0 (Emulated GPU): CUBLAS_STATUS_ALLOC_FAILED.");
        EXPECT_EQ(simt::counts().liveObjects, before.liveObjects);
        EXPECT_EQ(simt::counts().liveAllocations, before.liveAllocations);
        EXPECT_FALSE(gpu->hasFailed());
    }
}

TEST(DenseProduct, IsRefusedWithoutTheLibrary) {
    simt::setMachine();
    const auto gpu = std::move(openGpu(0).value());
    const auto dense = DenseProduct::make(*gpu);
    ASSERT_FALSE(dense.has_value());
    EXPECT_EQ(dense.error().code, ErrorCode::Unsupported);
}

TEST(DenseChoice, ComesFromTheEnvironment) {
    const auto chosen = [](const char* value) {
        const test::ScopedVariable variable(kVariable, value);
        return denseChoiceOfEnvironment();
    };
    EXPECT_EQ(chosen(nullptr).value(), DenseChoice::Measured);
    EXPECT_EQ(chosen("").value(), DenseChoice::Measured);
    EXPECT_EQ(chosen("own").value(), DenseChoice::Own);
    EXPECT_EQ(chosen("cublas").value(), DenseChoice::Cublas);
    ASSERT_FALSE(chosen("always").has_value());
    EXPECT_EQ(chosen("always").error().message,
              "DSM_CUDA_DENSE asks for \"always\"; there are own and cublas. Unset, the faster one "
              "is chosen.");
}

}  // namespace
}  // namespace dsm
