// ModelConfig: the sizes and choices of one DeepSeekMoE model, as its config.json states them.
//
// Every key that shapes a tensor or changes a number must be there: sizes are never defaulted,
// because the defaults of the original class belong to no released model. What the architecture
// does not have is refused by name, and so is a key that is not known (config_keys.h). Optional,
// because only one value is supported, are hidden_act ("silu"), scoring_func ("softmax"), and more
// of that table. So is routed_scaling_factor (1): the original code of this architecture does not
// read it and that of its successor multiplies by it, so that a file with another value would mean
// two different models. Optional too: head_dim (hidden_size / num_attention_heads, and honoured
// where it differs) and torch_dtype or dtype (each tensor states its own). The base of the rotary
// positions is at one of several places (rope_config.h); eos_token_id is an id or a list of them.
//
// quantization_config is there where the weights were converted: by this program (quant_method
// "deepseekmoe", version 1) or to NF4 by bitsandbytes. It decides nothing, since each tensor states
// its own type, but other methods and versions are refused, because their tensors cannot be read.
//
// Source  config.json of deepseek-ai/deepseek-moe-16b-base; arXiv 2401.06066.
// Letters L layers, D hidden, H heads, G key/value heads, K head size, E routed experts, A active
//         experts, F expert width, V vocabulary.
// Errors  NotFound: the file or a key is missing. Malformed: a wrong type, or a size that is zero,
//         negative, enormous or contradicts another. Unsupported: another architecture. Messages
//         name the file and the key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/checkpoint/quantization_config.h"
#include "kernels/base/dtype.h"
#include "kernels/base/result.h"

namespace dsm {

struct ModelConfig {
    std::int64_t layers = 0;             // L
    std::int64_t hiddenSize = 0;         // D
    std::int64_t heads = 0;              // H
    std::int64_t keyValueHeads = 0;      // G, divides H
    std::int64_t headSize = 0;           // K, even
    std::int64_t denseWidth = 0;         // intermediate_size: the MLP of dense layers
    std::int64_t expertWidth = 0;        // F, moe_intermediate_size
    std::int64_t routedExperts = 0;      // E
    std::int64_t sharedExperts = 0;      // each of width F
    std::int64_t expertsPerToken = 0;    // A <= E
    std::int64_t firstDenseLayers = 0;   // first_k_dense_replace
    std::int64_t moeLayerFrequency = 1;  // of the other layers, MoE are those it divides
    std::int64_t vocabSize = 0;          // V, padding rows included
    std::int64_t maxPositions = 0;
    double ropeTheta = 0;
    double rmsEpsilon = 0;
    bool normalizeTopK = false;
    std::int32_t bosId = 0;  // -1: none
    std::int32_t eosId = 0;  // ends a text
    // What ends a reply besides, where eos_token_id is a list.
    std::vector<std::int32_t> moreEosIds = {};
    DType dtype = DType::BF16;  // of the stored weights, as far as config.json says
    std::optional<Quantization> quantization = std::nullopt;

    bool isMoeLayer(std::int64_t layer) const {
        return layer >= firstDenseLayers && layer % moeLayerFrequency == 0;
    }
    std::int64_t moeLayers() const;
    // Of the shared experts together, which are one MLP.
    std::int64_t sharedWidth() const { return sharedExperts * expertWidth; }

    std::int64_t parameters() const;
    std::int64_t routedParameters() const;
    // What one token reads at batch 1: everything but the embedding table and the experts that were
    // not chosen.
    std::int64_t activeParametersPerToken() const;

    bool operator==(const ModelConfig&) const = default;
};

// That of deepseek-ai/deepseek-moe-16b-base and -chat.
ModelConfig publishedConfig();

inline constexpr std::string_view kConfigFileName = "config.json";

// `file` is the name that messages give.
Result<ModelConfig> parseConfig(std::string_view json, const std::string& file);
Result<ModelConfig> readConfig(const std::filesystem::path& folder);
// The text of a config.json that parseConfig() reads back as the same config.
std::string writeConfig(const ModelConfig& config);

}  // namespace dsm
