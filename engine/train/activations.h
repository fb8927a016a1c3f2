// Activations: the memory that a pass keeps of the layers for its way back, and works in.
//
// Letters   T tokens, L layers, D hidden, H heads, G key/value heads, K head size, E routed
//           experts, S = T * A slots, F expert width, Fs width of the shared expert or the dense MLP.
// Ownership Owns its memory, which grows to the largest batch and is never given back before. It
//           lies where the operations want it (work_memory.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/model/checkpoint/config.h"
#include "engine/train/trainable_weights.h"
#include "kernels/base/views.h"
#include "kernels/base/work_memory.h"
#include "kernels/ops/expert_groups.h"

namespace dsm {

// Memory of [rows, cols] that grows. What grew is zero or what was there.
template <class T>
class Grown {
  public:
    explicit Grown(WorkMemory& place = hostWorkMemory()) : place_(&place) {}

    // Before it is shaped for the first time.
    void liesIn(WorkMemory& place) { place_ = &place; }
    Matrix<T> shaped(std::int64_t rows, std::int64_t cols) {
        const std::size_t bytes =
            static_cast<std::size_t>(std::max<std::int64_t>(rows * cols, 0)) * sizeof(T);
        if (bytes > bytes_) {
            memory_.reset();
            memory_ = place_->allocate(bytes);
            bytes_ = bytes;
        }
        view_ = {reinterpret_cast<T*>(memory_.get()), rows, cols};
        return view_;
    }
    // The numbers of the host, as one row.
    std::span<T> put(std::span<const T> numbers) {
        shaped(1, static_cast<std::int64_t>(numbers.size()));
        place_->put(view_.data, std::as_bytes(numbers));
        return span();
    }
    // All of them, on the host.
    std::vector<T> got() const {
        std::vector<T> numbers(span().size());
        place_->get(std::as_writable_bytes(std::span(numbers)), view_.data);
        return numbers;
    }
    void clear() { place_->clear(view_.data, span().size_bytes()); }
    const Matrix<T>& view() const { return view_; }
    std::span<T> span() const { return {view_.data, static_cast<std::size_t>(view_.size())}; }
    std::uint64_t sizeBytes() const { return bytes_; }

  private:
    WorkMemory* place_;
    std::shared_ptr<std::byte> memory_;
    std::size_t bytes_ = 0;
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
    // Calls each(grown) for all of them.
    template <class Self, class Visit>
    static void visit(Self& a, const Visit& each) {
        for (auto* g : {&a.normed,
                        &a.normScale,
                        &a.q,
                        &a.k,
                        &a.v,
                        &a.attended,
                        &a.logSum,
                        &a.middle,
                        &a.postNormed,
                        &a.postNormScale,
                        &a.scores,
                        &a.weight,
                        &a.factor,
                        &a.gate,
                        &a.up,
                        &a.hidden,
                        &a.sharedGate,
                        &a.sharedUp,
                        &a.sharedHidden,
                        &a.loraQ,
                        &a.loraK,
                        &a.loraV,
                        &a.loraO}) {
            each(*g);
        }
        for (int i = 0; i < 3; ++i) {
            each(a.loraRouted[i]);
            each(a.loraShared[i]);
        }
        for (auto* g : {&a.expert, &a.slots, &a.begin, &a.place, &a.tokenOf})
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
    // Where the host computes experts: their rows [T, D], and 0, 1, 2 .. [T].
    Grown<T> fromHost;
    Grown<std::int32_t> ownPlaces;
    // Of the loss, for some rows at a time.
    Grown<T> lastRows, lastNormed, lastScale, logits, loraHead, dLastNormed, dLastRows;
    // Of the batch: ids and positions [T], segments, and of its tokens with a target the rows and
    // what shall follow; their losses, and the balance loss [1].
    Grown<std::int32_t> ids, positions, segments, labelRows, labels;
    Grown<double> losses, balance;
    // Of a device, where launches look at them: the factors of token and balance losses, and the
    // seed of dropout.
    Grown<double> factors;
    Grown<std::uint64_t> seed;
    Grown<std::byte> scratch;

    template <class Self, class Visit>
    static void visitLayers(Self& m, const Visit& each) {
        for (auto* g : {&m.dx, &m.dNormed, &m.slotRows, &m.dHidden, &m.dSharedHidden, &m.dq, &m.dk,
                        &m.dv, &m.dAttended, &m.dFactor, &m.dLogits, &m.fromHost}) {
            each(*g);
        }
        for (auto& g : m.inputs)
            each(g);
        for (auto* g : {&m.ids, &m.positions, &m.segments, &m.ownPlaces})
            each(*g);
    }
    template <class Self, class Visit>
    static void visitLoss(Self& m, const Visit& each) {
        for (auto* g : {&m.lastRows, &m.lastNormed, &m.lastScale, &m.logits, &m.loraHead,
                        &m.dLastNormed, &m.dLastRows}) {
            each(*g);
        }
        each(m.labelRows);
        each(m.labels);
        each(m.losses);
        each(m.balance);
        each(m.factors);
        each(m.seed);
    }
};

}  // namespace dsm
