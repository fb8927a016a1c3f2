// Activations: the memory that a pass keeps of the layers for its way back, and works in.
//
// Letters   T tokens, L layers, D hidden, H heads, G key/value heads, K head size, E routed
//           experts, S = T * A slots, F expert width, Fs width of the shared expert or the dense MLP.
// Ownership Owns its memory, which grows to the largest batch and is never given back before.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/model/checkpoint/config.h"
#include "engine/train/trainable_weights.h"
#include "kernels/base/buffer.h"
#include "kernels/base/views.h"
#include "kernels/ops/expert_groups.h"

namespace dsm {

// Memory of [rows, cols] that grows. What grew is zero or what was there.
template <class T>
class Grown {
  public:
    Matrix<T> shaped(std::int64_t rows, std::int64_t cols) {
        const auto count = static_cast<std::size_t>(std::max<std::int64_t>(rows * cols, 0));
        if (count > memory_.size()) memory_ = Buffer<T>(count);
        view_ = {memory_.data(), rows, cols};
        return view_;
    }
    const Matrix<T>& view() const { return view_; }
    std::span<T> span() const { return {view_.data, static_cast<std::size_t>(view_.size())}; }
    std::uint64_t sizeBytes() const { return memory_.sizeBytes(); }

  private:
    Buffer<T> memory_;
    Matrix<T> view_;
};

// What one layer's way back needs of its way forth.
template <class T>
struct LayerActivations {
    Grown<T> normed, normScale;                   // [T, D], [T]
    Grown<T> q, k, v;                             // [T, H*K], [T, G*K], after the rotation
    Grown<T> attended, logSum;                    // [T, H*K], [T, H]
    Grown<T> middle;                              // [T, D] after attention
    Grown<T> postNormed, postNormScale;           // [T, D], [T]
    Grown<T> scores;                              // [T, E]
    Grown<std::int32_t> expert;                   // [T, A]
    Grown<T> weight;                              // [T, A]
    Grown<std::int32_t> slots, begin;             // [S], [E+1]
    Grown<std::int32_t> place, tokenOf;           // [S]: of a slot, of a place
    Grown<T> factor;                              // [S] weights by place
    Grown<T> gate, up, hidden;                    // [S, F] by place
    Grown<T> sharedGate, sharedUp, sharedHidden;  // [T, Fs]
    // Hidden numbers of LoRA factors: [T, rank], [S, rank].
    Grown<T> loraQ, loraK, loraV, loraO, loraRouted[3], loraShared[3];

    ExpertGroups groups() const { return {slots.span(), begin.span()}; }
    template <class Visit>
    void visit(const Visit& each) const {
        for (const Grown<T>* g : {&normed,
                                  &normScale,
                                  &q,
                                  &k,
                                  &v,
                                  &attended,
                                  &logSum,
                                  &middle,
                                  &postNormed,
                                  &postNormScale,
                                  &scores,
                                  &weight,
                                  &factor,
                                  &gate,
                                  &up,
                                  &hidden,
                                  &sharedGate,
                                  &sharedUp,
                                  &sharedHidden,
                                  &loraQ,
                                  &loraK,
                                  &loraV,
                                  &loraO,
                                  &loraRouted[0],
                                  &loraRouted[1],
                                  &loraRouted[2],
                                  &loraShared[0],
                                  &loraShared[1],
                                  &loraShared[2]}) {
            each(*g);
        }
        for (const Grown<std::int32_t>* g : {&expert, &slots, &begin, &place, &tokenOf})
            each(*g);
    }
};

// What all layers share.
template <class T>
struct PassMemory {
    std::vector<Grown<T>> inputs;     // [L + 1] of [T, D]: of each layer, and what the last gives
    Grown<T> dx, dNormed;             // [T, D]
    Grown<T> slotRows;                // [S, D]
    Grown<T> dHidden, dSharedHidden;  // [S, F], [T, Fs]
    Grown<T> dq, dk, dv, dAttended;   // [T, H*K], [T, G*K]
    Grown<T> dFactor, dLogits;        // [S], [T, E]
    // Of the loss, for some rows at a time.
    Grown<T> lastRows, lastNormed, lastScale, logits, loraHead, dLastNormed, dLastRows;
    Grown<double> losses;
    Buffer<std::byte> scratch;

    template <class Visit>
    void visitLayers(const Visit& each) const {
        for (const Grown<T>* g : {&dx, &dNormed, &slotRows, &dHidden, &dSharedHidden, &dq, &dk, &dv,
                                  &dAttended, &dFactor, &dLogits}) {
            each(*g);
        }
        for (const Grown<T>& g : inputs)
            each(g);
    }
    template <class Visit>
    void visitLoss(const Visit& each) const {
        for (const Grown<T>* g :
             {&lastRows, &lastNormed, &lastScale, &logits, &loraHead, &dLastNormed, &dLastRows}) {
            each(*g);
        }
        each(losses);
    }
};

}  // namespace dsm
