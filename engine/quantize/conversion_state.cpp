#include "engine/quantize/conversion_state.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>

#include "engine/format/json_field.h"
#include "engine/format/json_file.h"
#include "engine/format/sha256.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaximumStateBytes = 256U << 20;
constexpr int kStateVersion = 1;

void add(Sha256& hash, const std::string& text) {
    hash.update(std::as_bytes(std::span(text)));
}

Result<FinishedShard> readShard(const JsonField& field) {
    FinishedShard shard;
    const auto name = field.at("file");
    const auto size = field.at("size_bytes");
    const auto hashes = field.at("sha256");
    for (const auto* part : {&name, &size, &hashes}) {
        if (!*part) return tl::unexpected(part->error());
    }
    const auto fileName = name->string();
    const auto sizeBytes = size->integer();
    if (!fileName) return tl::unexpected(fileName.error());
    if (!sizeBytes) return tl::unexpected(sizeBytes.error());
    if (fs::path(*fileName).filename() != *fileName || fileName->empty() || *fileName == "..")
        return name->expected("the name of a file");
    if (*sizeBytes < 0) return size->expected("0 or more");
    if (!hashes->value().is_object()) return hashes->expected("an object");
    shard.fileName = *fileName;
    shard.sizeBytes = static_cast<std::uint64_t>(*sizeBytes);
    for (const auto& [tensor, hash] : hashes->value().items()) {
        if (!hash.is_string()) return hashes->expected("texts");
        shard.sourceHashes.emplace(tensor, hash.get<std::string>());
    }
    return shard;
}

}  // namespace

Result<std::string> sourceIdentity(const fs::path& source, const std::string& choices) {
    std::vector<fs::path> files;
    const auto names = namesIn(source);
    if (!names) return tl::unexpected(names.error());
    for (const std::string& name : *names) {
        if (name.ends_with(".safetensors") || name == kConfigFileName)
            files.push_back(source / name);
    }
    std::error_code error;
    Sha256 hash;
    add(hash, choices + "\n");
    for (const fs::path& path : files) {
        const auto size = fs::file_size(path, error);
        const auto time = fs::last_write_time(path, error).time_since_epoch();
        if (error) {
            return failure(ErrorCode::Io, ReasonCode::ConversionCannotRead,
                           {path.string(), error.message()});
        }
        add(hash, path.filename().string() + " " + std::to_string(size) + " " +
                      std::to_string(time.count()) + "\n");
    }
    return hash.finish();
}

std::string hashOfSource(const std::vector<TensorSpec>& table,
                         const std::map<std::string, std::string>& hashes) {
    Sha256 hash;
    for (const TensorSpec& spec : table)
        add(hash, spec.name + " " + hashes.at(spec.name) + "\n");
    return hash.finish();
}

Result<ConversionState> readState(const fs::path& folder) {
    const fs::path path = folder / kConversionFileName;
    const Result<nlohmann::json> document = readJson(path, kMaximumStateBytes);
    if (!document) return tl::unexpected(document.error());
    const JsonField root(*document, path.string());
    const auto version = root.at("version");
    if (!version) return tl::unexpected(version.error());
    if (version->value() != kStateVersion)
        return version->unsupported(ReasonCode::ConversionVersion);
    ConversionState state;
    for (auto [key, member] : {std::pair("preset", &ConversionState::preset),
                               std::pair("source", &ConversionState::source),
                               std::pair("source_sha256", &ConversionState::sourceSha256)}) {
        const auto field = root.at(key);
        if (!field) return tl::unexpected(field.error());
        const auto text = field->string();
        if (!text) return tl::unexpected(text.error());
        state.*member = *text;
    }
    const auto list = root.at("shards");
    if (!list) return tl::unexpected(list.error());
    const auto shards = list->elements();
    if (!shards) return tl::unexpected(shards.error());
    for (const JsonField& field : *shards) {
        Result<FinishedShard> shard = readShard(field);
        if (!shard) return tl::unexpected(shard.error());
        state.shards.push_back(std::move(*shard));
    }
    return state;
}

Result<void> writeState(const fs::path& folder, const ConversionState& state) {
    nlohmann::ordered_json document = {{"version", kStateVersion},
                                       {"preset", state.preset},
                                       {"source", state.source},
                                       {"source_sha256", state.sourceSha256}};
    auto& shards = document["shards"] = nlohmann::ordered_json::array();
    for (const FinishedShard& shard : state.shards) {
        shards.push_back({{"file", shard.fileName},
                          {"size_bytes", shard.sizeBytes},
                          {"sha256", shard.sourceHashes}});
    }
    const std::string text = document.dump(1) + "\n";
    return writeFile(folder / kConversionFileName, std::as_bytes(std::span(text)));
}

}  // namespace dsm
