// GPU memory for the self-test: what an operation reads and writes lies on a GPU.
//
// Ownership Owns the session; what it returned must go before it.
// Errors    A GPU that fails throws std::runtime_error with its message.
#pragma once

#include <memory>
#include <string>

#include "kernels/base/op_context.h"
#include "kernels/base/result.h"
#include "kernels/cuda/dense_product.h"
#include "kernels/cuda/device_tables.h"
#include "kernels/cuda/gpu_session.h"
#include "kernels/selftest/op_memory.h"

namespace dsm::selftest {

class GpuMemory : public OpMemory {
  public:
    static Result<std::unique_ptr<GpuMemory>> open(int gpu, std::size_t scratchBytes);

    std::shared_ptr<const std::byte> borrow(std::span<const std::byte> bytes) override;
    std::vector<std::shared_ptr<const std::byte>> borrowAll(
        const std::vector<std::span<const std::byte>>& pieces) override;
    std::shared_ptr<std::byte> copy(std::span<const std::byte> bytes) override;
    void fetch(const std::byte* from, std::span<std::byte> to) override;

    const CudaDevice& device() const { return session_->device(); }
    // For the context of its operations.
    DeviceRun run() const;
    // The same with all dense products of many tokens by cuBLAS; where there is one.
    bool hasCublas() const { return dense_ != nullptr; }
    DeviceRun runByCublas() const;
    std::span<std::byte> scratch() const { return {scratch_.get(), scratchBytes_}; }

  private:
    GpuMemory() = default;

    std::unique_ptr<GpuSession> session_;
    std::unique_ptr<DenseProduct> dense_;
    std::size_t scratchBytes_ = 0;
    GpuBlock scratch_, counters_, lowRank_;
    std::unique_ptr<DeviceTables> tables_;
};

}  // namespace dsm::selftest
