#include "engine/format/safetensors_header.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "engine/format/json_file.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr std::size_t kMaximumDimensions = 16;

class HeaderReader {
  public:
    HeaderReader(std::uint64_t dataBytes, const std::string& file)
        : dataBytes_(dataBytes), file_(file) {}

    Result<SafetensorsHeader> read(const json& document);

  private:
    tl::unexpected<Error> malformed(const Reason& problem) const {
        return placed({ReasonCode::AtFile, {file_}}, problem);
    }
    tl::unexpected<Error> malformed(const std::string& tensor, const Reason& problem) const {
        return placed({ReasonCode::HeaderAtTensor, {file_, tensor}}, problem);
    }
    static tl::unexpected<Error> placed(Reason reason, const Reason& problem) {
        reason.add(problem);
        return failure(ErrorCode::Malformed, reason);
    }

    Result<void> readMetadata(const json& value);
    Result<TensorInfo> readTensor(const std::string& name, const json& entry) const;
    Result<void> readShape(const json& value, TensorInfo& info) const;
    Result<void> readOffsets(const json& value, TensorInfo& info) const;
    Result<void> checkCoverage() const;

    std::uint64_t dataBytes_;
    const std::string& file_;
    SafetensorsHeader header_;
};

// Whole and not negative; the library keeps such numbers as unsigned.
bool isCount(const json& value, std::uint64_t maximum) {
    return value.is_number_unsigned() && value.get<std::uint64_t>() <= maximum;
}

Result<SafetensorsHeader> HeaderReader::read(const json& document) {
    if (!document.is_object()) return malformed(ReasonCode::HeaderNoObject);
    header_.tensors.reserve(document.size());
    for (const auto& [name, entry] : document.items()) {
        if (name == "__metadata__") {
            if (const auto read = readMetadata(entry); !read) return tl::unexpected(read.error());
            continue;
        }
        Result<TensorInfo> info = readTensor(name, entry);
        if (!info) return tl::unexpected(info.error());
        header_.tensors.push_back(std::move(*info));
    }
    // By name too, so that empty tensors, which share a place, have an order.
    std::sort(header_.tensors.begin(), header_.tensors.end(),
              [](const TensorInfo& a, const TensorInfo& b) {
                  return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
              });
    if (const auto covered = checkCoverage(); !covered) return tl::unexpected(covered.error());
    return std::move(header_);
}

Result<void> HeaderReader::readMetadata(const json& value) {
    if (!value.is_object()) return malformed(ReasonCode::HeaderNoteNoObject);
    for (const auto& [key, text] : value.items()) {
        if (!text.is_string()) return malformed({ReasonCode::HeaderNoteNoText, {key}});
        header_.metadata.emplace(key, text.get<std::string>());
    }
    return {};
}

Result<TensorInfo> HeaderReader::readTensor(const std::string& name, const json& entry) const {
    if (!entry.is_object()) return malformed(name, ReasonCode::EntryNoObject);
    TensorInfo info;
    info.name = name;
    for (const char* key : {"dtype", "shape", "data_offsets"}) {
        if (!entry.contains(key)) return malformed(name, {ReasonCode::EntryKeyMissing, {key}});
    }
    for (const auto& [key, value] : entry.items()) {
        Result<void> read;
        if (key == "dtype") {
            if (!value.is_string() || !dtypeBits(value.get_ref<const std::string&>())) {
                return malformed(name, {ReasonCode::EntryTypeUnknown, {shown(value)}});
            }
            info.dtypeName = value.get<std::string>();
        } else if (key == "shape") {
            read = readShape(value, info);
        } else if (key == "data_offsets") {
            read = readOffsets(value, info);
        } else {
            return malformed(name, {ReasonCode::EntryKeyUnknown, {key}});
        }
        if (!read) return tl::unexpected(read.error());
    }
    const auto expected = tensorBytes(info.dtypeName, info.shape);
    if (!expected) return malformed(name, ReasonCode::EntryImpossible);
    if (info.sizeBytes() != *expected) {
        return malformed(name, {ReasonCode::EntryBytesDiffer,
                                {std::to_string(*expected), std::to_string(info.sizeBytes())}});
    }
    return info;
}

Result<void> HeaderReader::readShape(const json& value, TensorInfo& info) const {
    if (!value.is_array() || value.size() > kMaximumDimensions) {
        return malformed(info.name,
                         {ReasonCode::EntryShapeNoList, {std::to_string(kMaximumDimensions)}});
    }
    for (const json& extent : value) {
        if (!isCount(extent, std::numeric_limits<std::int64_t>::max())) {
            return malformed(info.name, {ReasonCode::EntryShapeHolds, {shown(extent)}});
        }
        info.shape.push_back(extent.get<std::int64_t>());
    }
    return {};
}

Result<void> HeaderReader::readOffsets(const json& value, TensorInfo& info) const {
    constexpr auto kMaximum = std::numeric_limits<std::uint64_t>::max();
    if (!value.is_array() || value.size() != 2 || !isCount(value[0], kMaximum) ||
        !isCount(value[1], kMaximum)) {
        return malformed(info.name, ReasonCode::EntryOffsetsNoPair);
    }
    info.begin = value[0].get<std::uint64_t>();
    info.end = value[1].get<std::uint64_t>();
    if (info.end < info.begin) return malformed(info.name, ReasonCode::EntryOffsetsTurned);
    return {};
}

Result<void> HeaderReader::checkCoverage() const {
    std::uint64_t covered = 0;
    for (const TensorInfo& info : header_.tensors) {
        if (info.begin < covered) return malformed(info.name, ReasonCode::EntryOverlaps);
        if (info.begin > covered) {
            return malformed(
                info.name, {ReasonCode::EntryBytesBefore, {std::to_string(info.begin - covered)}});
        }
        if (info.end > dataBytes_) {
            return failure(ErrorCode::Malformed, ReasonCode::ModelFileEndsEarly,
                           {file_, info.name, std::to_string(info.end - dataBytes_)});
        }
        covered = info.end;
    }
    if (covered != dataBytes_) {
        return malformed({ReasonCode::HeaderBytesOfNone, {std::to_string(dataBytes_ - covered)}});
    }
    return {};
}

}  // namespace

Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, std::uint64_t dataBytes,
                                                 const std::string& file) {
    const auto document = parseJson(json, file + " (header)");
    if (!document) return tl::unexpected(document.error());
    return HeaderReader(dataBytes, file).read(*document);
}

}  // namespace dsm
