// GPU part: what of a model lies on a GPU, and what one pass needs there: the session, the memory
// of cache and workspace, token ids and logits on both sides, and the experts of the host.
//
// Everything is allocated at load, nothing later.
//
// A single token's pass is recorded once for each class of positions (below 256, 512, 1024, ..):
// the launches of a class are sized alike, and what differs from token to token lies in device
// memory.
//
// Letters   R rows of logits (at most kLogitsRows), V vocabulary, S positions, K head size.
// Ownership Owns the session and all memory from it but that of the weights; borrows the pool. The
//           weights, the cache and the workspace must end before it.
// Threads   As the model's: one at a time.
// Errors    make(): those of gpu_session.h, device_plan.h and memory_fit.h; Cancelled.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "engine/model/config.h"
#include "engine/model/device_plan.h"
#include "engine/model/host_experts.h"
#include "engine/model/residency.h"
#include "engine/model/weights.h"
#include "kernels/base/machine_memory.h"
#include "kernels/base/op_context.h"
#include "kernels/base/thread_pool.h"
#include "kernels/cuda/gpu_session.h"
#include "kernels/cuda/gpu_transfer.h"

namespace dsm {

class GpuPart {
  public:
    struct Wish {
        int gpu = 0;
        DeviceWish memory;
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

    // Records the pass of one token, whose logits are wanted, once for each class of positions;
    // `pass` queues it, sized for this largest position, which it takes from device memory.
    Result<void> recordDecode(const std::function<void(std::int64_t largestPosition)>& pass);
    bool hasDecode() const { return !decode_.empty(); }
    // Queues the recorded pass of a token, and waits for its logits.
    Result<void> decode(std::int32_t id, std::int64_t position);

    DeviceRun run() const;
    // Of recorded passes.
    DeviceRun recordedRun() const;
    std::span<const std::int32_t> ids() const { return {deviceIds_, idCount_}; }
    Matrix<const float> rotary() const { return rotary_; }
    Matrix<float> logits(std::int64_t rows) const { return deviceLogits_.firstRows(rows); }
    // Those of the last finish(), on the host.
    Matrix<float> hostLogits(std::int64_t rows) const { return hostLogits_.firstRows(rows); }

  private:
    GpuPart(std::unique_ptr<GpuSession> session, GpuTransfer transfer, const DevicePlan& plan)
        : session_(std::move(session)), transfer_(std::move(transfer)), plan_(plan) {}

    Result<void> allocate(const ModelConfig& config, const DeviceWish& wish, ThreadPool& pool);
    Result<void> allocateRest(const ModelConfig& config, std::int64_t positions);
    Result<void> fillRotary(const ModelConfig& config);

    struct DecodeGraph {
        std::int64_t largestPosition;
        int graph;  // of the session
    };

    std::unique_ptr<GpuSession> session_;  // first: the memory below goes before it
    GpuTransfer transfer_;
    DevicePlan plan_;
    std::uint64_t hostBytes_ = 0;
    GpuBlock cache_, workspace_;
    GpuBlock rest_;    // rotary, logits, ids, counters
    GpuBlock pinned_;  // logits, ids
    std::unique_ptr<HostExperts> hostExperts_;
    Matrix<float> rotary_;        // [S, K]
    Matrix<float> deviceLogits_;  // [kLogitsRows, V]
    Matrix<float> hostLogits_;
    std::int32_t* deviceIds_ = nullptr;
    std::int32_t* hostIds_ = nullptr;
    std::size_t idCount_ = 0;
    std::int32_t* devicePosition_ = nullptr;
    std::int32_t* hostPosition_ = nullptr;
    std::uint32_t* counters_ = nullptr;
    std::vector<DecodeGraph> decode_;  // by position
};

}  // namespace dsm
