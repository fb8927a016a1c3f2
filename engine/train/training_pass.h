// Training pass: the loss of a batch and its gradient, through the whole model and back.
//
//   loss = tokenScale * sum over targets of -log p(target)
//        + balance * sum over samples and MoE layers of the balance loss (ops/train/router.h)
//
// The way forth keeps what the way back needs: with checkpointing the input of each layer alone,
// and the rest of a layer is computed again before its way back; without it, everything. The logits
// exist for some rows at a time (lossRows()), and only for tokens that have a target.
//
// T is float for every backend, and double over the reference operations: finite differences of the
// whole model are taken there.
//
// On a device a pass of one shape may be recorded and replayed (WorkMemory::repeat()). The shape has
// tokens, samples and, of tokens with a target, as many as fill lossRows() some times: the list of them
// is filled up with none. Where the host computes experts (experts_on_host.h) nothing is recorded,
// and the host waits at each of their layers.
//
// Source    DeepSeekMoE (arXiv 2401.06066) sections 2 and 3; Chen et al., Training Deep Nets with
//           Sublinear Memory Cost, arXiv 1604.06174.
// Ownership Borrows everything; its own memory grows to the largest batch, and lies where weights,
//           learning numbers and gradients do (work_memory.h).
// Threads   One call at a time; uses the pool.
// Errors    None; std::bad_alloc where memory does not suffice. What becomes of a GPU its memory
//           knows. Tokens outside the vocabulary or positions beyond the rotary table are the
//           caller's bug (CHECK).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/model/checkpoint/config.h"
#include "engine/train/activations.h"
#include "engine/train/experts_on_host.h"
#include "engine/train/module_maps.h"
#include "engine/train/token_batch.h"
#include "engine/train/trainable_weights.h"
#include "kernels/base/thread_pool.h"
#include "kernels/train_ops.h"

namespace dsm {

struct PassOptions {
    bool checkpointing = true;
    std::int64_t positions = 0;  // the longest sample
    double dropout = 0;
    // On a device: of so many MoE layers, the last ones, the host computes the routed experts.
    std::int64_t hostLayers = 0;
    const cpu::Simd* simd = nullptr;  // of tests
    bool timed = false;               // waits for each part, so that times() are those of a GPU too
};

struct PassScale {
    double tokens = 1;              // of each token's loss and its gradient
    double balance = 0;             // of each sample's balance loss; 0: off
    std::uint64_t dropoutSeed = 0;  // another one for each batch
};

struct PassLoss {
    double tokens = 0;   // the sum of the tokens' losses, not scaled
    double balance = 0;  // scaled
    std::int64_t labels = 0;
};

// Seconds that the parts of a pass took.
struct PassTimes {
    double embedding = 0;
    double loss = 0;  // final norm, head and cross entropy, forth and back
    double embeddingBack = 0;
    std::vector<double> forward;   // [L]
    std::vector<double> backward;  // [L] with what is computed again; 0 where nothing learns
};

// Rows of logits that exist at once: 128 MB of them, and not more than a product needs to be fast.
std::int64_t lossRows(std::int64_t vocabSize);
// Rows that a device computes for the loss of so many tokens with a target.
std::int64_t shownRows(std::int64_t labels, std::int64_t tokens, std::int64_t vocabSize);

template <class T>
class TrainingPass {
  public:
    TrainingPass(const ModelConfig& config, const TrainableWeights& weights, const TrainOps<T>& ops,
                 ThreadPool& pool, const PassOptions& options,
                 WorkMemory& memory = hostWorkMemory());

    // Adds to `gradients`, which has the offsets of the weights' values; empty: the loss alone.
    // nullopt when asked to stop, which is looked at before each layer; with gradients on a device that
    // computes all of it, and is given it at once, before the first one alone.
    std::optional<PassLoss> run(const TokenBatch& batch, const PassScale& scale,
                                std::span<T> gradients, const std::stop_token& stop = {});

    // The same without waiting: what the batch has of losses is queued to `losses`, of
    // lossNumbers() numbers of memory for results (work_memory.h), to be read by lossIn() once it
    // has arrived. false when asked to stop.
    bool queue(const TokenBatch& batch, const PassScale& scale, std::span<T> gradients,
               std::span<double> losses, const std::stop_token& stop = {});
    static std::int64_t lossNumbers(const TokenBatch& batch) { return batch.labels() + 1; }
    // Sums of samples are those of sampleLosses() then.
    PassLoss lossIn(const TokenBatch& batch, std::span<const double> losses);

