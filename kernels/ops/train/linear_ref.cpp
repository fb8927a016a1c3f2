#include <algorithm>
#include <vector>

#include "kernels/ops/train/linear.h"

namespace dsm::reference {
namespace {

template <class T>
std::vector<T> widened(const Weight& w) {
    std::vector<T> all(static_cast<std::size_t>(w.rows * w.cols));
    for (std::int64_t i = 0; i < w.rows * w.cols; ++i)
        all[static_cast<std::size_t>(i)] = static_cast<T>(w.at(i / w.cols, i % w.cols));
    return all;
}

template <class T>
const T* inputOf(const LinearGroup<T>& g, std::int64_t m) {
    return g.x.row(g.rows != nullptr ? g.rows[m] : m);
}

template <class T>
const T* gradientOf(const LinearGroup<T>& g, const LinearMap<T>& map, std::int64_t m) {
    return map.dY.row(g.dYRows != nullptr ? g.dYRows[m] : m);
}

template <class T>
T dropped(const LinearGroup<T>& g, const Dropout& dropout, std::int64_t m, std::int64_t k) {
    const T x = inputOf(g, m)[k];
    if (!dropout.isOn()) return x;
    return dropout.keeps(m * g.x.cols + k) ? x * static_cast<T>(dropout.scale) : T{0};
}

template <class T>
void mapForward(const LinearGroup<T>& g, const LinearMap<T>& map) {
    const std::vector<T> w = widened<T>(map.weight);
    const LoraFactors<T>& lora = map.lora;
    const std::int64_t rank = lora.a.data != nullptr ? lora.a.rows : 0;
    for (std::int64_t m = 0; m < g.count; ++m) {
        for (std::int64_t r = 0; r < rank; ++r) {
            T sum = 0;
            for (std::int64_t k = 0; k < g.x.cols; ++k)
                sum += dropped(g, lora.dropout, m, k) * static_cast<T>(lora.a.row(r)[k]);
            lora.hidden.row(m)[r] = static_cast<T>(lora.scaling) * sum;
        }
        for (std::int64_t n = 0; n < map.weight.rows; ++n) {
            T sum = 0;
            for (std::int64_t k = 0; k < g.x.cols; ++k)
                sum += inputOf(g, m)[k] * w[static_cast<std::size_t>(n * g.x.cols + k)];
            for (std::int64_t r = 0; r < rank; ++r)
                sum += lora.hidden.row(m)[r] * static_cast<T>(lora.b.row(n)[r]);
            map.y.row(m)[n] = map.addToY ? map.y.row(m)[n] + sum : sum;
        }
    }
}

template <class T>
void loraBackward(const LinearGroup<T>& g, const LinearMap<T>& map) {
    const LoraFactors<T>& lora = map.lora;
    for (std::int64_t m = 0; m < g.count; ++m) {
        for (std::int64_t r = 0; r < lora.a.rows; ++r) {
            T dh = 0;
            for (std::int64_t n = 0; n < map.weight.rows; ++n) {
                dh += gradientOf(g, map, m)[n] * static_cast<T>(lora.b.row(n)[r]);
                lora.dB.row(n)[r] += gradientOf(g, map, m)[n] * lora.hidden.row(m)[r];
            }
            dh *= static_cast<T>(lora.scaling);
            for (std::int64_t k = 0; k < g.x.cols; ++k) {
                lora.dA.row(r)[k] += dh * dropped(g, lora.dropout, m, k);
                if (g.dx.data == nullptr) continue;
                const T back = dh * static_cast<T>(lora.a.row(r)[k]);
                if (!lora.dropout.isOn()) {
                    g.dx.row(m)[k] += back;
                } else if (lora.dropout.keeps(m * g.x.cols + k)) {
                    g.dx.row(m)[k] += back * static_cast<T>(lora.dropout.scale);
                }
            }
        }
    }
}

template <class T>
void weightBackward(const LinearGroup<T>& g, const LinearMap<T>& map) {
    const std::vector<T> w = widened<T>(map.weight);
    for (std::int64_t m = 0; m < g.count; ++m) {
        for (std::int64_t n = 0; n < map.weight.rows; ++n) {
            const T dy = gradientOf(g, map, m)[n];
            for (std::int64_t k = 0; k < g.x.cols; ++k) {
                if (g.dx.data != nullptr)
                    g.dx.row(m)[k] += dy * w[static_cast<std::size_t>(n * g.x.cols + k)];
                if (map.dWeight.data != nullptr) map.dWeight.row(n)[k] += dy * inputOf(g, m)[k];
            }
        }
    }
}

}  // namespace

template <class T>
void linearForward(OpContext&, const LinearArgs<T>& args) {
    checkForward(args);
    const SettledGroups<T> settled(args);
    for (const LinearGroup<T>& g : settled.args().groups) {
        for (const LinearMap<T>& map : g.maps)
            mapForward(g, map);
    }
}

template <class T>
void linearBackward(OpContext&, const LinearArgs<T>& args) {
    checkBackward(args);
    const SettledGroups<T> settled(args);
    for (const LinearGroup<T>& g : settled.args().groups) {
        if (g.dx.data != nullptr && !g.addToDx) std::fill_n(g.dx.data, g.dx.size(), T{0});
        for (const LinearMap<T>& map : g.maps) {
            weightBackward(g, map);
            if (map.lora.a.data != nullptr) loraBackward(g, map);
        }
    }
}

template void linearForward(OpContext&, const LinearArgs<float>&);
template void linearForward(OpContext&, const LinearArgs<double>&);
template void linearBackward(OpContext&, const LinearArgs<float>&);
template void linearBackward(OpContext&, const LinearArgs<double>&);

}  // namespace dsm::reference
