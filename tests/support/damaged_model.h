// A golden checkpoint with numbers that are not finite in one of its tensors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/support/temporary_folder.h"

namespace dsm::test {

// Which numbers of the tensor: `count` of them from `first` on.
struct Damage {
    std::string tensor;
    std::int64_t first = 0;
    std::int64_t count = 1;
    bool isInfinity = false;  // else NaN
};

// Writes the damage over a safetensors file; false where the file has no such tensor.
bool spoilFile(const std::filesystem::path& path, const Damage& damage);

// A copy of tests/golden/`name` with that damage, in `folder`.
std::filesystem::path damagedModel(const TemporaryFolder& folder, const Damage& damage,
                                   const std::string& name = "tiny");

}  // namespace dsm::test
