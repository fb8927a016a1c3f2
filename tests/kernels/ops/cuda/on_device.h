// The operations of the cuda backend for callers whose views lie in host memory: each call copies
// its inputs to a device, every view into an allocation of exactly its size, runs, and copies what
// it wrote back. So the tables of cases that every backend passes also run on a GPU, emulated or
// not.
//
// Errors  A call or a kernel that fails, or counters that are not zero afterwards, fail the test.
#pragma once

#include <memory>

#include "kernels/cuda/dense_product.h"
#include "kernels/op_table.h"

namespace dsm::test {

// The context's scratch and device are not looked at; the position comes from device memory where
// `context.device.position` is not nullptr (what it points to then lies in host memory).
const OpTable& opsOnDevice();
// The same, with the position of attention in device memory: what a run says of it is a bound.
const OpTable& opsAtPositionOnDevice();

// Launches of the last call.
std::int64_t launchesOfLastCall();

// A new machine that has cuBLAS: while this lives, opsOnDevice() hand it all dense products.
class CublasOnDevice {
  public:
    CublasOnDevice();
    ~CublasOnDevice();
    CublasOnDevice(const CublasOnDevice&) = delete;
    CublasOnDevice& operator=(const CublasOnDevice&) = delete;

    void* stream() const { return session_->stream(); }
    DenseProduct& dense() { return *dense_; }
    GpuSession& session() { return *session_; }

  private:
    std::unique_ptr<GpuSession> session_;
    std::unique_ptr<DenseProduct> dense_;
};

}  // namespace dsm::test
