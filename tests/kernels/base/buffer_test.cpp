#include "kernels/base/buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace dsm {
namespace {

TEST(Buffer, IsZeroedAndAligned) {
    for (const std::size_t count : {1U, 3U, 1000U}) {
        const Buffer<float> buffer(count);
        EXPECT_EQ(buffer.size(), count);
        EXPECT_EQ(buffer.sizeBytes(), 4 * count);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0U);
        const auto values = buffer.span();
        EXPECT_TRUE(std::all_of(values.begin(), values.end(), [](float v) { return v == 0; }));
    }
}

TEST(Buffer, IsZeroedAndAlignedInLargePagesToo) {
    const Buffer<std::byte> buffer(Buffer<std::byte>::kLargeBytes + 3);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0U);
    const auto bytes = buffer.span();
    EXPECT_TRUE(
        std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; }));
    bytes.back() = std::byte{1};
    EXPECT_EQ(bytes.back(), std::byte{1});
}

TEST(Buffer, HandsItsMemoryOverWhenMoved) {
    Buffer<int> first(4);
    first[2] = 7;
    const int* const data = first.data();
    Buffer<int> second = std::move(first);
    EXPECT_EQ(second.data(), data);
    Buffer<int> third(9);
    third = std::move(second);
    EXPECT_EQ(third.data(), data);
    EXPECT_EQ(third.size(), 4U);
    EXPECT_EQ(third[2], 7);
}

TEST(Buffer, MayBeEmpty) {
    const Buffer<int> none(0);
    EXPECT_EQ(none.data(), nullptr);
    EXPECT_TRUE(none.span().empty());
}

}  // namespace
}  // namespace dsm
