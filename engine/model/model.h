// Model: a checkpoint on a backend, with the text it has read so far, its context. Further contexts
// (makeCache()) are read together with it, or without it: every weight is then read once for all.
//
// Threads   load() and read() belong to one thread at a time; the getters of facts fixed at load
//           may be called from any thread.
// Device    Where a GPU computes, weights, cache and workspace lie there (gpu_part.h). A GPU that
//           nobody asked for and that refuses gives way to the CPU; fallback() says why.
// Errors    load(): those of config.h, memory_fit.h, weights.h, backend.h and gpu_part.h;
//           OutOfMemory with numbers; Cancelled. makeCache(): OutOfMemory with numbers. A GPU that
//           fails while reading, and a file of weights that is cut meanwhile: failure().
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>

#include "engine/model/adapter/adapter.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/device/gpu_part.h"
#include "engine/model/pass/forward.h"
#include "engine/model/pass/kv_cache.h"
#include "engine/model/pass/memory_plan.h"
#include "engine/model/pass/weights.h"
#include "engine/model/pass/workspace.h"
#include "kernels/backend.h"
#include "kernels/base/machine_memory.h"
#include "kernels/base/result.h"
#include "kernels/base/thread_pool.h"

namespace dsm {

struct ModelOptions {
    std::filesystem::path folder;  // config.json and the safetensors files
    std::optional<std::string> backend =
        std::nullopt;                   // a name of kernels/backend.h; none: the best
    int threads = 0;                    // 0: one per core (processors.h)
    std::int64_t contextLimit = 0;      // positions; 0: the model's own, at most 4096
    KvType kv = KvType::BF16;           // of the cache
    std::int64_t microBatchTokens = 0;  // 0: kMicroBatchTokens; on a GPU what its plan says
    // Other than OnDisk, a model that won't fit (memory_fit.h) is refused.
    Residency residency = Residency::InMemory;
    std::optional<MachineMemory> machine = std::nullopt;  // none: this one, measured
    std::optional<int> gpu = std::nullopt;                // asks for the GPU of this index
    // MoE layers whose routed experts lie on the GPU; none: as many as fit (device_plan.h).
    std::optional<std::int64_t> gpuLayers = std::nullopt;
    std::int64_t sampledVocab = 0;  // a GPU chooses among these first ids; 0: among all
};

// What one context of several reads on.
struct ContextTokens {
    KvCache* cache = nullptr;           // of makeCache(); nullptr: the model's own
    std::span<const std::int32_t> ids;  // not empty
    std::int64_t logitRows = 1;         // wanted, of the last ids; 0 .. ids.size()
};

class Model {
  public:
    static Result<std::unique_ptr<Model>> load(const ModelOptions& options,
                                               const ProgressSink& progress, std::stop_token stop);

    const ModelConfig& config() const { return config_; }
    // Of this computer, without what lies on a GPU.
    const MemoryPlan& memory() const { return memory_; }
    Backend backend() const { return choice_.backend; }
    // Why no GPU computes; "" where there is nothing to tell.
    const std::string& fallback() const { return choice_.fallback; }
    const GpuPart* gpu() const { return gpu_.get(); }  // nullptr: the CPU computes
    int threads() const { return pool_->threads(); }
    std::string backendDescription() const;
    std::int64_t contextLimit() const { return cache_.capacity(); }
    std::int64_t mostTokensOfPass() const { return workspace_.maximumTokens(); }
    const KvCache& cache() const { return cache_; }
    const Weights& weights() const { return weights_; }
    // Of the model, of the adapter in use and of what computes it (cache_file.h).
    const std::string& fingerprint() const { return fingerprint_; }

    // Computes with `scale` times this adapter from the next read on, over weights of any type;
    // nullptr: with none. The context is forgotten: it was read by another model, as it were.
    // The adapter was read for this model's config (adapter_folder.h).
    // Errors  Those of device_adapter.h; the model stays as it was. A GPU that fails: failure().
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
    // holds the passes that were finished. nullopt, too, when the GPU failed or a weights' file was
    // cut, which failure() tells: then nothing can be read any more. `ids` is not empty, fits the
    // context, and holds ids of the vocabulary only (CHECK).
    std::optional<std::span<float>> read(std::span<const std::int32_t> ids, std::stop_token stop);

    // Another context of at most `positions`, empty, in memory that it owns; it ends before the
    // model does, and means nothing once another adapter is in use.
    Result<KvCache> makeCache(std::int64_t positions);
    // Brings the first `positions` of a context, the model's own or another, into a third.
    void copyContext(const KvCache& from, std::int64_t positions, KvCache& to);

