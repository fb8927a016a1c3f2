// The small checkpoints of tests/golden, and loading them.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/model/model.h"

namespace dsm::test {

inline std::filesystem::path goldenFolder(const std::string& name) {
    return std::filesystem::path(DSM_SOURCE_DIR) / "tests" / "golden" / name;
}

inline std::unique_ptr<Model> loadGolden(const std::string& name, const std::string& backend,
                                         int threads = 2, std::int64_t contextLimit = 0,
                                         std::int64_t microBatchTokens = kMicroBatchTokens) {
    auto model = Model::load({.folder = goldenFolder(name),
                              .backend = backend,
                              .threads = threads,
                              .contextLimit = contextLimit,
                              .kv = KvType::F32,  // as PyTorch computed
                              .microBatchTokens = microBatchTokens},
                             {}, {});
    if (!model) {
        ADD_FAILURE() << model.error().message;
        return nullptr;
    }
    return std::move(*model);
}

// Every token's logits, row by row.
inline std::vector<float> allLogits(Model& model, std::span<const std::int32_t> ids) {
    std::vector<float> logits;
    model.readWithLogits(ids, [&](Matrix<const float> rows) {
        logits.insert(logits.end(), rows.data, rows.data + rows.size());
    });
    return logits;
}

// What PyTorch chose, of the first `sampledVocabulary` tokens, whenever it took the likeliest.
struct GoldenGreedy {
    struct Case {
        std::vector<std::int32_t> prompt;
        std::vector<std::int32_t> continuation;
        std::size_t paddingWouldWin = 0;  // how often a row of padding had been likelier
    };
    std::ptrdiff_t sampledVocabulary = 0;
    std::vector<Case> cases;
};
GoldenGreedy goldenGreedy(const std::string& name);

}  // namespace dsm::test
