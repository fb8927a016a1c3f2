#include "engine/format/safetensors.h"

#include <new>
#include <utility>

#include "engine/format/model_file.h"
#include "engine/format/safetensors_header.h"
#include "kernels/base/check.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

std::uint64_t readLength(std::span<const std::byte> bytes) {
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < kSafetensorsLengthBytes; ++i) {
        length |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    }
    return length;
}

}  // namespace

Result<SafetensorsFile> SafetensorsFile::parse(std::span<const std::byte> bytes,
                                               const std::string& name) {
    if (auto placeholder = placeholderIn(bytes, name); placeholder) {
        return tl::unexpected(std::move(*placeholder));
    }
    if (bytes.size() < kSafetensorsLengthBytes) {
        return failure(ErrorCode::Malformed, ReasonCode::ModelFileIncomplete,
                       {name, std::to_string(bytes.size())});
    }
    const std::uint64_t length = readLength(bytes);
    if (length > kMaximumSafetensorsHeaderBytes) {
        return failure(ErrorCode::Malformed, ReasonCode::ModelFileNone,
                       {name, std::to_string(length)});
    }
    const std::span<const std::byte> rest = bytes.subspan(kSafetensorsLengthBytes);
    if (length > rest.size()) {
        return failure(ErrorCode::Malformed, ReasonCode::ModelFileCut,
                       {name, std::to_string(length)});
    }
    const auto headerBytes = static_cast<std::size_t>(length);
    try {
        SafetensorsFile file;
        file.name_ = name;
        file.data_ = rest.subspan(headerBytes);
        auto header = parseSafetensorsHeader(
            {reinterpret_cast<const char*>(rest.data()), headerBytes}, file.data_.size(), name);
        if (!header) return tl::unexpected(header.error());
        file.tensors_ = std::move(header->tensors);
        file.metadata_ = std::move(header->metadata);
        file.index_.reserve(file.tensors_.size());
        for (std::size_t i = 0; i < file.tensors_.size(); ++i) {
            file.index_.emplace(file.tensors_[i].name, i);
        }
        return file;
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryToRead, {name});
    }
}

Result<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path) {
    Result<MappedFile> mapping = MappedFile::open(path);
    if (!mapping) return tl::unexpected(mapping.error());
    Result<SafetensorsFile> file = parse(mapping->bytes(), path.string());
    // The views stay good: a mapping keeps its address where it is moved to.
    if (file) file->mapping_ = std::move(*mapping);
    if (file && file->isChanged()) return tl::unexpected(fileWasChanged(path));
    return file;
}

const TensorInfo* SafetensorsFile::find(std::string_view name) const {
    const auto found = index_.find(name);
    return found == index_.end() ? nullptr : &tensors_[found->second];
}

std::span<const std::byte> SafetensorsFile::bytes(const TensorInfo& info) const {
    DSM_CHECK(info.begin <= info.end && info.end <= data_.size());
    return data_.subspan(static_cast<std::size_t>(info.begin),
                         static_cast<std::size_t>(info.sizeBytes()));
}

}  // namespace dsm
