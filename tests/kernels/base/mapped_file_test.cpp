#include "kernels/base/mapped_file.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

std::string textOf(const MappedFile& file) {
    return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

TEST(MappedFile, ShowsTheBytesOfTheFile) {
    const TemporaryFolder folder;
    const std::string content(10'000, 'x');
    const auto file = MappedFile::open(folder.write("a", content));
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(textOf(*file), content);
}

TEST(MappedFile, KeepsItsPlaceWhereItIsMovedTo) {
    const TemporaryFolder folder;
    auto file = MappedFile::open(folder.write("a", "abc"));
    ASSERT_TRUE(file);
    const std::byte* const data = file->bytes().data();
    MappedFile moved = std::move(*file);
    EXPECT_EQ(moved.bytes().data(), data);
    MappedFile assigned;
    assigned = std::move(moved);
    EXPECT_EQ(assigned.bytes().data(), data);
    EXPECT_EQ(textOf(assigned), "abc");
}

TEST(MappedFile, StaysReadableWhenTheFileIsDeleted) {
    const TemporaryFolder folder;
    const auto path = folder.write("a", "abc");
    const auto file = MappedFile::open(path);
    ASSERT_TRUE(file);
    std::filesystem::remove(path);
    EXPECT_EQ(textOf(*file), "abc");
}

TEST(MappedFile, OpensAnEmptyFile) {
    const TemporaryFolder folder;
    const auto file = MappedFile::open(folder.write("a", ""));
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->bytes().size(), 0U);
}

TEST(MappedFile, SaysWhatCannotBeRead) {
    const TemporaryFolder folder;
    const auto missing = MappedFile::open(folder / "missing");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_NE(missing.error().message.find((folder / "missing").string()), std::string::npos);
    const auto directory = MappedFile::open(folder.path());
    ASSERT_FALSE(directory);
    EXPECT_EQ(directory.error().code, ErrorCode::Io);
    EXPECT_NE(directory.error().message.find("directory"), std::string::npos);
}

}  // namespace
}  // namespace dsm
