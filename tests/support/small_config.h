// A model of a few thousand numbers and an adapter for it: where calls are walked, not arithmetic.
#pragma once

#include <vector>

#include "engine/model/adapter/adapter.h"
#include "engine/model/checkpoint/config.h"

namespace dsm::test {

inline ModelConfig smallConfig() {
    ModelConfig config = publishedConfig();
    config.layers = 2;
    config.hiddenSize = 32;
    config.heads = config.keyValueHeads = 2;
    config.headSize = 16;
    config.denseWidth = 32;
    config.expertWidth = 32;
    config.routedExperts = 2;
    config.expertsPerToken = config.sharedExperts = 1;
    config.vocabSize = 64;
    config.bosId = 0;
    config.eosId = 1;
    return config;
}

inline LoraAdapter smallAdapter() {
    LoraAdapter adapter;
    adapter.settings = {.rank = 2, .alpha = 2};
    adapter.modules = {{.name = "model.layers.1.self_attn.q_proj",
                        .rank = 2,
                        .inputs = 32,
                        .outputs = 32,
                        .scaling = 1,
                        .a = std::vector<float>(64, 0.5F),
                        .b = std::vector<float>(64, 0.25F)}};
    return adapter;
}

}  // namespace dsm::test
