// Module maps: the parts of a model as products take them (ops/train/linear.h), for one place where
// numbers that learn and their gradients lie: a GPU's memory or the host's.
//
// Ownership Borrows everything.
#pragma once

#include <cstdint>
#include <span>

#include "engine/train/trainable_weights.h"
#include "kernels/ops/train/linear.h"

namespace dsm {

template <class T>
struct ModuleMaps {
    const float* values = nullptr;             // that learn, by the offsets of parameters
    std::span<T> gradients;                    // empty: none
    std::int64_t firstGradient = 0;            // the offset of the first of these
    double dropout = 0;                        // of adapters' inputs; 0: none
    std::uint64_t seed = 0;                    // of it, another one for each batch
    const std::uint64_t* seedThere = nullptr;  // on a device, in place of the seed

    Matrix<T> gradientOf(std::int64_t offset, std::int64_t rows, std::int64_t cols) const {
        if (offset < 0 || gradients.empty()) return {};
        return {gradients.data() + (offset - firstGradient), rows, cols};
    }
    // `hidden` [M, rank] is looked at where the module has factors.
    LinearMap<T> of(const TrainedModule& module, const Matrix<T>& hidden) const {
        const Weight& w = module.weight;
        LinearMap<T> map{.weight = w, .lora = {}, .y = {}, .dY = {}, .dWeight = {}};
        map.dWeight = gradientOf(module.full, w.rows, w.cols);
        if (module.a < 0) return map;
        map.lora = {.a = {values + module.a, module.rank, w.cols},
                    .b = {values + module.b, w.rows, module.rank},
                    .scaling = module.scaling,
                    .dropout = dropoutOf(module),
                    .hidden = hidden,
                    .dA = gradientOf(module.a, module.rank, w.cols),
                    .dB = gradientOf(module.b, w.rows, module.rank)};
        return map;
    }

  private:
    Dropout dropoutOf(const TrainedModule& module) const {
        if (seedThere == nullptr) return Dropout::ofRate(dropout, Dropout::keyOf(seed, module.id));
        Dropout there = Dropout::ofRate(dropout, module.id);
        there.seed = seedThere;
        return there;
    }
};

}  // namespace dsm
