// adapter_config.json, read and written. Private to engine/model; see adapter_folder.h.
//
// Errors  NotFound, Io; Malformed and Unsupported, naming the file and the key.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/adapter/adapter.h"
#include "engine/model/adapter/adapter_targets.h"
#include "engine/model/adapter/name_pattern.h"
#include "kernels/base/result.h"

namespace dsm {

// Values for the modules that patterns name: the first pattern that does, as PEFT takes it.
template <class Value>
using PatternValues = std::vector<std::pair<NamePattern, Value>>;

struct AdapterSettings {
    LoraSettings lora;
    std::string baseModel;
    PatternValues<double> alphas;
    PatternValues<std::int64_t> ranks;
    AdapterTargets targets;

    // Those of one module: what patterns say, or what all have.
    Result<LoraSettings> of(std::string_view module) const;
};

// Every key is looked at (adapter_keys.h).
Result<AdapterSettings> readAdapterSettings(const std::filesystem::path& file);

// What a file is written from.
struct WrittenSettings {
    LoraSettings lora;
    std::string baseModel;
    std::map<std::string, double> alphas;  // of modules by name, where they differ
    std::map<std::string, std::int64_t> ranks;
    std::vector<std::string> targets;
    std::vector<std::string> savedModules;
};

// The whole text of the file.
std::string writeAdapterSettings(const WrittenSettings& settings);

}  // namespace dsm
