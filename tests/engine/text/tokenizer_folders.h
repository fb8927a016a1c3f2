// Where the tests of engine/text find tokenizers and texts with known ids.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/text/tokenizer.h"
#include "engine/text/tokenizer_load.h"
#include "tests/support/temporary_folder.h"

namespace dsm::test {

inline std::filesystem::path sourceFolder() {
    return DSM_SOURCE_DIR;
}

// Byte-level BPE: 256 bytes and 60 merges; BOS 316, EOS 317, the added token "ø" 318.
inline std::filesystem::path tinyFolder() {
    return sourceFolder() / "tests/golden/tiny";
}

// The vocabulary of DeepSeekMoE, which is not part of the project; may not exist.
inline std::filesystem::path fullFolder() {
    const char* shared = std::getenv("DSM_SHARED_DIR");
    const bool isSet = shared != nullptr && *shared != '\0';
    return (isSet ? std::filesystem::path(shared) : sourceFolder() / "../shared") /
           "data/tokenizer";
}

inline std::unique_ptr<Tokenizer> mustLoad(const std::filesystem::path& folder) {
    Result<std::unique_ptr<Tokenizer>> loaded = loadTokenizer(folder);
    if (!loaded) {
        ADD_FAILURE() << loaded.error().message;
        std::abort();
    }
    return std::move(*loaded);
}

struct Vector {
    std::string text;
    std::vector<TokenId> ids;
};

// The lines {"text": .., "ids": ..} of a file.
std::vector<Vector> readVectors(const std::filesystem::path& path);

}  // namespace dsm::test
