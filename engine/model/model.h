// Model: a checkpoint on a backend, with the text it has read so far.
//
// Threads   load() and read() belong to one thread at a time; the getters of facts fixed at load
//           may be called from any thread.
// Errors    load(): those of config.h, memory_fit.h, weights.h and backend.h; OutOfMemory with
// numbers;
//           Cancelled.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "engine/model/adapter.h"
#include "engine/model/config.h"
#include "engine/model/kv_cache.h"
#include "engine/model/memory_plan.h"
#include "engine/model/weights.h"
#include "engine/model/workspace.h"
#include "kernels/backend.h"
#include "kernels/base/machine_memory.h"
#include "kernels/base/result.h"
#include "kernels/base/thread_pool.h"

namespace dsm {

struct ModelOptions {
    std::filesystem::path folder;  // config.json and the safetensors files
    std::optional<std::string> backend =
        std::nullopt;               // a name of kernels/backend.h; none: the best
    int threads = 0;                // 0: one per core
    std::int64_t contextLimit = 0;  // positions; 0: the model's own, at most 4096
    KvType kv = KvType::BF16;       // of the cache
    std::int64_t microBatchTokens = kMicroBatchTokens;
    // Other than OnDisk, a model that won't fit (memory_fit.h) is refused.
    Residency residency = Residency::InMemory;
    std::optional<MachineMemory> machine = std::nullopt;  // none: this one, measured
};

class Model {
  public:
    static Result<std::unique_ptr<Model>> load(const ModelOptions& options,
                                               const ProgressSink& progress, std::stop_token stop);

    const ModelConfig& config() const { return config_; }
    const MemoryPlan& memory() const { return memory_; }
    Backend backend() const { return backend_; }
    int threads() const { return pool_.threads(); }
    std::string backendDescription() const { return description(backend_, threads()); }
    std::int64_t contextLimit() const { return cache_.capacity(); }
    const KvCache& cache() const { return cache_; }
    const Weights& weights() const { return weights_; }
    // Of the model, of the adapter in use and of what computes it (cache_file.h).
    const std::string& fingerprint() const { return fingerprint_; }

    // Computes with `scale` times this adapter from the next read on, over weights of any type;
    // nullptr: with none. The context is forgotten: it was read by another model, as it were.
    // The adapter was read for this model's config (adapter_folder.h).
    // Errors  Unsupported: a backend that has no adapters; the model stays as it was.
    Result<void> useAdapter(std::shared_ptr<const LoraAdapter> adapter, float scale);
    const std::shared_ptr<const LoraAdapter>& adapter() const { return adapter_; }

    // Computes with these operations instead of the backend's from the next read on, e.g. with
    // ones that take the time (kernels/op_timer.h). Borrowed as long as they are in use.
    void useOps(const OpTable& ops) { ops_ = &ops; }

    // Forgets every position from `size` on.
    void rewind(std::int64_t size) { cache_.truncate(size); }

    // Writes what the context holds to a file (cache_file.h), for the thread that reads.
    Result<void> saveContext(const std::filesystem::path& path, const std::stop_token& stop) const;
    // Takes from such a file what it holds of the beginning of `ids` and the context doesn't, and
    // says how many positions of the context are those of `ids` then. A file that is refused, with
    // the reason as the error, or that doesn't help changes nothing; one that breaks while it is
    // read leaves the context empty.
    Result<std::int64_t> restoreContext(const std::filesystem::path& path,
                                        std::span<const std::int32_t> ids);

    // Reads on: appends the tokens to the context, in passes of at most microBatchTokens, and
    // returns the logits [V] of the last one; they may be overwritten and last until the next
    // call. nullopt when asked to stop, which it looks for before each layer: the context then
    // holds the passes that were finished.
    // `ids` is not empty, fits the context, and holds ids of the vocabulary only (CHECK).
    std::optional<std::span<float>> read(std::span<const std::int32_t> ids, std::stop_token stop);

    // The same, handing every token's logits [rows, V] to `sink`, in order.
    void readWithLogits(std::span<const std::int32_t> ids,
                        const std::function<void(Matrix<const float>)>& sink);

  private:
    Model(const ModelConfig& config, Weights weights, Backend backend, std::int64_t contextLimit,
          const ModelOptions& options);

    bool pass(std::span<const std::int32_t> ids, Matrix<float> logits, std::stop_token stop);

    ModelConfig config_;
    std::string ownFingerprint_;  // of the files as they were loaded, without an adapter
    std::string fingerprint_;
    std::shared_ptr<const LoraAdapter> adapter_;  // borrowed by weights_
    Weights weights_;
    Backend backend_;
    const OpTable* ops_;
    MemoryPlan memory_;
    ThreadPool pool_;
    KvCache cache_;
    Workspace workspace_;
    Buffer<float> rotary_;  // [S, K]
    Buffer<float> logits_;  // [V]
};

}  // namespace dsm
