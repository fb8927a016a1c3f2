// The shapes that the contracts of training ask for, checked once for all backends. A wrong shape
// is the caller's bug: each function returns or stops the program (DSM_CHECK).
#pragma once

#include <algorithm>

#include "kernels/base/check.h"
#include "kernels/ops/shapes.h"
#include "kernels/ops/train/adamw.h"
#include "kernels/ops/train/attention.h"
#include "kernels/ops/train/combine.h"
#include "kernels/ops/train/cross_entropy.h"
#include "kernels/ops/train/embedding.h"
#include "kernels/ops/train/gated.h"
#include "kernels/ops/train/linear.h"
#include "kernels/ops/train/norm.h"
#include "kernels/ops/train/rotate.h"
#include "kernels/ops/train/router.h"
#include "kernels/ops/train/rows.h"

namespace dsm {

template <class M>
bool hasShape(const M& m, std::int64_t rows, std::int64_t cols) {
    return m.rows == rows && m.cols == cols;
}
template <class S>
std::int64_t lengthOf(const S& span) {
    return static_cast<std::int64_t>(span.size());
}

// Whether all of them are from 0 to `end`; those on a device are not looked at.
inline bool areBelow(std::span<const std::int32_t> indices, std::int64_t end, Memory memory) {
    return memory == Memory::Device ||
           std::all_of(indices.begin(), indices.end(),
                       [end](std::int32_t i) { return i >= 0 && i < end; });
}

inline bool isNormWeight(const Weight& w, std::int64_t hidden) {
    return hasShape(w, 1, hidden) && (w.type == DType::F32 || w.type == DType::BF16);
}

template <class T>
void checkShapes(const NormForwardArgs<T>& a) {
    DSM_CHECK(a.x.cols > 0 && isNormWeight(a.weight, a.x.cols));
    DSM_CHECK(hasShape(a.out, a.x.rows, a.x.cols) && lengthOf(a.scale) == a.x.rows);
}

template <class T>
void checkShapes(const NormBackwardArgs<T>& a) {
    DSM_CHECK(a.x.cols > 0 && isNormWeight(a.weight, a.x.cols));
    DSM_CHECK(hasShape(a.dOut, a.x.rows, a.x.cols) && hasShape(a.dx, a.x.rows, a.x.cols));
    DSM_CHECK(lengthOf(a.scale) == a.x.rows);
    DSM_CHECK(a.dWeight.data == nullptr || hasShape(a.dWeight, 1, a.x.cols));
}

// What both directions of a linear map need.
template <class T>
void checkGroup(const LinearGroup<T>& g) {
    DSM_CHECK(g.count >= 0 && (g.rows != nullptr || g.count <= g.x.rows));
    for (const LinearMap<T>& m : g.maps) {
        DSM_CHECK(m.weight.type != DType::F16 && m.weight.cols == g.x.cols);
        if (m.lora.a.data == nullptr) continue;
        const std::int64_t rank = m.lora.a.rows;
        DSM_CHECK(rank > 0 && rank <= kMostRank && hasShape(m.lora.a, rank, g.x.cols));
        DSM_CHECK(hasShape(m.lora.b, m.weight.rows, rank));
        DSM_CHECK(hasShape(m.lora.hidden, g.count, rank));
    }
}

template <class T>
void checkForward(const LinearArgs<T>& a) {
    for (const LinearGroup<T>& g : a.groups) {
        checkGroup(g);
        for (const LinearMap<T>& m : g.maps)
            DSM_CHECK(hasShape(m.y, g.count, m.weight.rows));
    }
}

template <class T>
void checkBackward(const LinearArgs<T>& a) {
    for (const LinearGroup<T>& g : a.groups) {
        checkGroup(g);
        DSM_CHECK(g.dx.data == nullptr || hasShape(g.dx, g.count, g.x.cols));
        for (const LinearMap<T>& m : g.maps) {
            DSM_CHECK(m.dY.cols == m.weight.rows && (g.dYRows != nullptr || m.dY.rows >= g.count));
            DSM_CHECK(m.dWeight.data == nullptr ||
                      hasShape(m.dWeight, m.weight.rows, m.weight.cols));
            if (m.lora.a.data == nullptr) continue;
            DSM_CHECK(hasShape(m.lora.dA, m.lora.a.rows, m.lora.a.cols));
            DSM_CHECK(hasShape(m.lora.dB, m.lora.b.rows, m.lora.b.cols));
        }
    }
}

template <class T>
void checkShapes(const RotateArgs<T>& a, Memory memory = Memory::Host) {
    const std::int64_t size = a.rotary.cols;
    DSM_CHECK(size > 0 && size % 2 == 0 && a.rows.cols % size == 0);
    DSM_CHECK(lengthOf(a.positions) == a.rows.rows);
    DSM_CHECK(areBelow(a.positions, a.rotary.rows, memory));
}

inline void checkSegments(std::span<const std::int32_t> segments, std::int64_t tokens,
                          Memory memory) {
    DSM_CHECK(!segments.empty());
    if (memory == Memory::Device) return;
    DSM_CHECK(segments.front() == 0 && segments.back() == tokens);
    DSM_CHECK(std::is_sorted(segments.begin(), segments.end()));
}

// Also the heads per key/value head.
template <class T>
std::int64_t checkAttention(const Matrix<const T>& q, const Matrix<const T>& k,
                            const Matrix<const T>& v, std::int64_t size,
                            std::span<const std::int32_t> segments, Memory memory) {
    DSM_CHECK(size > 0 && size <= kAttentionHead);
    DSM_CHECK(q.cols % size == 0 && k.cols % size == 0 && k.cols > 0);
    DSM_CHECK(q.cols % k.cols == 0 && k.rows == q.rows && hasShape(v, k.rows, k.cols));
    checkSegments(segments, q.rows, memory);
    return q.cols / k.cols;
}

template <class T>
void checkShapes(const AttentionForwardArgs<T>& a, Memory memory = Memory::Host) {
    checkAttention<T>(a.q, a.k, a.v, a.headSize, a.segments, memory);
    DSM_CHECK(hasShape(a.out, a.q.rows, a.q.cols));
    DSM_CHECK(hasShape(a.logSum, a.q.rows, a.q.cols / a.headSize));
}

template <class T>
void checkShapes(const AttentionBackwardArgs<T>& a, Memory memory = Memory::Host) {
    checkAttention<T>(a.q, a.k, a.v, a.headSize, a.segments, memory);
    DSM_CHECK(hasShape(a.out, a.q.rows, a.q.cols) && hasShape(a.dOut, a.q.rows, a.q.cols));
    DSM_CHECK(hasShape(a.logSum, a.q.rows, a.q.cols / a.headSize));
    DSM_CHECK(hasShape(a.dq, a.q.rows, a.q.cols));
    DSM_CHECK(hasShape(a.dk, a.k.rows, a.k.cols) && hasShape(a.dv, a.k.rows, a.k.cols));
}

template <class T>
void checkShapes(const GatedForwardArgs<T>& a) {
    DSM_CHECK(hasShape(a.up, a.gate.rows, a.gate.cols));
    DSM_CHECK(hasShape(a.out, a.gate.rows, a.gate.cols));
    DSM_CHECK(a.factor.empty() || lengthOf(a.factor) == a.gate.rows);
}

template <class T>
void checkShapes(const GatedBackwardArgs<T>& a) {
    DSM_CHECK(hasShape(a.dOut, a.gate.rows, a.gate.cols));
    DSM_CHECK(hasShape(a.up, a.gate.rows, a.gate.cols));
    DSM_CHECK(hasShape(a.dGate, a.gate.rows, a.gate.cols));
    DSM_CHECK(hasShape(a.dUp, a.gate.rows, a.gate.cols));
    DSM_CHECK(a.factor.empty() || lengthOf(a.factor) == a.gate.rows);
    DSM_CHECK(a.dFactor.size() == a.factor.size());
}

template <class T>
void checkShapes(const CombineArgs<T>& a) {
    DSM_CHECK(a.rows.cols == a.out.cols && a.rows.rows == a.out.rows * a.active);
    DSM_CHECK(lengthOf(a.place) == a.rows.rows);
}

template <class T>
void checkShapes(const CrossEntropyArgs<T>& a, Memory memory = Memory::Host) {
    DSM_CHECK(lengthOf(a.labels) == a.logits.rows && lengthOf(a.loss) == a.logits.rows);
    DSM_CHECK(areBelow(a.labels, a.logits.cols, memory));
}

template <class T>
void checkShapes(const EmbeddingForwardArgs<T>& a, Memory memory = Memory::Host) {
    DSM_CHECK(hasShape(a.x, lengthOf(a.ids), a.table.cols) && a.table.type != DType::F16);
    DSM_CHECK(areBelow(a.ids, a.table.rows, memory));
}

template <class T>
void checkShapes(const EmbeddingBackwardArgs<T>& a, Memory memory = Memory::Host) {
    DSM_CHECK(hasShape(a.dx, lengthOf(a.ids), a.dTable.cols));
    DSM_CHECK(areBelow(a.ids, a.dTable.rows, memory));
}

template <class T>
void checkShapes(const TakeRowsArgs<T>& a, Memory memory = Memory::Host) {
    DSM_CHECK(hasShape(a.taken, lengthOf(a.rows), a.all.cols));
    DSM_CHECK(areBelow(a.rows, a.all.rows, memory));
}

template <class T>
void checkShapes(const PutRowsArgs<T>& a, Memory memory = Memory::Host) {
    DSM_CHECK(hasShape(a.taken, lengthOf(a.rows), a.all.cols));
    DSM_CHECK(areBelow(a.rows, a.all.rows, memory));
}

template <class T>
void checkShapes(const RouterForwardArgs<T>& a) {
    DSM_CHECK(a.expert.rows == a.scores.rows && a.weight.cols == a.expert.cols);
    DSM_CHECK(a.expert.cols <= a.scores.cols && a.weight.rows == a.expert.rows);
    DSM_CHECK(lengthOf(a.groups.begin) == a.scores.cols + 1);
    DSM_CHECK(lengthOf(a.groups.slots) == a.expert.size());
    DSM_CHECK(lengthOf(a.place) == a.expert.size());
    DSM_CHECK(lengthOf(a.tokenOf) == a.expert.size());
    DSM_CHECK(lengthOf(a.factor) == a.expert.size());
}

template <class T>
void checkShapes(const RouterBackwardArgs<T>& a, Memory memory = Memory::Host) {
    DSM_CHECK(a.expert.rows == a.scores.rows && a.expert.cols <= a.scores.cols);
    DSM_CHECK(hasShape(a.weight, a.expert.rows, a.expert.cols));
    DSM_CHECK(lengthOf(a.place) == a.expert.size() && lengthOf(a.dFactor) == a.expert.size());
    DSM_CHECK(hasShape(a.dLogits, a.scores.rows, a.scores.cols));
    checkSegments(a.segments, a.scores.rows, memory);
}

template <class T>
void checkShapes(const BalanceLossArgs<T>& a, Memory memory = Memory::Host) {
    DSM_CHECK(a.expert.rows == a.scores.rows && a.expert.cols <= a.scores.cols);
    DSM_CHECK(a.loss != nullptr);
    checkSegments(a.segments, a.scores.rows, memory);
}

inline void checkShapes(const AdamWArgs& a) {
    DSM_CHECK(a.step >= 1 && a.gradient.size() == a.weight.size());
    DSM_CHECK(a.first.size() == a.weight.size() && a.second.size() == a.weight.size());
}

}  // namespace dsm
