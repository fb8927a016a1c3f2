// Writes a safetensors file with flat memory: all tensors are declared first, then their bytes
// follow in that order. Spaces at the end of the header put the first tensor on a boundary of
// kTensorBoundary bytes, and so every tensor as long as the sizes before it are multiples of that.
//
// The file appears under its name only when it is whole (atomic_file.h); without finish() nothing
// is left behind.
//
// Ownership Owns the file that is written.
// Threads   One at a time.
// Errors    Io, naming the path and the system's reason. Appending more than was declared, or
//           finishing with less, is the caller's bug (CHECK), and so is a repeated name or an unknown
//           dtype.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "kernels/base/atomic_file.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::uint64_t kTensorBoundary = 64;  // a cache line

struct TensorDeclaration {
    std::string name;
    std::string dtypeName;  // as in the file: "BF16"
    std::vector<std::int64_t> shape;

    std::uint64_t sizeBytes() const;  // shape x dtype, which must be possible (CHECK)
};

class SafetensorsWriter {
  public:
    static Result<SafetensorsWriter> create(const std::filesystem::path& path,
                                            const std::vector<TensorDeclaration>& tensors,
                                            const std::map<std::string, std::string>& metadata = {
                                                {"format", "pt"}});

    // The next bytes; a call may hold part of a tensor or several of them.
    Result<void> append(std::span<const std::byte> bytes);
    // Bytes declared and not yet appended.
    std::uint64_t remainingBytes() const { return remainingBytes_; }
    Result<void> finish();

  private:
    SafetensorsWriter(AtomicFile file, std::uint64_t bytes)
        : file_(std::move(file)), remainingBytes_(bytes) {}

    AtomicFile file_;
    std::uint64_t remainingBytes_;
};

}  // namespace dsm
