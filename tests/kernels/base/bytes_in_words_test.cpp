#include "kernels/base/bytes_in_words.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

#include "kernels/base/splitmix.h"

namespace dsm {
namespace {

TEST(BytesInWords, HaveOneDecimalWhereItSaysSomething) {
    const std::pair<std::uint64_t, const char*> cases[] = {
        {0, "0 bytes"},
        {999, "999 bytes"},
        {1'000, "1.0 kB"},
        {9'940, "9.9 kB"},
        {10'400, "10 kB"},
        {999'000, "999 kB"},
        {9'960, "10 kB"},
        {5'250'000, "5.3 MB"},
        {345'600'000, "346 MB"},
        {1'000'000'000, "1.0 GB"},
        {32'751'000'000, "32.8 GB"},
        {999'600'000, "1.0 GB"},
        {1'250'000'000'000, "1.3 TB"},
        {UINT64_MAX, "18.4 EB"},
    };
    for (const auto& [bytes, words] : cases)
        EXPECT_EQ(bytesInWords(bytes), words) << bytes;
}

// Random models, factors, dropout, draws and the finding of near rows stand on these.
TEST(Splitmix64, GivesThePublishedNumbers) {
    Splitmix64 numbers(1234567);
    EXPECT_EQ(numbers.next(), 6457827717110365317U);
    EXPECT_EQ(numbers.next(), 3203168211198807973U);
    EXPECT_EQ(numbers.next(), 9817491932198370423U);
    EXPECT_EQ(splitmix64(0), 0xe220a8397b1dcdafU);
}

}  // namespace
}  // namespace dsm
