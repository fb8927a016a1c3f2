#include "kernels/base/mapped_file.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

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
    EXPECT_NE(directory.error().message.find("it is a folder"), std::string::npos);
}

// Opening one of these would wait for whoever writes into it.
TEST(MappedFile, RefusesAtOnceWhatIsNoFile) {
    const TemporaryFolder folder;
    ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, (folder / "socket").c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    std::filesystem::create_symlink(folder / "pipe", folder / "link");
    const std::vector<std::pair<std::filesystem::path, std::string>> cases{
        {folder / "pipe", "a named pipe"},
        {folder / "link", "a named pipe"},
        {folder / "socket", "a socket"},
        {"/dev/zero", "a device"}};
    for (const auto& [path, kind] : cases) {
        const auto file = MappedFile::open(path);
        ASSERT_FALSE(file) << path;
        EXPECT_EQ(file.error().code, ErrorCode::Io);
        EXPECT_EQ(file.error().message, "Cannot read " + path.string() + ": it is " + kind +
                                            ", where a file is expected.");
    }
    ::close(socket);
}

TEST(MappedFile, ReadsZerosWhereItWasCutAndKnowsIt) {
    const TemporaryFolder folder;
    const auto path = folder.write("a", std::string(1'000'000, 'x'));
    auto opened = MappedFile::open(path);
    ASSERT_TRUE(opened);
    MappedFile file = std::move(*opened);  // the guard moves along
    EXPECT_FALSE(file.isChanged());
    std::filesystem::resize_file(path, 500'000);
    std::vector<std::thread> readers;
    std::vector<int> sums(4);
    for (int& sum : sums) {
        readers.emplace_back([&sum, &file] {
            for (const std::byte b : file.bytes())
                sum += std::to_integer<int>(b) == 'x' ? 1 : 0;
        });
    }
    for (std::thread& reader : readers)
        reader.join();
    EXPECT_EQ(sums, std::vector<int>(4, 500'000));
    EXPECT_TRUE(file.isChanged());
    std::filesystem::resize_file(path, 1'000'000);  // too late
    EXPECT_TRUE(file.isChanged());
    EXPECT_NE(fileWasChanged(path).message.find(path.string()), std::string::npos);
}

TEST(MappedFile, KnowsOfACutWithinItsLastPage) {
    const TemporaryFolder folder;
    const auto path = folder.write("a", std::string(100, 'x'));
    const auto file = MappedFile::open(path);
    ASSERT_TRUE(file);
    std::filesystem::resize_file(path, 99);
    EXPECT_EQ(file->bytes()[99], std::byte{0});
    EXPECT_TRUE(file->isChanged());
}

TEST(MappedFile, KnowsWhenItWasOverwrittenInPlace) {
    const TemporaryFolder folder;
    const auto path = folder.write("a", std::string(100, 'x'));
    std::filesystem::last_write_time(
        path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
    const auto file = MappedFile::open(path);
    ASSERT_TRUE(file);
    EXPECT_FALSE(file->isChanged());
    folder.write("a", std::string(100, 'y'));
    EXPECT_TRUE(file->isChanged());
}

TEST(MappedFile, LeavesOtherBusErrorsToThemselves) {
    const TemporaryFolder folder;
    const auto file = MappedFile::open(folder.write("a", "abc"));
    EXPECT_DEATH(std::raise(SIGBUS), "");
}

}  // namespace
}  // namespace dsm
