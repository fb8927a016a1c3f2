// Trainable weights: which numbers of a model learn, where they lie, and how each part of the model
// reaches its own.
//
// Everything that learns stands in one stretch of float32 numbers, so that optimizer, clipping and
// checkpoints are loops over one array; a gradient has the same offsets. The rest of the model is
// read where it was loaded, in its own type.
//
//   LoRA   factors for the linear maps that `targets` name (adapter.h, namesModule()), and whole
//          weights for those that `savedModules` name
//   full   every tensor of the model
//
// The router never gets factors: which experts run shall not move under an adapter that did not
// see the others.
//
// Ownership Owns the learning numbers; borrows the model's weights, which outlive it.
// Threads   Immutable but for values().
// Errors    make(): Malformed where a name fits nothing, naming it; Unsupported for full training
//           of packed weights; OutOfMemory; Cancelled.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/model/adapter/adapter.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/pass/weights.h"
#include "kernels/base/buffer.h"
#include "kernels/base/result.h"

namespace dsm {

enum class TrainMethod { Lora, Full };

struct TrainTargets {
    TrainMethod method = TrainMethod::Lora;
    LoraSettings lora;                      // of LoRA
    std::vector<std::string> targets;       // of LoRA
    std::vector<std::string> savedModules;  // of LoRA
};

// The lists behind the names that users choose by.
std::vector<std::string> attentionTargets();
std::vector<std::string> attentionAndSharedTargets();
std::vector<std::string> allLinearTargets();

struct Parameter {
    std::string name;  // "model.layers.0.self_attn.q_proj.lora_A", or a tensor's own
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    std::int64_t offset = 0;  // of its first number
    bool decays = true;       // norms don't

    std::int64_t size() const { return rows * cols; }
};

// One part of the model as training sees it. Offsets are -1 where nothing learns.
struct TrainedModule {
    Weight weight;  // what is computed with: the model's own, or the numbers that learn
    std::int64_t full = -1;
    std::int64_t a = -1, b = -1;  // of the factors [rank, cols] and [rows, rank]
    std::int64_t rank = 0;
    float scaling = 1;
    std::uint32_t id = 0;  // for dropout

    bool learns() const { return full >= 0 || a >= 0; }
};

struct TrainedLayer {
    TrainedModule inputNorm, query, key, value, attentionOutput, postAttentionNorm, router;
    std::vector<TrainedModule> expertGate, expertUp, expertDown;  // [E]
    TrainedModule sharedGate, sharedUp, sharedDown;

    bool isMoe() const { return router.weight.data != nullptr; }
};

class TrainableWeights {
  public:
    static Result<TrainableWeights> make(const ModelConfig& config, const Weights& weights,
                                         const TrainTargets& targets, std::uint64_t seed,
                                         const std::stop_token& stop = {});

    const TrainTargets& targets() const { return targets_; }
    const std::vector<Parameter>& parameters() const { return parameters_; }
    // The end of the numbers that the optimizer's decay is for; norms come after them.
    std::int64_t decayingNumbers() const { return decaying_; }
    std::span<float> values() const { return values_.span(); }
    // Where operations find the learning numbers, and change them: values(), or on a device.
    std::span<float> computed() const { return computed_; }
    // From now on what is computed with lies there: `elsewhere`, which outlives this, has the
    // model's weights, and `values` room for the numbers that learn, which the caller copies.
    void computeWith(const Weights& elsewhere, std::span<float> values);
    std::int64_t count() const { return static_cast<std::int64_t>(values_.size()); }

    const TrainedModule& embedding() const { return embedding_; }
    const TrainedModule& finalNorm() const { return finalNorm_; }
    const TrainedModule& head() const { return head_; }
    const std::vector<TrainedLayer>& layers() const { return layers_; }
    // As they were before computeWith(): what computes on the host computes with these and values().
    const std::vector<TrainedLayer>& layersOnHost() const {
        return layersOnHost_.empty() ? layers_ : layersOnHost_;
    }
    // The first layer of which something learns; as many as there are layers where none does. -1
    // where the embedding does.
    std::int64_t firstLearning() const { return firstLearning_; }

    // The adapter as it is now, without its numbers; of LoRA.
    LoraAdapter adapterShape() const;

  private:
    TrainableWeights() = default;

    Result<void> plan(const ModelConfig& config, const Weights& weights);
    Result<void> planTensor(const TensorSpec& spec, const Weight& weight, bool norms);
    Result<void> fill(const Weights& weights, std::uint64_t seed, const std::stop_token& stop);
    TrainedModule& slot(const TensorSpec& spec);
    std::int64_t addParameter(std::string name, std::int64_t rows, std::int64_t cols, bool decays);

    TrainTargets targets_;
    std::vector<TensorSpec> table_;
    std::vector<Parameter> parameters_;
    std::int64_t decaying_ = 0;
    std::int64_t numbers_ = 0;
    Buffer<float> values_;
    std::span<float> computed_;
    TrainedModule embedding_, finalNorm_, head_;
    std::vector<TrainedLayer> layers_;
    std::vector<TrainedLayer> layersOnHost_;  // where they differ
    std::int64_t firstLearning_ = 0;
};

// How many numbers would learn, without loading anything.
Result<std::int64_t> trainedNumbers(const ModelConfig& config, const TrainTargets& targets);

}  // namespace dsm
