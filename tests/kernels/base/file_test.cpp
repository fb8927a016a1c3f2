#include "kernels/base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "kernels/base/folder.h"
#include "tests/support/fault_walk.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

std::span<const std::byte> bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text));
}

TEST(File, ReadsAndWritesAtAnyPlace) {
    const TemporaryFolder folder;
    auto file = File::open(folder / "a", O_RDWR | O_CREAT);
    ASSERT_TRUE(file.has_value());
    ASSERT_TRUE(file->writeAt(4, bytesOf("world")));
    ASSERT_TRUE(file->write(bytesOf("new ")));
    EXPECT_EQ(contentOf(folder / "a"), "new world");
    std::string text(20, '.');
    EXPECT_EQ(file->readAt(4, std::as_writable_bytes(std::span(text))).value(), 5U);
    EXPECT_EQ(text.substr(0, 5), "world");
    EXPECT_EQ(file->sizeBytes().value(), 9U);
    ASSERT_TRUE(file->truncate(3));
    EXPECT_EQ(contentOf(folder / "a"), "new");
}

TEST(File, IsHeldByOneAtATime) {
    const TemporaryFolder folder;
    auto first = File::open(folder / "lock", O_RDWR | O_CREAT);
    auto second = File::open(folder / "lock", O_RDWR | O_CREAT);
    EXPECT_TRUE(first->tryLock().value());
    EXPECT_FALSE(second->tryLock().value());
    ASSERT_TRUE(first->close());
    EXPECT_TRUE(second->tryLock().value());
}

TEST(File, SaysWhyItCannotBeOpened) {
    const TemporaryFolder folder;
    const auto missing = File::open(folder / "none/a", O_RDONLY);
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_EQ(missing.error().systemReason, ENOENT);
    EXPECT_EQ(missing.error().message,
              "Cannot read " + (folder / "none/a").string() + ": No such file or directory.");
}

TEST(File, RefusesWhatIsNoFileWithoutWaiting) {
    const TemporaryFolder folder;
    ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
    for (const fs::path& path : {folder / "fifo", folder.path(), fs::path("/dev/zero")}) {
        const auto file = File::openRegular(path);
        ASSERT_FALSE(file.has_value()) << path;
        EXPECT_NE(file.error().message.find("where a file is expected"), std::string::npos);
    }
}

// Everything there is, in one operation.
Result<void> makeTree(const fs::path& root) {
    const fs::path inner = root / "one/two";
    if (auto made = makeFolders(inner); !made) return tl::unexpected(made.error());
    auto file = File::open(inner / "file", O_RDWR | O_CREAT | O_TRUNC);
    if (!file) return tl::unexpected(file.error());
    const auto isOurs = file->tryLock();
    if (!isOurs) return tl::unexpected(isOurs.error());
    const std::string text(1000, 'x');
    Result<void> done = file->write(bytesOf(text));
    if (done) done = file->writeAt(1000, bytesOf(text));
    if (done) done = file->truncate(1500);
    if (done) done = file->syncData();
    if (done) done = file->close();
    if (done) done = makeLink("file", inner / "link");
    if (done) done = renamePath(inner / "link", inner / "other");
    if (done) done = syncFolder(inner);
    return done;
}

TEST(File, AndItsFolderFailAtEveryCallWithoutALeak) {
    const TemporaryFolder folder(test::placeForWalks());
    const fs::path root = folder / "root";
    const test::FaultWalk walk{
        .prepare = [&] { ASSERT_TRUE(removeTree(root)); },
        .operation = [&]() -> std::optional<std::string> {
            static_cast<void>(removePath(root / "one/two/link"));
            return test::messageOf(makeTree(root));
        },
        .check = [&](bool hasFailed) -> std::string {
            if (hasFailed) return {};
            return contentOf(root / "one/two/other") == std::string(1500, 'x') ? "" : "not whole";
        },
        .leastCalls = 60,
        .named = {root}};
    EXPECT_EQ(walk.run(), "");
}

TEST(Folder, IsRemovedWithAllInItOrSaysWhatIsLeft) {
    const TemporaryFolder folder(test::placeForWalks());
    const fs::path root = folder / "root";
    folder.write("kept", "outside");
    const test::FaultWalk walk{.prepare =
                                   [&] {
                                       ASSERT_TRUE(makeTree(root));
                                       static_cast<void>(makeLink(folder.path(), root / "out"));
                                   },
                               .operation = [&] { return test::messageOf(removeTree(root)); },
                               .check = [&](bool hasFailed) -> std::string {
                                   if (contentOf(folder / "kept") != "outside")
                                       return "followed a link";
                                   return hasFailed || !fs::exists(root) ? "" : "not removed";
                               },
                               .leastCalls = 20,
                               .named = {root}};
    EXPECT_EQ(walk.run(), "");
}

TEST(Folder, SaysWhatKindAPathIs) {
    const TemporaryFolder folder;
    folder.write("file", "x");
    EXPECT_EQ(kindOf(folder / "file").value(), PathKind::File);
    EXPECT_EQ(kindOf(folder.path()).value(), PathKind::Folder);
    EXPECT_EQ(kindOf("/dev/null").value(), PathKind::Other);
    EXPECT_EQ(kindOf(folder / "none").value(), PathKind::Missing);
    EXPECT_EQ(kindOf(folder / "file/none").value(), PathKind::Missing);
}

TEST(Folder, IsMadeWithThoseAboveItUnlessAFileIsInTheWay) {
    const TemporaryFolder folder;
    EXPECT_TRUE(makeFolders(folder / "a/b/c/").value());
    EXPECT_FALSE(makeFolders(folder / "a/b/c").value());  // was there
    folder.write("file", "x");
    for (const char* path : {"file", "file/a", "file/a/b"}) {
        const auto made = makeFolders(folder / path);
        ASSERT_FALSE(made.has_value()) << path;
        EXPECT_NE(made.error().message.find((folder / "file").string()), std::string::npos);
    }
}

TEST(SystemFault, ComesOnceOrForEverToTheCallsItCanMeet) {
    const TemporaryFolder folder;
    auto file = File::open(folder / "a", O_RDWR | O_CREAT);
    std::byte byte{};
    armSystemFault(SystemFault::NoSpace, 2);
    EXPECT_TRUE(file->writeAt(0, std::span(&byte, 1)));
    EXPECT_TRUE(file->readAt(0, std::span(&byte, 1)));  // takes no room
    EXPECT_FALSE(file->writeAt(0, std::span(&byte, 1)));
    EXPECT_TRUE(file->writeAt(0, std::span(&byte, 1)));
    EXPECT_TRUE(disarmSystemFault());
    armSystemFault(SystemFault::NoSpace, 1, FaultLasts::ForEver);
    EXPECT_FALSE(file->writeAt(0, std::span(&byte, 1)));
    EXPECT_FALSE(file->sync());
    EXPECT_TRUE(disarmSystemFault());
    armSystemFault(SystemFault::NoDescriptors, 1);
    EXPECT_TRUE(file->writeAt(0, std::span(&byte, 1)));
    EXPECT_FALSE(disarmSystemFault());  // nothing was opened
}

}  // namespace
}  // namespace dsm
