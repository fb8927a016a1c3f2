// The small checkpoints of tests/golden, and loading them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
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

inline nlohmann::json goldenGreedy(const std::string& name) {
    std::ifstream file(goldenFolder(name) / "greedy.json");
    return nlohmann::json::parse(file);
}

}  // namespace dsm::test
