// Experts on the host: the routed experts of a model's last layers, for which a GPU has no room,
// computed by the processor's operations, forth and back, from what the GPU made of the rest of the
// layer. (Of generation: engine/model/device/host_experts.h.)
//
//   forth   take(), computeHidden(), then output(): [T, D], the sum over each token's experts
//   back    take(), computeHidden(), output() where asked for, then takeGradient() and
//           computeGradients(): by token what goes to the layer's inputs, by slot what goes to the
//           router's weights, and the gradients of what learns, which are added to the device's
//
// Everything comes and goes through the device's memory (work_memory.h) and its pinned buffers. What
// learns of these layers lies on the device like all else, where the optimizer changes it; begin()
// brings it.
//
// Where the device fails, its memory gives zeros: no expert has a token then.
//
// Letters   As in activations.h.
// Ownership Owns its memory, which grows to the largest batch; borrows the rest.
// Threads   One call at a time; uses the pool.
// Errors    None; std::bad_alloc.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/train/activations.h"
#include "engine/train/linear_groups.h"
#include "engine/train/module_maps.h"
#include "engine/train/trainable_weights.h"
#include "kernels/base/thread_pool.h"
#include "kernels/train_op_table.h"

namespace dsm {

template <class T>
class ExpertsOnHost {
  public:
    // Of the last `layers` MoE layers.
    ExpertsOnHost(const ModelConfig& config, const TrainableWeights& weights,
                  const TrainOps<T>& ops, ThreadPool& pool, WorkMemory& device, std::int64_t layers,
                  bool checkpointing);

    bool computes(std::int64_t layer) const {
        return layer >= firstLayer_ && weights_.layersOnHost()[index(layer)].isMoe();
    }
    // Of a pass; without gradients there is neither dropout nor a way back.
    void begin(double dropout, std::uint64_t dropoutSeed);

    // What the layer's experts read; waits for it.
    void take(std::int64_t layer, const LayerActivations<T>& device);
    void computeHidden(std::int64_t layer);
    const Matrix<T>& output(std::int64_t layer);

    // Of the layer's output; and of what learns the gradients so far, which lie on the device.
    void takeGradient(std::int64_t layer, const Matrix<T>& dOutput, std::span<T> gradients);
    void computeGradients(std::int64_t layer, std::span<T> gradients);
    const Matrix<T>& dInput() const { return dInput_.view(); }      // [T, D]
    std::span<const T> dFactor() const { return dFactor_.span(); }  // [S]

    std::uint64_t sizeBytes() const;

  private:
    // Of the learning numbers of one layer's experts.
    struct Range {
        std::int64_t begin = 0;
        std::int64_t count = 0;
    };

    static std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }
    Range rangeOf(std::int64_t layer) const;
    LayerActivations<T>& activationsOf(std::int64_t layer) {
        return layers_[checkpointing_ ? 0 : index(layer - firstLayer_)];
    }
    template <class Groups>
    void linearForward(const Groups& groups);
    template <class Groups>
    void linearBackward(const Groups& groups);
    void growScratch(std::int64_t bytes);

    const ModelConfig& config_;
    const TrainableWeights& weights_;
    const TrainOps<T>& ops_;
    WorkMemory& device_;
    std::int64_t firstLayer_;
    bool checkpointing_;
    OpContext context_;
    ModuleMaps<T> maps_;
    std::vector<LayerActivations<T>> layers_;  // what experts have of them alone
    Grown<T> slotRows_, dHidden_, dFactor_;    // [S, D], [S, F], [S]
    Grown<T> output_, dOutput_, dInput_;       // [T, D]
    Grown<T> gradients_;                       // of one layer
    Grown<std::byte> scratch_;
};

extern template class ExpertsOnHost<float>;
extern template class ExpertsOnHost<double>;

}  // namespace dsm
