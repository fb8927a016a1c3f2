// GPU part: what of a model lies on a GPU, and what one pass needs there: the session, the memory
// of cache and workspace, token ids and logits on both sides, and the experts of the host.
//
// Everything is allocated at load, and later an adapter's memory alone, when it comes into use.
//
// A single token's pass is recorded (decode_graphs.h) in two forms: from an id that the host has to
// logits for the host, and from the token that the GPU chose to the next one (gpu_sampler.h).
//
// Letters   R rows of logits (at most kLogitsRows), V vocabulary, S positions, K head size.
// Ownership Owns the session and all memory from it but that of the weights; borrows the pool. The
//           weights, the cache and the workspace must end before it.
// Threads   As the model's: one at a time.
// Errors    make(): those of gpu_session.h, device_plan.h and memory_fit.h; Cancelled.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>

#include "engine/model/checkpoint/config.h"
#include "engine/model/device/decode_graphs.h"
#include "engine/model/device/device_adapter.h"
#include "engine/model/device/device_plan.h"
#include "engine/model/device/gpu_sampler.h"
#include "engine/model/device/host_experts.h"
#include "engine/model/pass/residency.h"
#include "engine/model/pass/weights.h"
#include "kernels/base/machine_memory.h"
#include "kernels/base/op_context.h"
#include "kernels/base/thread_pool.h"
#include "kernels/cuda/dense_product.h"
#include "kernels/cuda/gpu_session.h"
#include "kernels/cuda/gpu_transfer.h"

namespace dsm {

class GpuPart {
  public:
    struct Wish {
        int gpu = 0;
        DeviceWish memory;
        std::int64_t sampledVocab = 0;  // ids that may be chosen: the first of the vocabulary
        Residency residency = Residency::InMemory;  // of the experts that stay on the host
        MachineMemory machine;
    };
    // Moves the weights that belong on the GPU there; they must lie in their mapped files.
    static Result<std::unique_ptr<GpuPart>> make(const ModelConfig& config, Weights& weights,
                                                 const Wish& wish, ThreadPool& pool,
                                                 const ProgressSink& progress,
                                                 const std::stop_token& stop);

    const DevicePlan& plan() const { return plan_; }
    const CudaDevice& device() const { return session_->device(); }
    GpuSession& session() const { return *session_; }
    GpuTransfer& transfer() { return transfer_; }
    HostExperts* hostExperts() const { return hostExperts_.get(); }  // nullptr: the GPU has all
    // Of the host, for its experts and the copies.
    std::uint64_t hostBytes() const { return hostBytes_; }

    std::shared_ptr<std::byte> cacheMemory() const { return cache_; }
    std::shared_ptr<std::byte> workspaceMemory() const { return workspace_; }

    // Makes this thread the GPU's, and queues the ids' way there.
    void begin(std::span<const std::int32_t> ids);
    // Queues the logits' way back, if any, and waits for everything.
    Result<void> finish(std::int64_t logitRows);

    // Computes with `scale` times this adapter from now on, nullptr: with none, and points the
    // weights to it. What was recorded is forgotten: recordDecode() is to follow.
    // Errors  Those of device_adapter.h; weights and passes stay as they were.
    Result<void> useAdapter(const ModelConfig& config, Weights& weights,
                            const std::shared_ptr<const LoraAdapter>& adapter, float scale);
    // Of the adapter in use, on the GPU.
    std::uint64_t adapterBytes() const { return adapter_ != nullptr ? adapter_->sizeBytes() : 0; }

    // Records the pass of one token, whose logits are wanted. `pass` takes the token's position
    // from recordedRun(), and its id from stateIds().
    Result<void> recordDecode(const DecodeGraphs::Pass& pass);
    // Queues the recorded pass of a token, and waits for its logits.
    Result<void> decode(std::int32_t id, std::int64_t position);
    // Queues a choice from the last logits; the recorded pass of the token that was chosen last,
    // and the next choice.
    Result<void> beginReply(const SampleSettings& settings, std::span<const std::int32_t> seen,
                            std::int64_t position);
    void queueToken(std::int64_t position);
    GpuSampler& sampler() { return *sampler_; }

    // Who is the faster at dense products of prompts, where that was measured.
    std::span<const DenseTime> denseTimes() const {
        return dense_ != nullptr ? dense_->times() : std::span<const DenseTime>();
    }
    // Kernels that a token's pass and its choice take.
    std::int64_t launchesPerToken() const { return launchesPerToken_; }

    DeviceRun run() const;
    // Of recorded passes.
    DeviceRun recordedRun() const;
    std::span<const std::int32_t> ids() const { return {deviceIds_, idCount_}; }
    std::span<const std::int32_t> stateIds() const { return {&sampler_->state()->token, 1}; }
    Matrix<const float> rotary() const { return rotary_; }
    Matrix<float> logits(std::int64_t rows) const { return deviceLogits_.firstRows(rows); }
    // Those of the last finish(), on the host.
    Matrix<float> hostLogits(std::int64_t rows) const { return hostLogits_.firstRows(rows); }

  private:
    GpuPart(std::unique_ptr<GpuSession> session, GpuTransfer transfer, const DevicePlan& plan)
        : session_(std::move(session)), transfer_(std::move(transfer)), plan_(plan) {}

    Result<void> allocate(const ModelConfig& config, const Wish& wish, ThreadPool& pool);
    Result<void> allocateRest(const ModelConfig& config, const Wish& wish);
    Result<void> chooseDense(const Weights& weights, const ModelConfig& config,
                             std::int64_t positions);
    Result<void> fillRotary(const ModelConfig& config);
    void queueChoice();

    std::unique_ptr<GpuSession> session_;  // first: the memory below goes before it
    std::unique_ptr<DenseProduct> dense_;  // nullptr: our own kernels multiply everything
    GpuTransfer transfer_;
    DevicePlan plan_;
    std::uint64_t hostBytes_ = 0;
    GpuBlock cache_, workspace_;
    GpuBlock rest_;    // rotary, logits, ids, counters, what tokens are chosen by
    GpuBlock pinned_;  // logits, ids, the state before a token, tokens that were chosen
    std::unique_ptr<HostExperts> hostExperts_;
    Matrix<float> rotary_;        // [S, K]
    Matrix<float> deviceLogits_;  // [kLogitsRows, V]
    Matrix<float> hostLogits_;
    std::int32_t* deviceIds_ = nullptr;
    std::int32_t* hostIds_ = nullptr;
    std::size_t idCount_ = 0;
    SampleState* hostState_ = nullptr;
    std::uint32_t* counters_ = nullptr;
    std::optional<GpuSampler> sampler_;
    std::unique_ptr<DeviceAdapter> adapter_;        // in use; nullptr: none
    std::shared_ptr<const LoraAdapter> adapterOf_;  // what it was made of
    DecodeGraphs toLogits_;
    DecodeGraphs toToken_;
    mutable std::int64_t launches_ = 0;
    std::int64_t launchesPerToken_ = 0;
};

}  // namespace dsm
