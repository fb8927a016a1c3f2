#include "engine/format/checkpoint_writer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "engine/format/checkpoint.h"
#include "kernels/base/check.h"
#include "kernels/base/folder.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

std::string fiveDigits(std::size_t number) {
    const std::string digits = std::to_string(number);
    return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

}  // namespace

std::string shardFileName(std::size_t index, std::size_t count) {
    if (count == 1) return std::string(kSingleFileName);
    return "model-" + fiveDigits(index + 1) + "-of-" + fiveDigits(count) + ".safetensors";
}

CheckpointWriter::CheckpointWriter(std::filesystem::path folder,
                                   std::vector<TensorDeclaration> tensors,
                                   std::uint64_t maximumShardBytes)
    : folder_(std::move(folder)), shards_(1) {
    DSM_CHECK(!tensors.empty());
    std::uint64_t shardBytes = 0;
    for (TensorDeclaration& tensor : tensors) {
        const std::uint64_t size = tensor.sizeBytes();
        if (!shards_.back().tensors.empty() && shardBytes + size > maximumShardBytes) {
            shards_.emplace_back();
            shardBytes = 0;
        }
        shardBytes += size;
        shards_.back().tensors.push_back(std::move(tensor));
    }
    for (std::size_t i = 0; i < shards_.size(); ++i)
        shards_[i].fileName = shardFileName(i, shards_.size());
}

Result<void> CheckpointWriter::refuseOtherCheckpoint() const {
    for (const std::string_view name : {kSingleFileName, kIndexFileName}) {
        const auto kind = kindOf(folder_ / name);
        if (!kind) return tl::unexpected(kind.error());
        if (*kind != PathKind::Missing) {
            return failure(ErrorCode::Io, ReasonCode::FileThere, {(folder_ / name).string()});
        }
    }
    return {};
}

Result<void> CheckpointWriter::openNextShard() {
    DSM_CHECK(nextShard_ < shards_.size());
    if (nextShard_ == 0) {
        if (auto free = refuseOtherCheckpoint(); !free) return free;
    } else if (auto finished = writer_->finish(); !finished) {
        return finished;
    }
    const CheckpointShard& shard = shards_[nextShard_];
    Result<SafetensorsWriter> opened =
        SafetensorsWriter::create(folder_ / shard.fileName, shard.tensors);
    if (!opened) return tl::unexpected(opened.error());
    writer_ = std::move(*opened);
    ++nextShard_;
    return {};
}

Result<void> CheckpointWriter::append(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        if (!writer_ || writer_->remainingBytes() == 0) {
            if (auto opened = openNextShard(); !opened) return opened;
        }
        const std::uint64_t taken =
            std::min<std::uint64_t>(writer_->remainingBytes(), bytes.size());
        const auto part = bytes.first(static_cast<std::size_t>(taken));
        if (auto written = writer_->append(part); !written) return written;
        bytes = bytes.subspan(part.size());
    }
    return {};
}

Result<void> CheckpointWriter::finish() {
    // Shards of empty tensors get no bytes that would open them.
    while (nextShard_ < shards_.size()) {
        if (auto opened = openNextShard(); !opened) return opened;
    }
    if (auto finished = writer_->finish(); !finished) return finished;
    if (shards_.size() == 1) return {};
    return writeIndex(folder_, shards_);
}

Result<void> writeIndex(const std::filesystem::path& folder,
                        std::span<const CheckpointShard> shards) {
    std::uint64_t totalBytes = 0;
    nlohmann::json map = nlohmann::json::object();
    for (const CheckpointShard& shard : shards) {
        for (const TensorDeclaration& tensor : shard.tensors) {
            totalBytes += tensor.sizeBytes();
            map[tensor.name] = shard.fileName;
        }
    }
    const nlohmann::json index = {{"metadata", {{"total_size", totalBytes}}},
                                  {"weight_map", std::move(map)}};
    const std::string text = index.dump(2) + "\n";
    return writeFile(folder / kIndexFileName, std::as_bytes(std::span(text)));
}

}  // namespace dsm
