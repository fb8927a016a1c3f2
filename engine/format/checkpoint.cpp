#include "engine/format/checkpoint.h"

#include <algorithm>
#include <map>
#include <new>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>

#include "engine/format/foreign_weights.h"
#include "engine/format/json_file.h"
#include "kernels/base/folder.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

constexpr std::size_t kMaximumIndexBytes = 64U << 20;
constexpr std::size_t kMaximumShards = 4096;

// The name of a file in the folder of the index, and of nothing else.
bool isShardName(std::string_view name) {
    return name.size() <= 255 && name.ends_with(".safetensors") && !name.starts_with('.') &&
           std::none_of(name.begin(), name.end(), [](char c) {
               return c == '/' || c == '\\' || c == ':' || static_cast<unsigned char>(c) < 0x20;
           });
}

using WeightMap = std::map<std::string, std::string>;  // tensor -> file

Result<WeightMap> readIndex(const std::filesystem::path& path) {
    const auto malformed = [&](const Reason& problem) {
        Reason reason(ReasonCode::AtFile, {path.string()});
        reason.add(problem);
        return failure(ErrorCode::Malformed, reason);
    };
    const Result<nlohmann::json> document = readJson(path, kMaximumIndexBytes);
    if (!document) return tl::unexpected(document.error());
    if (!document->is_object() || !document->contains("weight_map")) {
        return malformed(ReasonCode::IndexNoMap);
    }
    const nlohmann::json& map = document->at("weight_map");
    if (!map.is_object() || map.empty()) {
        return malformed(ReasonCode::IndexMapNoList);
    }
    WeightMap files;
    for (const auto& [tensor, file] : map.items()) {
        if (!file.is_string() || !isShardName(file.get_ref<const std::string&>())) {
            return malformed({ReasonCode::IndexNoFileName, {tensor, shown(file)}});
        }
        files.emplace(tensor, file.get<std::string>());
    }
    return files;
}

Reason joined(Reason first, const Reason& second) {
    first.add(second);
    return first;
}

// Names some of those that are not there, not just the first: whoever fetches them wants to know.
Result<void> requireShards(const std::filesystem::path& folder,
                           const std::set<std::string>& shards) {
    constexpr std::size_t kMostNamed = 3;
    std::size_t missing = 0;
    std::string named;
    for (const std::string& shard : shards) {
        const auto kind = kindOf(folder / shard);
        if (!kind || *kind != PathKind::Missing) continue;
        if (++missing <= kMostNamed) named += (named.empty() ? "" : ", ") + shard;
    }
    if (missing == 0) return {};
    return failure(ErrorCode::NotFound,
                   joined({ReasonCode::ModelFilesMissing,
                           {(folder / kIndexFileName).string(), std::to_string(shards.size()),
                            std::to_string(missing), named + (missing > kMostNamed ? ", .." : "")}},
                          missing == shards.size() ? foreignWeightsIn(folder) : Reason()));
}

}  // namespace

Result<void> Checkpoint::addFile(const std::filesystem::path& path) {
    Result<SafetensorsFile> opened = SafetensorsFile::open(path);
    if (!opened) return tl::unexpected(opened.error());
    files_.push_back(std::move(*opened));
    const SafetensorsFile& file = files_.back();
    for (std::size_t i = 0; i < file.tensors().size(); ++i) {
        const TensorInfo& info = file.tensors()[i];
        const auto [place, isNew] = places_.emplace(info.name, Place{files_.size() - 1, i});
        if (!isNew) {
            return failure(ErrorCode::Malformed, ReasonCode::TensorInTwoFiles,
                           {info.name, files_[place->second.file].name(), file.name()});
        }
        totalBytes_ += info.sizeBytes();
    }
    return {};
}

Result<void> Checkpoint::addShards(const std::filesystem::path& folder) {
    const Result<WeightMap> weights = readIndex(folder / kIndexFileName);
    if (!weights) return tl::unexpected(weights.error());
    std::set<std::string> shards;
    for (const auto& [tensor, file] : *weights)
        shards.insert(file);
    if (shards.size() > kMaximumShards) {
        Reason reason(ReasonCode::AtFile, {listName_});
        reason.add(ReasonCode::IndexTooManyFiles, {std::to_string(shards.size())});
        return failure(ErrorCode::Malformed, reason);
    }
    if (auto missing = requireShards(folder, shards); !missing) return missing;
    for (const std::string& shard : shards) {
        if (auto added = addFile(folder / shard); !added) return added;
    }
    for (const auto& [tensor, file] : *weights) {
        const auto found = find(tensor);
        if (!found || found->file->name() != (folder / file).string()) {
            return failure(ErrorCode::NotFound, ReasonCode::TensorNotInFile,
                           {listName_, tensor, file});
        }
    }
    return {};
}

Result<Checkpoint> Checkpoint::open(const std::filesystem::path& folder) {
    Checkpoint checkpoint;
    const std::filesystem::path single = folder / kSingleFileName;
    const std::filesystem::path index = folder / kIndexFileName;
    const auto ofSingle = kindOf(single);
    const auto ofIndex = kindOf(index);
    for (const auto& kind : {ofSingle, ofIndex}) {
        if (!kind) return tl::unexpected(kind.error());
    }
    const bool isSingle = *ofSingle != PathKind::Missing;
    if (!isSingle && *ofIndex == PathKind::Missing) {
        return failure(
            ErrorCode::NotFound,
            joined({ReasonCode::ModelNotThere,
                    {folder.string(), std::string(kSingleFileName), std::string(kIndexFileName)}},
                   foreignWeightsIn(folder)));
    }
    checkpoint.listName_ = (isSingle ? single : index).string();
    try {
        const auto added = isSingle ? checkpoint.addFile(single) : checkpoint.addShards(folder);
        if (!added) return tl::unexpected(added.error());
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryToRead, {checkpoint.listName_});
    }
    return checkpoint;
}

std::optional<Checkpoint::Found> Checkpoint::find(std::string_view name) const {
    const auto found = places_.find(name);
    if (found == places_.end()) return std::nullopt;
    const SafetensorsFile& file = files_[found->second.file];
    return Found{&file, &file.tensors()[found->second.tensor]};
}

std::optional<Error> Checkpoint::changedFile() const {
    const auto changed = std::find_if(files_.begin(), files_.end(),
                                      [](const SafetensorsFile& file) { return file.isChanged(); });
    if (changed == files_.end()) return std::nullopt;
    return fileWasChanged(changed->name());
}

std::vector<std::string> Checkpoint::names() const {
    std::vector<std::string> names;
    names.reserve(places_.size());
    for (const auto& [name, place] : places_)
        names.emplace_back(name);
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace dsm
