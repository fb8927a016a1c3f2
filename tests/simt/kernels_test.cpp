// The emulated GPU runs right kernels rightly, and catches wrong ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>

#include "kernels/base/dtype.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/lost_gpu.h"
#include "kernels/cuda/ptx.h"
#include "tests/support/simt/runtime.h"
#include "tests/support/simt/sanitizer.h"

namespace dsm::test {
namespace {

// Device memory of T, looked into by the test.
template <class T>
class Numbers {
  public:
    explicit Numbers(const std::vector<T>& values) : count_(values.size()) {
        cudaMalloc(&data_, count_ * sizeof(T));
        cudaMemcpy(data_, values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice);
    }
    Numbers(const Numbers&) = delete;
    Numbers& operator=(const Numbers&) = delete;
    ~Numbers() { cudaFree(data_); }

    T* data() const { return data_; }
    std::vector<T> values() const {
        std::vector<T> all(count_);
        EXPECT_EQ(cudaMemcpy(all.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost),
                  cudaSuccess);
        return all;
    }

  private:
    T* data_ = nullptr;
    std::size_t count_;
};

// What launches know of a lost GPU begins anew with a new process, too.
[[maybe_unused]] const bool isTold = [] {
    simt::onNewProcess([] {
        lostLaunchError = 0;
        lostGpuFlag = false;
    });
    return true;
}();

class Kernels : public testing::Test {
  protected:
    void SetUp() override { simt::setMachine(); }
    void TearDown() override { simt::setMachine(); }
};

// Whether a launch ends with a report that holds these words.
template <class Run>
void expectReport(const std::string& words, const Run& run) {
    const simt::CollectReports reports;
    run();
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
    ASSERT_FALSE(reports.all().empty()) << "nothing was reported";
    EXPECT_NE(reports.all().front().find(words), std::string::npos) << reports.all().front();
}

// ---- Right kernels ------------------------------------------------------------------------------

struct Line {
    int number[256];
};

__global__ void reverse(int* numbers) {
    Line& line = ptx::sharedMemory<Line>();
    line.number[threadIdx.x] = numbers[blockIdx.x * 256 + threadIdx.x];
    __syncthreads();
    numbers[blockIdx.x * 256 + threadIdx.x] = line.number[255 - threadIdx.x];
}

TEST_F(Kernels, MeetAtBarriers) {
    std::vector<int> numbers(512);
    std::iota(numbers.begin(), numbers.end(), 0);
    const Numbers<int> device(numbers);
    cuda::launch(reverse, 2, 256, sizeof(Line), {}, device.data());
    std::reverse(numbers.begin(), numbers.begin() + 256);
    std::reverse(numbers.begin() + 256, numbers.end());
    EXPECT_EQ(device.values(), numbers);
}

__global__ void reverseInStaticMemory(int* numbers) {
    __shared__ int line[64];
    line[threadIdx.x] = numbers[threadIdx.x];
    __syncthreads();
    numbers[threadIdx.x] = line[63 - threadIdx.x];
}
__global__ void readStaticMemory(int* numbers) {
    __shared__ int line[64];
    numbers[threadIdx.x] = line[threadIdx.x];
}

TEST_F(Kernels, HaveStaticSharedMemoryThatBeginsPoisoned) {
    std::vector<int> numbers(64);
    std::iota(numbers.begin(), numbers.end(), 0);
    const Numbers<int> device(numbers);
    cuda::launch(reverseInStaticMemory, 1, 64, 0, {}, device.data());
    std::reverse(numbers.begin(), numbers.end());
    EXPECT_EQ(device.values(), numbers);
    cuda::launch(readStaticMemory, 1, 64, 0, {}, device.data());
    EXPECT_EQ(device.values(), std::vector<int>(64, -1));
}

__global__ void readDynamicMemory(float* numbers) {
    numbers[threadIdx.x] = (&ptx::sharedMemory<float>())[threadIdx.x];
}

TEST_F(Kernels, HaveDynamicSharedMemoryThatBeginsPoisoned) {
    const Numbers<float> device(std::vector<float>(32));
    cuda::launch(readDynamicMemory, 1, 32, 128, {}, device.data());
    for (const float number : device.values())
        EXPECT_TRUE(std::isnan(number));
}

// out: the sum over the warp by a butterfly, the neighbour, the first of four, the vote.
__global__ void warpWords(int* out) {
    const int lane = static_cast<int>(threadIdx.x);
    int sum = lane;
    for (int step = 16; step > 0; step /= 2)
        sum += __shfl_xor_sync(~0U, sum, step);
    out[lane] = sum;
    out[32 + lane] = __shfl_down_sync(~0U, lane, 1);
    out[64 + lane] = __shfl_sync(~0U, lane, 0, 4);
    out[96 + lane] = static_cast<int>(__ballot_sync(~0U, lane % 3 == 0));
    out[128 + lane] = __shfl_up_sync(~0U, lane, 2, 8);
    if (lane < 8) __syncwarp(0xffU);
}

TEST_F(Kernels, ExchangeNumbersWithinAWarp) {
    const Numbers<int> device(std::vector<int>(160));
    cuda::launch(warpWords, 1, 32, 0, {}, device.data());
    const std::vector<int> out = device.values();
    for (int lane = 0; lane < 32; ++lane) {
        const auto at = [&](int row) { return out[static_cast<std::size_t>(32 * row + lane)]; };
        EXPECT_EQ(at(0), 496);
        EXPECT_EQ(at(1), std::min(lane + 1, 31));
        EXPECT_EQ(at(2), lane / 4 * 4);
        EXPECT_EQ(at(3), 0x49249249);
        EXPECT_EQ(at(4), lane % 8 < 2 ? lane : lane - 2);
    }
}

__global__ void count(unsigned* counter, unsigned* order) {
    order[blockIdx.x * 32 + threadIdx.x] = atomicAdd(counter, 1U);
}

TEST_F(Kernels, CountAtomicallyInAnyOrder) {
    const Numbers<unsigned> counter({0});
    const Numbers<unsigned> order(std::vector<unsigned>(128));
    cuda::launch(count, 4, 32, 0, {}, counter.data(), order.data());
    EXPECT_EQ(counter.values().front(), 128U);
    std::vector<unsigned> values = order.values();
    EXPECT_FALSE(std::is_sorted(values.begin(), values.end()));
    std::sort(values.begin(), values.end());
    for (unsigned i = 0; i < 128; ++i)
        EXPECT_EQ(values[i], i);
}

struct Staged {
    alignas(16) float number[3][4];
};

// Two groups of copies; of the third row's there is no source.
__global__ void copyAhead(const float* from, float* out) {
    Staged& staged = ptx::sharedMemory<Staged>();
    ptx::copyAsync16(staged.number[0], from);
    ptx::commitCopies();
    ptx::copyAsync16(staged.number[1], from + 4);
    ptx::copyAsync16(staged.number[2], from, false);
    ptx::commitCopies();
    out[0] = staged.number[0][0];
    ptx::waitForCopies<1>();
    out[1] = staged.number[0][0];
    out[2] = staged.number[1][0];
    ptx::waitForCopies<0>();
    out[3] = staged.number[1][0];
    out[4] = staged.number[2][3];
}

TEST_F(Kernels, GetCopiesNotBeforeTheWait) {
    const Numbers<float> from({1, 2, 3, 4, 5, 6, 7, 8});
    const Numbers<float> out(std::vector<float>(5));
    cuda::launch(copyAhead, 1, 1, sizeof(Staged), {}, from.data(), out.data());
    const std::vector<float> got = out.values();
    EXPECT_TRUE(std::isnan(got[0]));
    EXPECT_EQ(got[1], 1);
    EXPECT_TRUE(std::isnan(got[2]));
    EXPECT_EQ(got[3], 5);
    EXPECT_EQ(got[4], 0);
}

// ---- Tensor cores -------------------------------------------------------------------------------

struct Tiles {
    alignas(16) std::uint16_t a[16][16];
    alignas(16) std::uint16_t b[16][8];
};

// a from rows, b [k][n] through transposed loads: the fragments an mma asks for.
__global__ void multiplyBf16(const std::uint16_t* a, const std::uint16_t* b, float* d) {
    Tiles& tiles = ptx::sharedMemory<Tiles>();
    const int lane = static_cast<int>(threadIdx.x);
    for (int i = lane; i < 256; i += 32)
        tiles.a[i / 16][i % 16] = a[i];
    for (int i = lane; i < 128; i += 32)
        tiles.b[i / 8][i % 8] = b[i];
    __syncwarp();
    std::uint32_t fragment[4], both[4];
    ptx::loadMatrix4(fragment, &tiles.a[lane % 16][lane / 16 * 8]);
    ptx::loadMatrix4Transposed(both, tiles.b[lane % 16]);
    const std::uint32_t right[2] = {both[0], both[1]};
    float sum[4] = {};
    ptx::mmaBf16(sum, fragment, right);
    for (int n = 0; n < 4; ++n)
        d[(lane / 4 + n / 2 * 8) * 8 + lane % 4 * 2 + n % 2] = sum[n];
}

TEST_F(Kernels, MultiplyTilesOfBf16) {
    std::mt19937 random(3);
    std::vector<std::uint16_t> a(256), b(128);
    for (auto* numbers : {&a, &b}) {
        for (std::uint16_t& n : *numbers)
            n = toBFloat16(static_cast<float>(static_cast<int>(random() % 17) - 8)).bits;
    }
    const Numbers<std::uint16_t> deviceA(a), deviceB(b);
    const Numbers<float> d(std::vector<float>(128));
    cuda::launch(multiplyBf16, 1, 32, sizeof(Tiles), {}, deviceA.data(), deviceB.data(), d.data());
    const std::vector<float> got = d.values();
    for (std::size_t row = 0; row < 16; ++row) {
        for (std::size_t col = 0; col < 8; ++col) {
            float expected = 0;
            for (std::size_t k = 0; k < 16; ++k)
                expected += toFloat(BFloat16{a[row * 16 + k]}) * toFloat(BFloat16{b[k * 8 + col]});
            EXPECT_EQ(got[row * 8 + col], expected);
        }
    }
}

// a [16, 32], b as [n][k].
__global__ void multiplyS8(const std::int8_t* a, const std::int8_t* b, int* d) {
    const int g = static_cast<int>(threadIdx.x) / 4;
    const int i = static_cast<int>(threadIdx.x) % 4;
    const auto word = [](const std::int8_t* p) {
        std::uint32_t bytes;
        std::memcpy(&bytes, p, sizeof bytes);
        return bytes;
    };
    const std::uint32_t left[4] = {word(a + g * 32 + 4 * i), word(a + (g + 8) * 32 + 4 * i),
                                   word(a + g * 32 + 4 * i + 16),
                                   word(a + (g + 8) * 32 + 4 * i + 16)};
    const std::uint32_t right[2] = {word(b + g * 32 + 4 * i), word(b + g * 32 + 4 * i + 16)};
    int sum[4] = {};
    ptx::mmaS8(sum, left, right);
    for (int n = 0; n < 4; ++n)
        d[(g + n / 2 * 8) * 8 + i * 2 + n % 2] = sum[n];
}

TEST_F(Kernels, MultiplyTilesOfBytes) {
    std::mt19937 random(5);
    std::vector<std::int8_t> a(512), b(256);
    for (auto* numbers : {&a, &b}) {
        for (std::int8_t& n : *numbers)
            n = static_cast<std::int8_t>(random() % 255 - 127);
    }
    const Numbers<std::int8_t> deviceA(a), deviceB(b);
    const Numbers<int> d(std::vector<int>(128));
    cuda::launch(multiplyS8, 1, 32, 0, {}, deviceA.data(), deviceB.data(), d.data());
    const std::vector<int> got = d.values();
    for (std::size_t row = 0; row < 16; ++row) {
        for (std::size_t col = 0; col < 8; ++col) {
            int expected = 0;
            for (std::size_t k = 0; k < 32; ++k)
                expected += a[row * 32 + k] * b[col * 32 + k];
            EXPECT_EQ(got[row * 8 + col], expected);
        }
    }
}

__global__ void bytesOf(std::uint32_t* out) {
    out[0] = __byte_perm(0x33221100U, 0x77665544U, 0x7206U);
    out[1] = static_cast<std::uint32_t>(__dp4a(0x01ff0203, 0x7f02fe05, 10));
}

TEST_F(Kernels, TakeWordsApart) {
    const Numbers<std::uint32_t> out({0, 0});
    cuda::launch(bytesOf, 1, 1, 0, {}, out.data());
    // 1*127 + (-1)*2 + 2*(-2) + 3*5 + 10
    EXPECT_EQ(out.values(), (std::vector<std::uint32_t>{0x77220066U, 146}));
}

// ---- Wrong kernels ------------------------------------------------------------------------------

// Without the barrier a thread reads what its partner may not have written yet.
__global__ void reverseWithoutBarrier(int* numbers) {
    Line& line = ptx::sharedMemory<Line>();
    line.number[threadIdx.x] = numbers[threadIdx.x];
    numbers[threadIdx.x] = line.number[255 - threadIdx.x];
}

TEST_F(Kernels, ShowAMissingBarrierAsAWrongNumber) {
    std::vector<int> numbers(256);
    std::iota(numbers.begin(), numbers.end(), 0);
    const Numbers<int> device(numbers);
    cuda::launch(reverseWithoutBarrier, 1, 256, sizeof(Line), {}, device.data());
    std::reverse(numbers.begin(), numbers.end());
    EXPECT_NE(device.values(), numbers);
}

// The second round overwrites what the first may not have read yet.
__global__ void rotateTwice(int* numbers) {
    Line& line = ptx::sharedMemory<Line>();
    for (int round = 0; round < 2; ++round) {
        line.number[threadIdx.x] = numbers[threadIdx.x];
        __syncthreads();
        numbers[threadIdx.x] = line.number[(threadIdx.x + 1) % 64];
    }
}

TEST_F(Kernels, ShowARaceOfTwoRoundsAsAWrongNumber) {
    std::vector<int> numbers(64);
    std::iota(numbers.begin(), numbers.end(), 0);
    const Numbers<int> device(numbers);
    cuda::launch(rotateTwice, 1, 64, sizeof(Line), {}, device.data());
    std::rotate(numbers.begin(), numbers.begin() + 2, numbers.end());
    EXPECT_NE(device.values(), numbers);
}

__global__ void addWithoutAtomics(int* sum, int* seen) {
    const int old = *sum;
    seen[threadIdx.x] = __shfl_sync(~0U, old, 0);  // others run meanwhile
    *sum = old + 1;
}

TEST_F(Kernels, ShowALostUpdateAsAWrongNumber) {
    const Numbers<int> sum({0});
    const Numbers<int> seen(std::vector<int>(64));
    cuda::launch(addWithoutAtomics, 1, 64, 0, {}, sum.data(), seen.data());
    EXPECT_LT(sum.values().front(), 64);
}

__global__ void barrierForSome(int* out) {
    if (threadIdx.x < 40) __syncthreads();
    out[threadIdx.x] = 1;
}

TEST_F(Kernels, ReportABarrierThatNotAllThreadsReach) {
    const Numbers<int> out(std::vector<int>(64));
    expectReport("reached by 40 of 64",
                 [&] { cuda::launch(barrierForSome, 1, 64, 0, {}, out.data()); });
}

__global__ void shuffleForSome(int* out) {
    if (threadIdx.x != 5) out[threadIdx.x] = __shfl_xor_sync(~0U, 1, 1);
}

TEST_F(Kernels, ReportALaneThatMissesAShuffle) {
    const Numbers<int> out(std::vector<int>(32));
    expectReport("lanes 0x00000020",
                 [&] { cuda::launch(shuffleForSome, 1, 32, 0, {}, out.data()); });
}

__global__ void shuffleFromOutside(int* out) {
    if (threadIdx.x < 4) out[threadIdx.x] = __shfl_sync(0xfU, 1, 9);
}

TEST_F(Kernels, ReportAShuffleThatReadsALaneOutsideItsMask) {
    const Numbers<int> out(std::vector<int>(32));
    expectReport("takes no part",
                 [&] { cuda::launch(shuffleFromOutside, 1, 32, 0, {}, out.data()); });
}

__global__ void writeBehind(int* numbers, int count) {
    numbers[count + static_cast<int>(threadIdx.x)] = 7;
}

TEST_F(Kernels, ReportAWriteBehindAnAllocation) {
    const Numbers<int> numbers(std::vector<int>(33));
    if (simt::kHasAsan) {
        EXPECT_DEATH(cuda::launch(writeBehind, 1, 1, 0, {}, numbers.data(), 33),
                     "use-after-poison");
        return;
    }
    expectReport("behind an allocation of 132 bytes",
                 [&] { cuda::launch(writeBehind, 1, 1, 0, {}, numbers.data(), 33); });
    simt::setMachine();  // another process: such an error stays
    const Numbers<int> others(std::vector<int>(33));
    expectReport("before an allocation",
                 [&] { cuda::launch(writeBehind, 1, 1, 0, {}, others.data(), -1); });
}

__global__ void writeBehindShared() {
    (&ptx::sharedMemory<int>())[16] = 7;
}

TEST_F(Kernels, ReportAWriteBehindSharedMemory) {
    if (simt::kHasAsan) {
        EXPECT_DEATH(cuda::launch(writeBehindShared, 1, 1, 64, {}), "heap-buffer-overflow");
        return;
    }
    expectReport("behind its dynamic shared memory",
                 [&] { cuda::launch(writeBehindShared, 1, 1, 64, {}); });
}

__global__ void loadMisaligned(const unsigned char* from, uint4* out) {
    *out = ptx::loadOnce16(from + 4);
}

TEST_F(Kernels, ReportALoadThatIsNotAligned) {
    const Numbers<unsigned char> from(std::vector<unsigned char>(64));
    const Numbers<uint4> out(std::vector<uint4>(1));
    expectReport("not aligned",
                 [&] { cuda::launch(loadMisaligned, 1, 1, 0, {}, from.data(), out.data()); });
}

TEST_F(Kernels, RunInAnOrderThatItsSeedFixes) {
    const auto run = [](const char* seed) {
        // The order is drawn from the process's seed: a child shows it.
        const std::string command = "DSM_SIMT_SEED=" + std::string(seed) + " '" +
                                    testing::internal::GetArgvs().front() +
                                    "' --gtest_also_run_disabled_tests "
                                    "--gtest_filter=Kernels.DISABLED_PrintTheirOrder 2>/dev/null";
        std::string text;
        FILE* pipe = ::popen(command.c_str(), "r");
        char line[512];
        while (std::fgets(line, sizeof line, pipe) != nullptr) {
            if (std::strncmp(line, "order", 5) == 0) text = line;
        }
        ::pclose(pipe);
        return text;
    };
    const std::string first = run("1");
    EXPECT_FALSE(first.empty());
    EXPECT_EQ(run("1"), first);
    EXPECT_NE(run("2"), first);
}

TEST_F(Kernels, DISABLED_PrintTheirOrder) {
    const Numbers<unsigned> counter({0});
    const Numbers<unsigned> order(std::vector<unsigned>(128));
    cuda::launch(count, 4, 32, 0, {}, counter.data(), order.data());
    std::printf("order");
    for (const unsigned n : order.values())
        std::printf(" %u", n);
    std::printf("\n");
}

}  // namespace
}  // namespace dsm::test
