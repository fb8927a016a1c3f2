// Checkpoint: the tensors of a model folder, in one safetensors file or in shards.
//
// A folder holds model.safetensors, or model.safetensors.index.json, whose "weight_map" says which
// file of the same folder holds which tensor. Where both are there, the single file counts, as in
// the transformers library.
//
// Ownership Owns the mapped files; what find() returns lives as long as the checkpoint, also where
//           it is moved to.
// Threads   Immutable.
// Errors    NotFound: no checkpoint, a missing shard, a tensor missing from its shard. Malformed:
//           the index or a shard breaks its format, a tensor is in two shards, a shard's name
//           leaves the folder. Io, OutOfMemory. Messages name the file and the tensor.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/format/safetensors.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::string_view kSingleFileName = "model.safetensors";
inline constexpr std::string_view kIndexFileName = "model.safetensors.index.json";

class Checkpoint {
  public:
    struct Found {
        const SafetensorsFile* file;
        const TensorInfo* info;
    };

    static Result<Checkpoint> open(const std::filesystem::path& folder);

    std::optional<Found> find(std::string_view name) const;
    std::vector<std::string> names() const;  // sorted
    std::size_t fileCount() const { return files_.size(); }
    std::uint64_t totalBytes() const { return totalBytes_; }  // of the tensors
    // What to say where a file was written or became shorter since it was opened: then some bytes of
    // its tensors are not those that were loaded.
    std::optional<Error> changedFile() const;
    // The file that lists the tensors, for messages: the index or the single file.
    const std::string& listName() const { return listName_; }

  private:
    struct Place {
        std::size_t file;
        std::size_t tensor;
    };

    Checkpoint() = default;

    Result<void> addFile(const std::filesystem::path& path);
    Result<void> addShards(const std::filesystem::path& folder);

    std::string listName_;
    std::vector<SafetensorsFile> files_;                  // fixed once open
    std::unordered_map<std::string_view, Place> places_;  // keys lie in files_
    std::uint64_t totalBytes_ = 0;
};

}  // namespace dsm
