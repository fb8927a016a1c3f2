// safetensors: named tensors in one file, read in place.
//
//   u64 little-endian N | N bytes of JSON | tensor bytes, back to back, to the end of the file
//   JSON: {"name": {"dtype": "BF16", "shape": [64, 2048], "data_offsets": [begin, end]}, ...,
//          "__metadata__": {"key": "value", ...}}         offsets count from the first tensor byte
//
// Every tensor byte belongs to exactly one tensor: overlaps, holes, and data before or after are
// refused, and so is a size that is not shape x dtype. A file that opens can be read everywhere.
//
// Source    https://github.com/huggingface/safetensors, with its limit of 100,000,000 header bytes.
// Ownership open() owns the mapping; parse() borrows `bytes`. Views and tensors() live as long as
//           the file object, also where it is moved to.
// Threads   Immutable.
// Errors    NotFound, Io (reading); Malformed, naming the file and the tensor; OutOfMemory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/format/tensor_info.h"
#include "kernels/base/mapped_file.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::uint64_t kMaximumSafetensorsHeaderBytes = 100'000'000;

class SafetensorsFile {
  public:
    static Result<SafetensorsFile> open(const std::filesystem::path& path);
    // The same for bytes in memory; `name` is what messages call them.
    static Result<SafetensorsFile> parse(std::span<const std::byte> bytes, const std::string& name);

    const std::string& name() const { return name_; }                    // the path of open()
    const std::vector<TensorInfo>& tensors() const { return tensors_; }  // in order of their bytes
    // nullptr where there is none of that name.
    const TensorInfo* find(std::string_view name) const;
    // `info` is one of tensors().
    std::span<const std::byte> bytes(const TensorInfo& info) const;
    const std::map<std::string, std::string>& metadata() const { return metadata_; }
    // Whether the file was written or became shorter since open(): then some bytes are others.
    bool isChanged() const { return mapping_.isChanged(); }

  private:
    SafetensorsFile() = default;

    MappedFile mapping_;
    std::string name_;
    std::span<const std::byte> data_;
    std::vector<TensorInfo> tensors_;
    std::unordered_map<std::string_view, std::size_t> index_;  // keys lie in tensors_
    std::map<std::string, std::string> metadata_;
};

}  // namespace dsm
