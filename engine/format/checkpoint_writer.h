// Writes a checkpoint folder with flat memory: one file where all fits, else shards and their
// index.
//
// The shards are planned from the list of tensors, so that the names
// model-00001-of-00007.safetensors are known from the start. The index is written last: a folder
// that was not finished has no checkpoint in it.
//
// Errors  NotFound or Io, naming the path; the folder exists and holds no checkpoint, or it is
//         refused. Appending more than was declared, or finishing with less, is the caller's bug
//         (CHECK).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/format/safetensors_writer.h"
#include "kernels/base/result.h"

namespace dsm {

// One file of a checkpoint and what it holds.
struct CheckpointShard {
    std::string fileName;
    std::vector<TensorDeclaration> tensors;
};

// "model-00002-of-00007.safetensors" for the second of seven; a single one is model.safetensors.
std::string shardFileName(std::size_t index, std::size_t count);

// Says which shard holds which tensor; the last file of a checkpoint with more than one.
Result<void> writeIndex(const std::filesystem::path& folder,
                        std::span<const CheckpointShard> shards);

class CheckpointWriter {
  public:
    static constexpr std::uint64_t kDefaultShardBytes = 5'000'000'000;

    // `tensors` is not empty. A tensor larger than `maximumShardBytes` gets a shard of its own.
    CheckpointWriter(std::filesystem::path folder, std::vector<TensorDeclaration> tensors,
                     std::uint64_t maximumShardBytes = kDefaultShardBytes);

    // The next bytes, in the declared order; a call may hold part of a tensor or several of them.
    Result<void> append(std::span<const std::byte> bytes);
    Result<void> finish();

    std::size_t shardCount() const { return shards_.size(); }

  private:
    Result<void> refuseOtherCheckpoint() const;
    Result<void> openNextShard();

    std::filesystem::path folder_;
    std::vector<CheckpointShard> shards_;
    std::size_t nextShard_ = 0;
    std::optional<SafetensorsWriter> writer_;  // of the shard before nextShard_
};

}  // namespace dsm
