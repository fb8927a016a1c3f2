// Token work: what reading one token makes the machine read and compute, from the weights as they
// are stored and the adapter in use; what measured speeds are compared with.
//
// Letters As in config.h.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/model/checkpoint/config.h"
#include "engine/model/pass/weights.h"

namespace dsm {

struct TokenWork {
    // At batch 1: one row of the embedding, every norm, attention and shared weight, the router, A
    // experts of each layer (of the mean size), and the head.
    double weightBytes = 0;
    // Multiply-adds with weights: of the layers for every token, of the head for every token whose
    // logits are wanted. Attention over the cache comes on top.
    double layerMultiplyAdds = 0;
    double headMultiplyAdds = 0;
    // The type of most of the bytes that one token reads.
    DType type = DType::F32;
};

TokenWork tokenWork(const ModelConfig& config, const Weights& weights);

// The bytes stored in each type, most first.
std::vector<std::pair<DType, std::uint64_t>> bytesByType(const Weights& weights);

// Every weight, in the order of the forward pass.
std::vector<const Weight*> everyWeight(const Weights& weights);

}  // namespace dsm
