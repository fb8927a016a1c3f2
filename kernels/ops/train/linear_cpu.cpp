#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/cpu/gemm.h"
#include "kernels/cpu/train_simd.h"
#include "kernels/ops/train/linear.h"

namespace dsm::cpu {
namespace {

using Group = LinearGroup<float>;
using Map = LinearMap<float>;

// Products and their terms; terms never move once the list is made.
class Products {
  public:
    explicit Products(std::size_t terms) { terms_.reserve(terms); }

    void begin(Matrix<float> out, bool add) {
        products_.push_back({.out = out.data,
                             .rows = out.rows,
                             .cols = out.cols,
                             .stride = out.cols,
                             .add = add,
                             .terms = {terms_.data() + terms_.size(), 0}});
    }
    void term(const Term& term) {
        DSM_CHECK(terms_.size() < terms_.capacity());
        terms_.push_back(term);
        Product& last = products_.back();
        last.terms = {last.terms.data(), last.terms.size() + 1};
    }
    std::span<const Product> all() const { return products_; }

  private:
    std::vector<Product> products_;
    std::vector<Term> terms_;
};

std::size_t mapCount(const LinearArgs<float>& args) {
    std::size_t count = 0;
    for (const Group& g : args.groups)
        count += g.maps.size();
    return count;
}

bool hasLora(const Map& map) {
    return map.lora.a.data != nullptr;
}

Factor inputOf(const Group& g, bool across = false, const Dropout& dropout = {}) {
    return {.stored = {g.x.data, DType::F32, g.x.rows, g.x.cols},
            .across = across,
            .index = g.rows,
            .dropout = dropout};
}

Factor gradientOf(const Group& g, const Map& map, bool across = false) {
    return {.stored = {map.dY.data, DType::F32, map.dY.rows, map.dY.cols},
            .across = across,
            .index = g.dYRows};
}

// hidden = scaling * dropout(x) A^T
Products downProducts(const LinearArgs<float>& args) {
    Products list(mapCount(args));
    for (const Group& g : args.groups) {
        for (const Map& map : g.maps) {
            if (g.count == 0 || !hasLora(map)) continue;
            list.begin(map.lora.hidden, false);
            list.term({.left = inputOf(g, false, map.lora.dropout),
                       .right = factorOf(map.lora.a),
                       .sum = g.x.cols,
                       .leftScale = map.lora.scaling});
        }
    }
    return list;
}

// y = x W^T + hidden B^T
Products forwardProducts(const LinearArgs<float>& args) {
    Products list(2 * mapCount(args));
    for (const Group& g : args.groups) {
        for (const Map& map : g.maps) {
            if (g.count == 0) continue;
            list.begin(map.y, map.addToY);
            list.term({.left = inputOf(g), .right = {.stored = map.weight}, .sum = g.x.cols});
            if (!hasLora(map)) continue;
            list.term({.left = factorOf(map.lora.hidden),
                       .right = factorOf(map.lora.b),
                       .sum = map.lora.a.rows});
        }
    }
    return list;
}

std::int64_t roundUp(std::int64_t bytes) {
    return (bytes + 63) / 64 * 64;
}

std::int64_t hiddenBytes(const Group& g, const Map& map) {
    return hasLora(map) ? roundUp(g.count * map.lora.a.rows * 4) : 0;
}

// The gradients of all hidden numbers, one after the other from `at` on.
class HiddenGradients {
  public:
    explicit HiddenGradients(std::byte* at) : at_(at) {}

    Matrix<float> next(const Group& g, const Map& map) {
        // As a number: where only sizes are asked for, there is no memory to point into.
        const std::uintptr_t place =
            reinterpret_cast<std::uintptr_t>(at_) + static_cast<std::uintptr_t>(bytes_);
        const Matrix<float> m{reinterpret_cast<float*>(place), g.count, map.lora.a.rows};
        bytes_ += hiddenBytes(g, map);
        return m;
    }
    std::int64_t bytes() const { return bytes_; }

