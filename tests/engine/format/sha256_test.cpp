#include "engine/format/sha256.h"

#include <gtest/gtest.h>

#include <string_view>

namespace dsm {
namespace {

std::span<const std::byte> bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text));
}

// The examples of FIPS 180-2.
TEST(Sha256, GivesTheHashesOfTheStandard) {
    Sha256 hash;
    EXPECT_EQ(hash.finish(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    hash.update(bytesOf("abc"));
    EXPECT_EQ(hash.finish(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, DoesNotDependOnThePieces) {
    Sha256 hash;
    for (const char* piece : {"a", "", "bc"})
        hash.update(bytesOf(piece));
    EXPECT_EQ(hash.finish(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace dsm
