// A model folder of any size that takes no room on the disk: its weights are a hole in a file,
// zeros.
#pragma once

#include <filesystem>

#include "engine/model/checkpoint/config.h"

namespace dsm::test {

// In bfloat16. With a chat template where it `isChat`.
void writeSparseModel(const std::filesystem::path& folder, const ModelConfig& config, bool isChat);

}  // namespace dsm::test
