// Folders, and the names in them: made, listed, renamed, removed, and kept through a power cut.
//
// Threads  Any.
// Errors   NotFound or Io with the path, the system's reason in words, and as
//          Error::systemReason.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "kernels/base/file.h"
#include "kernels/base/result.h"

namespace dsm {

enum class PathKind { Missing, File, Folder, Other };

// Past links; Missing is no error, and so is a link to nothing.
Result<PathKind> kindOf(const std::filesystem::path& path);

// With those above it. One that is there is fine; returns whether it was made.
Result<bool> makeFolders(const std::filesystem::path& folder);
// The names in it, sorted, without "." and "..".
Result<std::vector<std::string>> namesIn(const std::filesystem::path& folder);

// Takes the place of what is called `to`; the message names that.
Result<void> renamePath(const std::filesystem::path& from, const std::filesystem::path& to);
// Both change places at once. Fails where the file system cannot.
Result<void> exchangePaths(const std::filesystem::path& a, const std::filesystem::path& b);
// A file, or an empty folder. What is not there is gone already.
Result<void> removePath(const std::filesystem::path& path);
// Only an empty one goes; one that is not there is gone already.
Result<void> removeEmptyFolder(const std::filesystem::path& folder);
// With all in it; links are not followed.
Result<void> removeTree(const std::filesystem::path& path);
// The bytes of a regular file, into one that is made; nothing of it stays where that fails. Not
// flushed to the disk.
Result<void> copyFile(const std::filesystem::path& from, const std::filesystem::path& to);
Result<void> makeLink(const std::filesystem::path& target, const std::filesystem::path& link);

// Makes the names in a folder last through a power cut. A file system that cannot flush a folder is
// no error, nor is a folder that may not be read.
class FolderFlush {
  public:
    // Before the names change, so that what can fail has failed by then.
    static Result<FolderFlush> prepare(const std::filesystem::path& folder);
    Result<void> flush() const;

  private:
    explicit FolderFlush(File folder) : folder_(std::move(folder)) {}
    File folder_;  // not open: cannot be flushed
};
Result<void> syncFolder(const std::filesystem::path& folder);

// For this user.
Result<std::uint64_t> freeBytesIn(const std::filesystem::path& folder);

}  // namespace dsm
