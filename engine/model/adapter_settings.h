// adapter_config.json, read and written. Private to engine/model; see adapter_folder.h.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/model/adapter.h"
#include "kernels/base/result.h"

namespace dsm {

struct AdapterSettings {
    LoraSettings lora;
    std::string baseModel;
    std::map<std::string, double> alphaPattern;
    std::map<std::string, std::int64_t> rankPattern;

    // Of a module whose factors have this rank.
    float scalingOf(const std::string& module, std::int64_t rank) const;
};

Result<AdapterSettings> readAdapterSettings(const std::filesystem::path& file);

// The whole text of the file.
std::string writeAdapterSettings(const AdapterSettings& settings,
                                 const std::vector<std::string>& targets,
                                 const std::vector<std::string>& savedModules);

}  // namespace dsm
