// The one table of tensors: every name, what it is, and its shape, read by loader, writer, memory
// plan and tests.
//
// Source  Names of the published checkpoints; no tensor has a bias.
// Letters As in config.h; Fs the width of the shared experts together.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/model/checkpoint/config.h"

namespace dsm {

enum class TensorKind {
    Embedding,          // [V, D]
    InputNorm,          // [D]
    Query,              // [H*K, D]
    Key,                // [G*K, D]
    Value,              // [G*K, D]
    AttentionOutput,    // [D, H*K]
    PostAttentionNorm,  // [D]
    DenseGate,          // [dense width, D]
    DenseUp,            // [dense width, D]
    DenseDown,          // [D, dense width]
    Router,             // [E, D]
    ExpertGate,         // [F, D]
    ExpertUp,           // [F, D]
    ExpertDown,         // [D, F]
    SharedGate,         // [Fs, D]
    SharedUp,           // [Fs, D]
    SharedDown,         // [D, Fs]
    FinalNorm,          // [D]
    Head,               // [V, D]
};

struct TensorSpec {
    std::string name;
    TensorKind kind;
    int layer = -1;   // -1: of no layer
    int expert = -1;  // -1: of no routed expert
    std::int64_t rows = 1;
    std::int64_t cols = 0;

    bool isNorm() const {
        return kind == TensorKind::InputNorm || kind == TensorKind::PostAttentionNorm ||
               kind == TensorKind::FinalNorm;
    }
    // As files state it: a norm is a vector [cols].
    std::vector<std::int64_t> shape() const;
    // "model.layers.0.self_attn.q_proj" for "model.layers.0.self_attn.q_proj.weight".
    std::string module() const;
};

// "[64, 128]"
std::string shapeText(std::span<const std::int64_t> shape);

// In the order of the forward pass, which is the order of the published files.
std::vector<TensorSpec> tensorTable(const ModelConfig& config);

}  // namespace dsm