  private:
    std::byte* at_;
    std::int64_t bytes_ = 0;
};

// dh = scaling * dY B
Products upProducts(const LinearArgs<float>& args, HiddenGradients& hidden) {
    Products list(mapCount(args));
    for (const Group& g : args.groups) {
        for (const Map& map : g.maps) {
            if (g.count == 0 || !hasLora(map)) continue;
            list.begin(hidden.next(g, map), false);
            list.term({.left = gradientOf(g, map),
                       .right = factorOf(map.lora.b, true),
                       .sum = map.weight.rows,
                       .leftScale = map.lora.scaling});
        }
    }
    return list;
}

void addInputProduct(Products& list, const Group& g, HiddenGradients hidden) {
    if (g.dx.data == nullptr) return;
    list.begin(g.dx, g.addToDx);
    for (const Map& map : g.maps) {
        list.term({.left = gradientOf(g, map),
                   .right = {.stored = map.weight, .across = true},
                   .sum = map.weight.rows});
        if (!hasLora(map)) continue;
        list.term({.left = factorOf(hidden.next(g, map)),
                   .right = factorOf(map.lora.a, true),
                   .sum = map.lora.a.rows,
                   .outDropout = map.lora.dropout});
    }
}

void addWeightProducts(Products& list, const Group& g, HiddenGradients& hidden) {
    for (const Map& map : g.maps) {
        const Factor dY = gradientOf(g, map, true);
        if (map.dWeight.data != nullptr) {
            list.begin(map.dWeight, true);
            list.term({.left = dY, .right = inputOf(g, true), .sum = g.count});
        }
        if (!hasLora(map)) continue;
        list.begin(map.lora.dB, true);
        list.term({.left = dY, .right = factorOf(map.lora.hidden, true), .sum = g.count});
        list.begin(map.lora.dA, true);
        list.term({.left = factorOf(hidden.next(g, map), true),
                   .right = inputOf(g, true, map.lora.dropout),
                   .sum = g.count});
    }
}

Products backwardProducts(const LinearArgs<float>& args, HiddenGradients hidden) {
    Products list(5 * mapCount(args));
    for (const Group& g : args.groups) {
        if (g.count == 0) continue;
        addInputProduct(list, g, hidden);
        addWeightProducts(list, g, hidden);
    }
    return list;
}

OpContext behind(const OpContext& context, std::int64_t bytes) {
    DSM_CHECK(bytes <= context.scratchBytes());
    OpContext rest = context;
    rest.scratch = context.scratch.subspan(static_cast<std::size_t>(bytes));
    return rest;
}

}  // namespace

void linearForward(OpContext& context, const LinearArgs<float>& all) {
    checkForward(all);
    const SettledGroups<float> settled(all);
    const LinearArgs<float> args = settled.args();
    gemm(context, downProducts(args).all());
    gemm(context, forwardProducts(args).all());
}

std::int64_t linearForwardScratch(const OpContext& context, const LinearArgs<float>& all) {
    const SettledGroups<float> settled(all);
    const LinearArgs<float> args = settled.args();
    const TrainLoops& loops = trainLoopsOf(context);
    return std::max(gemmScratchBytes(loops, downProducts(args).all()),
                    gemmScratchBytes(loops, forwardProducts(args).all()));
}

void linearBackward(OpContext& context, const LinearArgs<float>& all) {
    checkBackward(all);
    const SettledGroups<float> settled(all);
    const LinearArgs<float> args = settled.args();
    HiddenGradients hidden(context.scratch.data());
    const Products up = upProducts(args, hidden);
    OpContext rest = behind(context, hidden.bytes());
    gemm(rest, up.all());
    gemm(rest, backwardProducts(args, HiddenGradients(context.scratch.data())).all());
}

std::int64_t linearBackwardScratch(const OpContext& context, const LinearArgs<float>& all) {
    const SettledGroups<float> settled(all);
    const LinearArgs<float> args = settled.args();
    const TrainLoops& loops = trainLoopsOf(context);
    HiddenGradients hidden(nullptr);
    const std::int64_t up = gemmScratchBytes(loops, upProducts(args, hidden).all());
    return hidden.bytes() +
           std::max(
               up, gemmScratchBytes(loops, backwardProducts(args, HiddenGradients(nullptr)).all()));
}

}  // namespace dsm::cpu
