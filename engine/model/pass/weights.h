// Weights: a checkpoint's tensors, ready for the operations.
//
// Tensors on the boundary that operations want (float32 and bfloat16 their own size, Q8 and Q4 64
// bytes) are used where they lie in the mapped files; the others are copied once, and float16 is
// converted to float32. Nested scales of NF4 stay nested.
//
// Ownership Owns the mapped files and the converted tensors; every Weight borrows from them.
// Threads   load() on one thread; immutable afterwards.
// Errors    load(): those of checkTensors(); OutOfMemory; Cancelled; Io where a file was cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

#include "engine/format/checkpoint.h"
#include "engine/model/adapter/adapter.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "engine/model/pass/residency.h"
#include "kernels/base/buffer.h"
#include "kernels/base/result.h"
#include "kernels/base/views.h"

namespace dsm {

struct LayerWeights {
    Weight inputNorm;                // [1, D]
    Weight query, key, value;        // [H*K, D], [G*K, D], [G*K, D]
    Weight attentionOutput;          // [D, H*K]
    Weight postAttentionNorm;        // [1, D]
    Weight router;                   // [E, D]; no data in a dense layer
    std::vector<Weight> expertGate;  // [E] of [F, D]; empty in a dense layer
    std::vector<Weight> expertUp;    // [E] of [F, D]
    std::vector<Weight> expertDown;  // [E] of [D, F]
    Weight sharedGate, sharedUp;     // [Fs, D]: the shared expert, or a dense layer's MLP
    Weight sharedDown;               // [D, Fs]

    bool isMoe() const { return router.data != nullptr; }
};

// Called now and then with the share done, 0 to 1, on the loading thread.
using ProgressSink = std::function<void(double share)>;

class Weights {
  public:
    // Checks every tensor against the config, then brings all of them to where they shall be.
    static Result<Weights> load(Checkpoint checkpoint, const ModelConfig& config,
                                const ProgressSink& progress, std::stop_token stop,
                                Residency residency = Residency::InMemory);

    const Weight& embedding() const { return embedding_; }  // [V, D]
    const Weight& finalNorm() const { return finalNorm_; }  // [1, D]
    const Weight& head() const { return head_; }            // [V, D]
    const std::vector<LayerWeights>& layers() const { return layers_; }
    // That of one entry of the tensor table.
    const Weight& weightOf(const TensorSpec& spec) const;
    std::uint64_t sizeBytes() const { return sizeBytes_; }
    // As Checkpoint::changedFile(): what was computed since then is not what the model says.
    std::optional<Error> changedFile() const { return checkpoint_.changedFile(); }

    // From now on every product adds `scale` times what the adapter adds, and modules that it saved
    // whole take the place of the model's own; nullptr: neither. Borrows the adapter, which was
    // read for this config.
    void useAdapter(const LoraAdapter* adapter, float scale, const ModelConfig& config);

    // For whoever puts weights elsewhere (device_weights.h): the routed experts of a layer, gates,
    // ups and downs, and all weights but routed experts, to be pointed to their new place, which
    // is then held as long as the weights.
    std::vector<Weight*> routedExperts(std::int64_t layer);
    std::vector<Weight*> fixedWeights();
    // That of one entry of the tensor table, likewise (device_adapter.h).
    Weight& slot(const TensorSpec& spec);
    void hold(std::shared_ptr<std::byte> place) { held_.push_back(std::move(place)); }
    void letGo() { held_.clear(); }
    const Nf4Scales* holdScales(const Nf4Scales& scales) { return &nf4_.emplace_back(scales); }

  private:
    explicit Weights(Checkpoint checkpoint) : checkpoint_(std::move(checkpoint)) {}

    Result<Weight> bring(const TensorSpec& spec, const StoredTensor& stored);
    // These throw std::bad_alloc. The bytes where they are, or a copy on the boundary.
    const void* aligned(std::span<const std::byte> bytes, std::uintptr_t boundary);
    const void* widened(std::span<const std::byte> halves);  // to float32
    const Nf4Scales* scalesOf(const StoredTensor& stored);

    Checkpoint checkpoint_;
    std::vector<Buffer<std::byte>> converted_;
    std::vector<std::shared_ptr<std::byte>> held_;
    std::deque<Nf4Scales> nf4_;  // stays where it is when it grows or moves
    Weight embedding_, finalNorm_, head_;
    std::vector<LayerWeights> layers_;
    std::uint64_t sizeBytes_ = 0;
    std::deque<LowRank> lowRanks_;                         // of the adapter in use
    std::vector<std::pair<TensorSpec, Weight>> replaced_;  // the model's own, while its are there
};

}  // namespace dsm
