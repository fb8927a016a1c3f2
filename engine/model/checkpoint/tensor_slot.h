// Where an entry of the tensor table lies among a model's parts: one switch for weights as they are
// loaded and for what training adds to them.
//
// Ownership Returns a reference into what it is handed.
// Errors    None. An entry of no kind is the caller's bug (CHECK).
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/check.h"

namespace dsm {

template <class Slot, class Layer>
Slot& slotOf(const TensorSpec& spec, Slot& embedding, Slot& finalNorm, Slot& head,
             std::vector<Layer>& layers) {
    switch (spec.kind) {
        case TensorKind::Embedding:
            return embedding;
        case TensorKind::FinalNorm:
            return finalNorm;
        case TensorKind::Head:
            return head;
        default:
            break;
    }
    Layer& layer = layers[static_cast<std::size_t>(spec.layer)];
    const auto expert = static_cast<std::size_t>(std::max(spec.expert, 0));
    switch (spec.kind) {
        case TensorKind::InputNorm:
            return layer.inputNorm;
        case TensorKind::Query:
            return layer.query;
        case TensorKind::Key:
            return layer.key;
        case TensorKind::Value:
            return layer.value;
        case TensorKind::AttentionOutput:
            return layer.attentionOutput;
        case TensorKind::PostAttentionNorm:
            return layer.postAttentionNorm;
        case TensorKind::Router:
            return layer.router;
        case TensorKind::ExpertGate:
            return layer.expertGate[expert];
        case TensorKind::ExpertUp:
            return layer.expertUp[expert];
        case TensorKind::ExpertDown:
            return layer.expertDown[expert];
        case TensorKind::DenseGate:
        case TensorKind::SharedGate:
            return layer.sharedGate;
        case TensorKind::DenseUp:
        case TensorKind::SharedUp:
            return layer.sharedUp;
        case TensorKind::DenseDown:
        case TensorKind::SharedDown:
            return layer.sharedDown;
        case TensorKind::Embedding:
        case TensorKind::FinalNorm:
        case TensorKind::Head:
            break;
    }
    DSM_CHECK(false);
    return embedding;
}

}  // namespace dsm
