#include "engine/format/safetensors_writer.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "engine/format/safetensors.h"
#include "engine/format/safetensors_header.h"
#include "kernels/base/check.h"

namespace dsm {
namespace {

struct Header {
    std::string bytes;  // the length and the JSON
    std::uint64_t dataBytes = 0;
};

Header makeHeader(const std::vector<TensorDeclaration>& tensors,
                  const std::map<std::string, std::string>& metadata) {
    nlohmann::ordered_json document = nlohmann::ordered_json::object();
    if (!metadata.empty()) document["__metadata__"] = metadata;
    Header header;
    std::string json = document.dump();
    json.pop_back();  // "}"; tensors are added one by one: an ordered object looks keys up in line
    std::set<std::string_view> names;
    for (const TensorDeclaration& tensor : tensors) {
        DSM_CHECK(names.insert(tensor.name).second && tensor.name != "__metadata__");
        const std::uint64_t size = tensor.sizeBytes();
        const nlohmann::ordered_json entry = {
            {"dtype", tensor.dtypeName},
            {"shape", tensor.shape},
            {"data_offsets", {header.dataBytes, header.dataBytes + size}}};
        if (json.size() > 1) json += ',';
        json += nlohmann::json(tensor.name).dump() + ":" + entry.dump();
        header.dataBytes += size;
    }
    json += '}';
    while ((kSafetensorsLengthBytes + json.size()) % kTensorBoundary != 0)
        json += ' ';
    DSM_CHECK(json.size() <= kMaximumSafetensorsHeaderBytes);
    for (int shift = 0; shift < 64; shift += 8) {
        header.bytes +=
            static_cast<char>((static_cast<std::uint64_t>(json.size()) >> shift) & 0xff);
    }
    header.bytes += json;
    return header;
}

}  // namespace

std::uint64_t TensorDeclaration::sizeBytes() const {
    const auto size = tensorBytes(dtypeName, shape);
    DSM_CHECK(size.has_value());
    return *size;
}

Result<SafetensorsWriter> SafetensorsWriter::create(
    const std::filesystem::path& path, const std::vector<TensorDeclaration>& tensors,
    const std::map<std::string, std::string>& metadata) {
    const Header header = makeHeader(tensors, metadata);
    Result<AtomicFile> file = AtomicFile::create(path);
    if (!file) return tl::unexpected(file.error());
    if (const auto written = file->write(std::as_bytes(std::span(header.bytes))); !written) {
        return tl::unexpected(written.error());
    }
    return SafetensorsWriter(std::move(*file), header.dataBytes);
}

Result<void> SafetensorsWriter::append(std::span<const std::byte> bytes) {
    DSM_CHECK(bytes.size() <= remainingBytes_);
    remainingBytes_ -= bytes.size();
    return file_.write(bytes);
}

Result<void> SafetensorsWriter::finish() {
    DSM_CHECK(remainingBytes_ == 0);
    return file_.commit();
}

}  // namespace dsm
