#include "engine/format/safetensors.h"

#include <array>
#include <limits>
#include <new>
#include <utility>

#include "engine/format/model_file.h"
#include "engine/format/safetensors_header.h"
#include "kernels/base/check.h"

namespace dsm {
namespace {

constexpr std::size_t kLengthBytes = 8;

struct DtypeSize {
    std::string_view name;
    std::uint64_t bits;
};

constexpr std::array kDtypes{
    DtypeSize{"BOOL", 8},    DtypeSize{"U8", 8},      DtypeSize{"I8", 8},
    DtypeSize{"U16", 16},    DtypeSize{"I16", 16},    DtypeSize{"U32", 32},
    DtypeSize{"I32", 32},    DtypeSize{"U64", 64},    DtypeSize{"I64", 64},
    DtypeSize{"F4", 4},      DtypeSize{"F6_E2M3", 6}, DtypeSize{"F6_E3M2", 6},
    DtypeSize{"F8_E4M3", 8}, DtypeSize{"F8_E5M2", 8}, DtypeSize{"F8_E8M0", 8},
    DtypeSize{"F16", 16},    DtypeSize{"BF16", 16},   DtypeSize{"F32", 32},
    DtypeSize{"F64", 64},    DtypeSize{"C64", 64},
};

std::uint64_t readLength(std::span<const std::byte> bytes) {
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
        length |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    }
    return length;
}

}  // namespace

std::optional<std::uint64_t> dtypeBits(std::string_view dtypeName) {
    for (const DtypeSize& dtype : kDtypes) {
        if (dtype.name == dtypeName) return dtype.bits;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> tensorBytes(std::string_view dtypeName,
                                         std::span<const std::int64_t> shape) {
    const auto bits = dtypeBits(dtypeName);
    if (!bits) return std::nullopt;
    // Also the product without the zeros must fit, whatever their place in the shape.
    std::uint64_t product = *bits;
    bool isEmpty = false;
    for (const std::int64_t extent : shape) {
        if (extent < 0) return std::nullopt;
        if (extent == 0) {
            isEmpty = true;
            continue;
        }
        const auto factor = static_cast<std::uint64_t>(extent);
        if (product > std::numeric_limits<std::uint64_t>::max() / factor) return std::nullopt;
        product *= factor;
    }
    if (isEmpty) return 0;
    if (product % 8 != 0) return std::nullopt;
    return product / 8;
}

Result<SafetensorsFile> SafetensorsFile::parse(std::span<const std::byte> bytes,
                                               const std::string& name) {
    if (auto placeholder = placeholderIn(bytes, name); placeholder) {
        return tl::unexpected(std::move(*placeholder));
    }
    if (bytes.size() < kLengthBytes) {
        return failure(ErrorCode::Malformed,
                       name + " has " + std::to_string(bytes.size()) +
                           " bytes, too few for a safetensors file; it is incomplete.");
    }
    const std::uint64_t length = readLength(bytes);
    if (length > kMaximumSafetensorsHeaderBytes) {
        return failure(ErrorCode::Malformed,
                       name + ": the header claims " + std::to_string(length) +
                           " bytes, more than the format allows; this is no safetensors file.");
    }
    const std::span<const std::byte> rest = bytes.subspan(kLengthBytes);
    if (length > rest.size()) {
        return failure(ErrorCode::Malformed,
                       name + ": the header of " + std::to_string(length) +
                           " bytes ends after the file, which is incomplete.");
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
        return failure(ErrorCode::OutOfMemory, "Not enough memory to read " + name + ".");
    }
}

Result<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path) {
    Result<MappedFile> mapping = MappedFile::open(path);
    if (!mapping) return tl::unexpected(mapping.error());
    Result<SafetensorsFile> file = parse(mapping->bytes(), path.string());
    // The views stay good: a mapping keeps its address where it is moved to.
    if (file) file->mapping_ = std::move(*mapping);
    if (file && file->isCut()) return tl::unexpected(fileWasCut(path));
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
