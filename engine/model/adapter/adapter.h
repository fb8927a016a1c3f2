// LoRA adapter: small factors that change a model's weights without touching them.
//
//   y = x W^T + scaling * ((x A^T) B^T)        for each module that has factors
//
// A module is named by its path in the model, as the PEFT library names it without the prefix
// "base_model.model.": "model.layers.0.self_attn.q_proj", "model.layers.5.mlp.experts.17.up_proj".
//
// Source    LoRA, arXiv 2106.09685; rank-stabilised scaling: arXiv 2312.03732.
// Letters   r rank.
// Ownership Owns its numbers.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dsm {

struct LoraModule {
    std::string name;
    std::int64_t rank = 0;  // r
    std::int64_t inputs = 0;
    std::int64_t outputs = 0;
    float scaling = 1;
    std::vector<float> a;  // [r, inputs]
    std::vector<float> b;  // [outputs, r]
};

// A whole weight that takes the place of the model's own ("modules to save"): of any tensor of the
// table. A norm is one row.
struct SavedModule {
    std::string name;  // "model.embed_tokens", "model.layers.1.mlp.gate"
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    std::vector<float> weight;  // [rows, cols]
};

// What all modules have in common, as adapter_config.json states it.
struct LoraSettings {
    std::int64_t rank = 8;
    double alpha = 32;
    double dropout = 0;  // of the inputs of A, in training alone
    bool rankStabilised = false;

    float scaling() const {
        const auto r = static_cast<double>(rank);
        return static_cast<float>(alpha / (rankStabilised ? std::sqrt(r) : r));
    }
    bool operator==(const LoraSettings&) const = default;
};

struct LoraAdapter {
    LoraSettings settings;
    std::string baseModel;            // where the base came from; may be empty
    std::vector<LoraModule> modules;  // in the order of the tensor table
    std::vector<SavedModule> savedModules;
};

// What its numbers take in memory.
inline std::uint64_t sizeBytes(const LoraAdapter& adapter) {
    std::size_t numbers = 0;
    for (const LoraModule& module : adapter.modules)
        numbers += module.a.size() + module.b.size();
    for (const SavedModule& module : adapter.savedModules)
        numbers += module.weight.size();
    return numbers * sizeof(float);
}

// Whether a list entry names the module: exactly, or its last components ("q_proj",
// "mlp.shared_experts.up_proj").
inline bool namesModule(std::string_view entry, std::string_view module) {
    if (entry.empty() || !module.ends_with(entry)) return false;
    return entry.size() == module.size() || module[module.size() - entry.size() - 1] == '.';
}

}  // namespace dsm
