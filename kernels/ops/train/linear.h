// Linear maps for training: weights that stay as they are, with LoRA factors, or that learn.
//
//   h[m,:]  = scaling * dropout(x[m,:]) A^T
//   y[m,:]  = (y[m,:] +) x[m,:] W^T + h[m,:] B^T
//
//   dh      = scaling * dY B                          not stored
//   dx[m,:] = (dx[m,:] +) sum over maps of dY W + dropout(dh A)
//   dB     += dY^T h         dA += dh^T dropout(x)        dW += dY^T x
//
// A group is one input with the maps that read it: query, key and value; or gate and up of one
// expert, whose tokens are the listed rows of x. All groups of a call are computed side by side, so
// that many small experts are as fast as one large product. How many rows an expert has, only the
// router knows, maybe on a device: a group then names the place where its range of the slots
// stands.
//
// The weight may be of any type that can be computed with. Unlike generation (views.h), training
// never rounds the inputs of Q8 and Q4 weights: weights are widened to float32 and multiplied with
// the inputs as they are, since a rounding has no derivative to learn from.
//
// Source    LoRA, arXiv 2106.09685; QLoRA, arXiv 2305.14314.
// Letters   M rows of the group, K inputs, N outputs, r rank.
// Ownership Borrows every view for the call. Allocates the lists of its products; the rest of its
//           memory is scratch.
// Scratch   linearForwardScratch() and linearBackwardScratch().
// Errors    None. A wrong shape, or a rank above kMostRank, is the caller's bug (CHECK).
// Device    Groups and maps lie on the host, what their views show on the device.
// Parity    |out - reference| <= 4e-5 * max |reference|: the sums' order differs. Of cuda
//           kBf16Products * max |reference|: its tensor cores round both operands to bfloat16
//           (README.md derives how far that takes a product). Sums stay in float32. `precise`
//           groups are as near as the cpu's: their operands are sums of two bfloat16.
#pragma once

#include <span>
#include <vector>

#include "kernels/base/dropout.h"
#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/ops/shapes.h"

namespace dsm {

inline constexpr std::int64_t kMostRank = 256;
inline constexpr double kBf16Products = 0x1p-7;

template <class T>
struct LoraFactors {
    Matrix<const float> a;  // [r, K]; no data: none
    Matrix<const float> b;  // [N, r]
    float scaling = 1;
    Dropout dropout;   // of x, place m*K + k
    Matrix<T> hidden;  // [M, r] h: forward out, backward in
    Matrix<T> dA;      // [r, K], added to
    Matrix<T> dB;      // [N, r], added to
};

template <class T>
struct LinearMap {
    Weight weight;  // [N, K]
    LoraFactors<T> lora;
    Matrix<T> y;  // [M, N] forward: out
    bool addToY = false;
    Matrix<const T> dY;  // [rows, N] backward: in
    Matrix<T> dWeight;   // [N, K], added to; no data where the weight stays as it is
};

template <class T>
struct LinearGroup {
    Matrix<const T> x;                     // [rows, K]
    const std::int32_t* rows = nullptr;    // [M] of x; nullptr: the first M
    std::int64_t count = 0;                // M
    const std::int32_t* dYRows = nullptr;  // [M] of each dY; nullptr: the first M
    std::span<const LinearMap<T>> maps;
    Matrix<T> dx;  // [M, K] backward: out; no data where nobody asks for it
    bool addToDx = false;
    // Where it is not nullptr, the group has the part [range[0], range[1]) alone of all that is of
    // M rows above; `count` is the most that this may be. Groups whose hidden is the same share it,
    // and have the same rank.
    const std::int32_t* range = nullptr;
    bool precise = false;
};

template <class T>
struct LinearArgs {
    std::span<const LinearGroup<T>> groups;
};

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

// The groups with their ranges looked up, for backends whose memory is the host's: each has its own
// rows alone, and no range.
template <class T>
class SettledGroups {
  public:
    explicit SettledGroups(const LinearArgs<T>& args) {
        std::size_t maps = 0;
        for (const LinearGroup<T>& g : args.groups)
            maps += g.maps.size();
        maps_.reserve(maps);
        groups_.reserve(args.groups.size());
        for (const LinearGroup<T>& g : args.groups)
            groups_.push_back(g.range != nullptr ? settled(g) : g);
    }
    SettledGroups(const SettledGroups&) = delete;
    SettledGroups& operator=(const SettledGroups&) = delete;

    LinearArgs<T> args() const { return {groups_}; }

  private:
    template <class V>
    static Matrix<V> part(const Matrix<V>& m, std::int64_t first, std::int64_t count) {
        return m.data != nullptr ? Matrix<V>{m.row(first), count, m.cols} : m;
    }

    LinearGroup<T> settled(const LinearGroup<T>& g) {
        const std::int64_t first = g.range[0];
        LinearGroup<T> own = g;
        own.count = g.range[1] - first;
        DSM_CHECK(first >= 0 && own.count >= 0 && first + own.count <= g.count);
        own.range = nullptr;
        if (g.rows != nullptr) {
            own.rows += first;
        } else {
            own.x = part(g.x, first, own.count);
        }
        if (g.dYRows != nullptr) own.dYRows += first;
        own.dx = part(g.dx, first, own.count);
        const std::size_t begin = maps_.size();
        for (LinearMap<T> map : g.maps) {
            map.y = part(map.y, first, own.count);
            if (g.dYRows == nullptr) map.dY = part(map.dY, first, own.count);
            map.lora.hidden = part(map.lora.hidden, first, own.count);
            maps_.push_back(map);
        }
        own.maps = {maps_.data() + begin, g.maps.size()};
        return own;
    }

    std::vector<LinearMap<T>> maps_;  // never grows beyond what was reserved
    std::vector<LinearGroup<T>> groups_;
};

namespace reference {
template <class T>
void linearForward(OpContext& context, const LinearArgs<T>& args);
template <class T>
void linearBackward(OpContext& context, const LinearArgs<T>& args);
template <class T>
std::int64_t linearForwardScratch(const OpContext&, const LinearArgs<T>&) {
    return 0;
}
template <class T>
std::int64_t linearBackwardScratch(const OpContext&, const LinearArgs<T>&) {
    return 0;
}
}  // namespace reference
namespace cpu {
void linearForward(OpContext& context, const LinearArgs<float>& args);
void linearBackward(OpContext& context, const LinearArgs<float>& args);
std::int64_t linearForwardScratch(const OpContext& context, const LinearArgs<float>& args);
std::int64_t linearBackwardScratch(const OpContext& context, const LinearArgs<float>& args);
}  // namespace cpu
namespace cuda {
void linearForward(OpContext& context, const LinearArgs<float>& args);
void linearBackward(OpContext& context, const LinearArgs<float>& args);
std::int64_t linearForwardScratch(const OpContext& context, const LinearArgs<float>& args);
std::int64_t linearBackwardScratch(const OpContext& context, const LinearArgs<float>& args);
}  // namespace cuda

}  // namespace dsm
