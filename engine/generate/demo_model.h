// Demo model: the small bundled checkpoint with which the program runs at once.
#pragma once

#include <filesystem>
#include <optional>

namespace dsm {

// Its folder: what the environment variable DSM_DEMO_MODEL names, else where the program is
// installed (../share/deepseekmoe/demo_model beside its bin folder), else the source tree it was
// built from. nullopt where none of them has a config.json.
std::optional<std::filesystem::path> demoModelFolder();

// Whether `folder` is that folder, however it is spelled.
bool isDemoModel(const std::filesystem::path& folder);

}  // namespace dsm
