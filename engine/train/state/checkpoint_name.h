// What the folders of checkpoints are called: checkpoint-STEP, and .unfinished-NAME while one is made.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace dsm {

std::string checkpointName(std::int64_t step);
// None: no checkpoint is called so.
std::optional<std::int64_t> stepOfCheckpoint(std::string_view name);
// Whether a folder is called so, or like something that was never finished.
bool isCheckpoint(std::string_view name);
bool isUnfinished(std::string_view name);
// Where something is made before it gets its name.
std::filesystem::path unfinishedFolder(const std::filesystem::path& output,
                                       const std::string& name);

}  // namespace dsm
