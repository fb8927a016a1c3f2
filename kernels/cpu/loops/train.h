// The loops of train_simd.h, written once over a type of lanes. What loops/simd.h says of such
// files holds here too.
#pragma once

#include <cstdint>

#include "kernels/cpu/loops/gemm.h"

namespace dsm::cpu {
namespace {

template <class V>
struct TrainBuild {
    using F = typename V::F;
    using L = Loops<V>;
    using G = GemmLoops<V>;
    using BF16Bits = std::uint16_t;

    // body(load, store, i) for each vector of n numbers: load(p) gives those at p + i, store(p, v)
    // puts them there; the last vector is filled up with zeros.
    template <class Body>
    static void each(std::int64_t n, const Body& body) {
        std::int64_t i = 0;
        for (; i + V::kWidth <= n; i += V::kWidth) {
            body([i](const auto* p) { return V::load(p + i); },
                 [i](float* p, F v) { V::store(p + i, v); });
        }
        if (i < n) {
            body([i, n](const auto* p) { return L::loadTail(p + i, n - i); },
                 [i, n](float* p, F v) { L::storeTail(p + i, v, n - i); });
        }
    }

    static float norm(const float* x, const void* weight, DType type, std::int64_t n, float epsilon,
                      float* out) {
        const float scale =
            1.0F / __builtin_sqrtf(L::sumOfSquares(x, n) / static_cast<float>(n) + epsilon);
        const auto with = [&](const auto* w) {
            each(n, [&](const auto& load, const auto& store) {
                store(out, V::mul(V::mul(load(x), V::set(scale)), load(w)));
            });
        };
        type == DType::F32 ? with(static_cast<const float*>(weight))
                           : with(static_cast<const BF16Bits*>(weight));
        return scale;
    }

    static void normBackward(const float* dOut, const float* x, const void* weight, DType type,
                             std::int64_t n, float scale, float* dx) {
        const auto with = [&](const auto* w) {
            F sum = V::zero();
            each(n, [&](const auto& load, const auto&) {
                sum = V::fma(V::mul(load(dOut), load(w)), load(x), sum);
            });
            const F s = V::set(scale);
            const F pull = V::set(-V::sum(sum) * scale * scale * scale / static_cast<float>(n));
            each(n, [&](const auto& load, const auto& store) {
                const F own = V::fma(V::mul(load(dOut), load(w)), s, load(dx));
                store(dx, V::fma(load(x), pull, own));
            });
        };
        type == DType::F32 ? with(static_cast<const float*>(weight))
                           : with(static_cast<const BF16Bits*>(weight));
    }

    static F sigmoid(F z) {
        const F one = V::set(1.0F);
        return V::div(one, V::add(one, L::exponential(V::sub(V::zero(), z))));
    }

    static void gated(const float* gate, const float* up, float factor, std::int64_t n,
                      float* out) {
        each(n, [&](const auto& load, const auto& store) {
            const F z = load(gate);
            const F silu = V::mul(z, sigmoid(z));
            store(out, V::mul(V::mul(silu, load(up)), V::set(factor)));
        });
    }

    static float gatedBackward(const float* dOut, const float* gate, const float* up, float factor,
                               std::int64_t n, float* dGate, float* dUp) {
        F sum = V::zero();
        each(n, [&](const auto& load, const auto& store) {
            const F z = load(gate);
            const F u = load(up);
            const F s = sigmoid(z);
            const F silu = V::mul(z, s);
            const F d = load(dOut);
            sum = V::fma(V::mul(silu, u), d, sum);
            const F weighted = V::mul(d, V::set(factor));
            // silu' = s + z s (1 - s) = s + silu - silu s
            const F slope = V::sub(V::add(s, silu), V::mul(silu, s));
            store(dGate, V::mul(V::mul(weighted, u), slope));
            store(dUp, V::mul(weighted, silu));
        });
        return V::sum(sum);
    }