    // Reads on in several contexts, each at most once, and returns their logits [R, V], those of
    // the first context first; they may be overwritten and last until the next call. nullopt as of
    // read(): then some of the contexts may have read theirs. At most kLogitsRows rows of logits,
    // and of each context no more ids than one pass takes (CHECK). Allocates nothing.
    std::optional<Matrix<float>> readTogether(std::span<const ContextTokens> contexts,
                                              const std::stop_token& stop);

    const std::optional<Error>& failure() const { return failure_; }

    // Called by read() after each of its passes with the positions that the context holds then.
    void onPassRead(std::function<void(std::int64_t positions)> told) {
        passRead_ = std::move(told);
    }

    // Whether a GPU chooses the tokens of a reply itself, while the host looks at the one before.
    bool choosesTokens() const { return gpu_ && isRecorded(); }
    // Begins a reply of at most `mostTokens`, from the logits of the last read(), by these
    // settings; `seen` are the ids that penalties know. Nothing else is asked of the model until
    // endReply(). False when the GPU failed. choosesTokens() (CHECK).
    bool beginReply(const SampleSettings& settings, std::span<const std::int32_t> seen,
                    std::int64_t mostTokens);
    // The next token; the one before it is then part of the context, which has room for it. nullopt
    // when the GPU failed; kNotFinite where there was none to choose, and nothing may follow.
    std::optional<std::int32_t> nextToken();
    // Waits for the GPU and forgets what it did beyond the last token asked for.
    void endReply();

    // The same as read(), handing every token's logits [rows, V] to `sink`, in order; ends early
    // at a failure().
    void readWithLogits(std::span<const std::int32_t> ids,
                        const std::function<void(Matrix<const float>)>& sink);

  private:
    struct Parts {
        std::unique_ptr<ThreadPool> pool;
        std::unique_ptr<GpuPart> gpu;
        Weights weights;
        MemoryPlan memory;
        std::int64_t positions = 0;
        std::int64_t microBatchTokens = 0;
    };
    Model(const ModelConfig& config, Parts parts, const BackendChoice& choice,
          const ModelOptions& options);

    static Result<std::unique_ptr<Model>> loadOn(const BackendChoice& choice,
                                                 const ModelConfig& config,
                                                 const ModelOptions& options,
                                                 const ProgressSink& progress,
                                                 const std::stop_token& stop);

    struct Reply {
        std::int64_t begin = 0;  // positions before its first token
        std::int64_t mostTokens = 0;
        std::int32_t last = 0;
    };

    GpuTransfer* gpuTransfer() const;  // nullptr where the cache is on the host
    // What a pass reads, and where its logits go.
    struct PassInputs {
        std::span<const ForwardPart> parts;
        std::span<const std::int32_t> ids;
        Matrix<float> logits;
    };
    // In the model's own context.
    bool pass(std::span<const std::int32_t> ids, Matrix<float> logits, std::stop_token stop);
    bool pass(const PassInputs& inputs, std::stop_token stop);
    // As many of the contexts as one pass takes, whose logits then begin at `row`.
    std::size_t passTogether(std::span<const ContextTokens> contexts, std::int64_t& row,
                             const std::stop_token& stop);
    // What decode replays on a GPU.
    Result<void> recordDecode();
    Result<void> useAdapterOnGpu(const std::shared_ptr<const LoraAdapter>& adapter, float scale);
    // That pass is wanted, and no other operations' (useOps()).
    bool isRecorded() const { return ops_ == &opTable(choice_.backend); }
    void noteFailure(const Result<void>& done);
    // False, and a failure, where a file that the pass read from was cut.
    bool sawWholeFiles();
    void queueTokens(std::int64_t count);
    bool passOnGpu(const PassInputs& inputs, std::stop_token stop);
    // That a pass is what was recorded.
    bool isDecode(const PassInputs& inputs) const;
    ForwardArgs gpuArgs(OpContext& context, const PassInputs& inputs);
    ForwardArgs forwardArgs(OpContext& context, const PassInputs& inputs, std::stop_token stop);

    ModelConfig config_;
    std::string ownFingerprint_;  // of the files as they were loaded, without an adapter
    std::string fingerprint_;
    std::shared_ptr<const LoraAdapter> adapter_;  // borrowed by weights_
    BackendChoice choice_;
    const OpTable* ops_;
    std::function<void(std::int64_t)> passRead_;
    MemoryPlan memory_;
    std::unique_ptr<ThreadPool> pool_;
    std::unique_ptr<GpuPart> gpu_;  // before whatever lies in its memory
    Weights weights_;
    KvCache cache_;
    Workspace workspace_;
    Buffer<float> rotary_;                  // [S, K]; empty where a GPU has it
    Buffer<float> logits_;                  // [kLogitsRows, V]
    Buffer<std::int32_t> ids_;              // of a pass of several contexts
    std::optional<MachineMemory> machine_;  // none: this one, measured
    Reply reply_;
    std::optional<Error> failure_;
};

}  // namespace dsm