    // The first place of the way forth where a number is not finite, for people: "the output of
    // layer 3", or nothing. Computes the batch again.
    std::optional<std::string> firstNotFinite(const TokenBatch& batch);

    const PassTimes& times() const { return times_; }  // of the last run()
    // Of the last run(), the sum of each sample's token losses: [samples of the batch].
    std::span<const double> sampleLosses() const { return sampleLosses_; }

    std::uint64_t activationBytes() const;  // of layers
    std::uint64_t lossBytes() const;
    std::uint64_t scratchBytes() const { return memory_.scratch.sizeBytes(); }
    // Of the host's memory, for the experts that it computes.
    std::uint64_t hostBytes() const { return host_ ? host_->sizeBytes() : 0; }

  private:
    Matrix<T> gradientOf(std::int64_t offset, std::int64_t rows, std::int64_t cols) const {
        return maps_.gradientOf(offset, rows, cols);
    }
    LinearMap<T> mapOf(const TrainedModule& module, const Matrix<T>& hidden) const {
        return maps_.of(module, hidden);
    }
    bool hasExperts(std::int64_t layer) const { return weights_.layers()[index(layer)].isMoe(); }
    // Whether the device has routed experts of the layer, or the host.
    bool computesExperts(std::int64_t layer) const { return hasExperts(layer) && !isOnHost(layer); }
    bool isOnHost(std::int64_t layer) const { return host_ && host_->computes(layer); }
    static std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

    void place(const TokenBatch& batch);
    void placeTargets(const TokenBatch& batch);
    // Where the factor of token losses and of balance losses stands; nullptr: not on a device.
    const double* factorThere(int which) const;
    bool passThrough(const std::stop_token& stop);
    bool isFinite(const Matrix<T>& m);
    void finishLap();
    bool forward(const std::stop_token& stop);
    void embed();
    // The layer's input and output are memory_.inputs[layer] and [layer + 1].
    // Without output, only what the way back needs of the layer is computed.
    void forwardLayer(std::int64_t layer, LayerActivations<T>& a, bool withOutput = true);
    void forwardAttention(std::int64_t layer, LayerActivations<T>& a);
    void route(const TrainedLayer& w, LayerActivations<T>& a);
    std::array<LinearMap<T>, 2> sharedGateAndUpOf(const TrainedLayer& w,
                                                  const LayerActivations<T>& a) const;
    void forwardExperts(std::int64_t layer, LayerActivations<T>& a);
    void forwardDown(std::int64_t layer, LayerActivations<T>& a, bool withOutput);
    void shapeExperts(const TrainedLayer& w, LayerActivations<T>& a);
    // Adds rows by token, from the host, to those of the device.
    void addFromHost(const Matrix<T>& rows, const Matrix<T>& to);
    void addBalance(const LayerActivations<T>& a);
    void loss();
    void lossOfRows(std::int64_t first, std::int64_t count);
    bool compute(const TokenBatch& batch, const PassScale& scale, std::span<T> gradients,
                 const std::stop_token& stop);
    bool backward(const std::stop_token& stop);
    void backwardExperts(std::int64_t layer, LayerActivations<T>& a);
    void backwardDown(std::int64_t layer, LayerActivations<T>& a);
    void backwardGateAndUp(std::int64_t layer, LayerActivations<T>& a);
    void backwardRouter(std::int64_t layer, LayerActivations<T>& a);
    void backwardAttention(std::int64_t layer, LayerActivations<T>& a);
    void backwardNorm(const TrainedModule& norm, const Matrix<T>& x, std::span<const T> scale);

    void linearForward(std::span<const LinearGroup<T>> groups);
    void linearBackward(std::span<const LinearGroup<T>> groups);
    void growScratch(std::int64_t bytes);
    LayerActivations<T>& activationsOf(std::int64_t layer) {
        return layers_[options_.checkpointing ? 0 : index(layer)];
    }

    const ModelConfig& config_;
    const TrainableWeights& weights_;
    const TrainOps<T>& ops_;
    PassOptions options_;
    WorkMemory& work_;
    OpContext context_;
    Grown<float> rotary_;  // [positions, K]
    PassScale scale_;
    std::span<T> gradients_;
    ModuleMaps<T> maps_;
    std::vector<std::int32_t> labelRows_;  // tokens with a target
    std::vector<double> sampleLosses_;
    PassTimes times_;
    PassMemory<T> memory_;
    std::vector<LayerActivations<T>> layers_;
    std::optional<ExpertsOnHost<T>> host_;
};

extern template class TrainingPass<float>;
extern template class TrainingPass<double>;

}  // namespace dsm