    static void add(const float* x, std::int64_t n, float* out) {
        each(n,
             [&](const auto& load, const auto& store) { store(out, V::add(load(out), load(x))); });
    }

    static void addProduct(const float* x, const float* y, float scale, std::int64_t n,
                           float* out) {
        each(n, [&](const auto& load, const auto& store) {
            store(out, V::fma(V::mul(load(x), load(y)), V::set(scale), load(out)));
        });
    }

    static float dot(const float* x, const float* y, std::int64_t n) {
        F sum = V::zero();
        each(n, [&](const auto& load, const auto&) { sum = V::fma(load(x), load(y), sum); });
        return V::sum(sum);
    }

    static float exponentials(float* x, std::int64_t n, float scale, float shift) {
        F sum = V::zero();
        std::int64_t i = 0;
        const auto of = [&](F v) {
            return L::exponential(V::sub(V::mul(v, V::set(scale)), V::set(shift)));
        };
        for (; i + V::kWidth <= n; i += V::kWidth) {
            const F e = of(V::load(x + i));
            sum = V::add(sum, e);
            V::store(x + i, e);
        }
        float total = V::sum(sum);
        if (i < n) {
            L::storeTail(x + i, of(L::loadTail(x + i, n - i)), n - i);
            for (; i < n; ++i)
                total += x[i];
        }
        return total;
    }

    static void multiply(float* x, std::int64_t n, float factor) {
        each(n, [&](const auto& load, const auto& store) {
            store(x, V::mul(load(x), V::set(factor)));
        });
    }

    static void softmaxBackward(const float* p, float* ds, std::int64_t n, float delta,
                                float scale) {
        each(n, [&](const auto& load, const auto& store) {
            store(ds, V::mul(V::mul(load(p), V::sub(load(ds), V::set(delta))), V::set(scale)));
        });
    }

    static void adamW(float* weight, const float* gradient, float* first, float* second,
                      std::int64_t n, const AdamWStep& s) {
        const F fresh1 = V::set(s.fresh1);
        const F fresh2 = V::set(s.fresh2);
        each(n, [&](const auto& load, const auto& store) {
            const F g = V::mul(load(gradient), V::set(s.gradientScale));
            const F m = V::fma(fresh1, g, V::mul(load(first), V::set(s.beta1)));
            const F v = V::fma(V::mul(fresh2, g), g, V::mul(load(second), V::set(s.beta2)));
            store(first, m);
            store(second, v);
            const F root = V::mul(V::root(v), V::set(s.secondScale));
            const F change = V::div(V::mul(m, V::set(s.rate)), V::add(root, V::set(s.epsilon)));
            store(weight, V::sub(V::mul(load(weight), V::set(s.decayed)), change));
        });
    }

    // In double, in four sums side by side.
    static double sumOfSquares(const float* x, std::int64_t n) {
        double sums[4] = {};
        std::int64_t i = 0;
        for (; i + 4 <= n; i += 4) {
            for (int j = 0; j < 4; ++j)
                sums[j] += static_cast<double>(x[i + j]) * static_cast<double>(x[i + j]);
        }
        for (; i < n; ++i)
            sums[0] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
        return (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }
};

template <class V>
constexpr TrainLoops makeTrainLoops() {
    using B = TrainBuild<V>;
    using G = typename B::G;
    return {.rows = G::kRows,
            .cols = G::kCols,
            .packLeft = G::template pack<G::kRows>,
            .packRight = G::template pack<G::kCols>,
            .tile = G::tile,
            .norm = B::norm,
            .normBackward = B::normBackward,
            .gated = B::gated,
            .gatedBackward = B::gatedBackward,
            .add = B::add,
            .addProduct = B::addProduct,
            .dot = B::dot,
            .largest = B::L::largest,
            .exponentials = B::exponentials,
            .multiply = B::multiply,
            .softmaxBackward = B::softmaxBackward,
            .dropout = G::dropout,
            .adamW = B::adamW,
            .sumOfSquares = B::sumOfSquares};
}

}  // namespace
}  // namespace dsm::cpu
