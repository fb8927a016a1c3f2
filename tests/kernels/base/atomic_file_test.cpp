#include "kernels/base/atomic_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "tests/support/fault_walk.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

Result<void> write(const fs::path& path, std::string_view text) {
    return writeFile(path, std::as_bytes(std::span(text)));
}

void expectWritten(const fs::path& path, std::string_view text) {
    const auto written = write(path, text);
    EXPECT_TRUE(written.has_value()) << written.error().message;
}

TEST(AtomicFile, AppearsWholeOrNotAtAll) {
    const TemporaryFolder folder;
    {
        auto file = AtomicFile::create(folder / "a");
        ASSERT_TRUE(file.has_value());
        ASSERT_TRUE(file->write(std::as_bytes(std::span("half", 4))).has_value());
    }
    EXPECT_EQ(folder.fileCount(), 0U);
    expectWritten(folder / "a", "whole");
    EXPECT_EQ(contentOf(folder / "a"), "whole");
    EXPECT_EQ(folder.fileCount(), 1U);
}

TEST(AtomicFile, WritesWhatALinkPointsTo) {
    const TemporaryFolder folder;
    fs::create_directory(folder / "elsewhere");
    folder.write("elsewhere/file", "old");
    fs::create_symlink("elsewhere/file", folder / "link");
    fs::create_symlink("link", folder / "chain");
    fs::create_symlink("elsewhere/new", folder / "dangling");
    expectWritten(folder / "chain", "new");
    EXPECT_TRUE(fs::is_symlink(folder / "link") && fs::is_symlink(folder / "chain"));
    EXPECT_EQ(contentOf(folder / "elsewhere/file"), "new");
    expectWritten(folder / "dangling", "made");
    EXPECT_TRUE(fs::is_symlink(folder / "dangling"));
    EXPECT_EQ(contentOf(folder / "elsewhere/new"), "made");
    EXPECT_EQ(folder.fileCount(), 4U);  // nothing temporary
}

TEST(AtomicFile, NamesALinkThatLeadsNowhere) {
    const TemporaryFolder folder;
    fs::create_symlink("b", folder / "a");
    fs::create_symlink("a", folder / "b");
    const auto written = write(folder / "a", "x");
    ASSERT_FALSE(written.has_value());
    EXPECT_NE(written.error().message.find((folder / "a").string()), std::string::npos);
    EXPECT_TRUE(fs::is_symlink(folder / "a"));
}

TEST(AtomicFile, KeepsThePermissionsOfTheFileItReplaces) {
    const TemporaryFolder folder;
    const auto path = folder.write("secret", "old");
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    expectWritten(path, "new");
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(AtomicFile, WritesToADeviceAndLeavesItThere) {
    const TemporaryFolder folder;
    fs::create_symlink("/dev/null", folder / "link");
    expectWritten("/dev/null", "gone");
    expectWritten(folder / "link", "gone");
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
    EXPECT_TRUE(fs::is_symlink(folder / "link"));
    const auto full = write("/dev/full", "x");
    ASSERT_FALSE(full.has_value());
    EXPECT_NE(full.error().message.find("/dev/full"), std::string::npos) << full.error().message;
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST(AtomicFile, WritesToAFifoAndLeavesItThere) {
    const TemporaryFolder folder;
    const fs::path path = folder / "fifo";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    std::string read;
    std::thread reader([&] { read = contentOf(path); });
    expectWritten(path, "through");
    reader.join();
    EXPECT_EQ(read, "through");
    EXPECT_TRUE(fs::is_fifo(path));
}

TEST(AtomicFile, WritesToAFileThatIsOpenWhereItsWriterIs) {
    const TemporaryFolder folder;
    const auto path = folder.write("output", "");
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    ASSERT_EQ(::write(file, "before ", 7), 7);
    expectWritten("/dev/fd/" + std::to_string(file), "and ");
    fs::create_symlink("/proc/self/fd/" + std::to_string(file), folder / "link");
    expectWritten(folder / "link", "after");
    ::close(file);
    EXPECT_EQ(contentOf(path), "before and after");
    EXPECT_FALSE(write("/dev/fd/" + std::to_string(file), "x").has_value());
}

// Larger than what is gathered, so that both ways of writing are walked.
TEST(AtomicFile, IsTheOldOrTheNewOneWhicheverCallFails) {
    const std::string before = "what was there";
    const std::string after(1'500'000, 'n');
    for (const char* name : {"file", "link"}) {
        SCOPED_TRACE(name);
        const TemporaryFolder folder(test::placeForWalks());
        fs::create_symlink("file", folder / "link");
        const test::FaultWalk walk{
            .prepare = [&] { folder.write("file", before); },
            .operation = [&]() -> std::optional<std::string> {
                auto file = AtomicFile::create(folder / name);
                if (!file) return file.error().message;
                for (std::size_t at = 0; at < after.size(); at += 700'000) {
                    const auto piece = std::string_view(after).substr(at, 700'000);
                    const auto written = file->write(std::as_bytes(std::span(piece)));
                    if (!written) return written.error().message;
                }
                const std::string_view large = std::string_view(after).substr(0, 1'100'000);
                if (auto ok = file->write(std::as_bytes(std::span(large))); !ok)
                    return ok.error().message;
                return test::messageOf(file->commit());
            },
            .check = [&](bool hasFailed) -> std::string {
                const std::string now = contentOf(folder / "file");
                if (folder.fileCount() != 2) return "a temporary file is left";
                const bool isNew = now == after + after.substr(0, 1'100'000);
                return isNew || (hasFailed && now == before) ? "" : "neither old nor new";
            },
            .leastCalls = 40,
            .named = {folder.path()}};
        EXPECT_EQ(walk.run(), "");
    }
}

TEST(AtomicFile, IsForItsUserAloneOrReplacesALinkWhereThatIsAsked) {
    const TemporaryFolder folder;
    const auto path = folder.write("open", "old");
    ASSERT_TRUE(writeFile(path, {}, kPrivateFile));
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    folder.write("target", "kept");
    fs::create_symlink("target", folder / "link");
    ASSERT_TRUE(writeFile(folder / "link", {}, {.permissions = {}, .followsLinks = false}));
    EXPECT_FALSE(fs::is_symlink(folder / "link"));
    EXPECT_EQ(contentOf(folder / "target"), "kept");
}

}  // namespace
}  // namespace dsm
