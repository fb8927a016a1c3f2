#include "kernels/cuda/device.h"

#include <gtest/gtest.h>

namespace dsm {
namespace {

// Holds on every machine: with and without a GPU, a driver or CUDA in the build.
TEST(CudaDevices, AreListedWhollyOrRefusedInWords) {
    const Result<std::vector<CudaDevice>> devices = cudaDevices();
    if (!devices) {
        EXPECT_FALSE(devices.error().message.empty());
        EXPECT_TRUE(devices.error().code == ErrorCode::Unsupported ||
                    devices.error().code == ErrorCode::Internal);
        return;
    }
    for (std::size_t i = 0; i < devices->size(); ++i) {
        const CudaDevice& device = (*devices)[i];
        EXPECT_EQ(device.index, static_cast<int>(i));
        EXPECT_FALSE(device.name.empty());
        EXPECT_GE(device.computeMajor, 1);
        EXPECT_GT(device.totalBytes, 0U);
        EXPECT_LE(device.freeBytes, device.totalBytes);
        if (device.computeMajor < 8) {
            EXPECT_FALSE(device.problem.empty());
        }
        RecordProperty("device", device.name);
    }
}

TEST(CudaDevices, CanBeListedAgain) {
    const auto first = cudaDevices();
    const auto second = cudaDevices();
    ASSERT_EQ(first.has_value(), second.has_value());
    if (!first) {
        EXPECT_EQ(first.error().message, second.error().message);
    } else {
        EXPECT_EQ(first->size(), second->size());
    }
}

}  // namespace
}  // namespace dsm
