// Device weights: brings the weights that belong on a GPU there, and leaves the others where they
// are.
//
// All of one layer's routed experts lie in one piece, gate by gate, up by up and down by down, each
// matrix on a boundary of 256 bytes.
//
// Ownership The weights then hold the memory on the GPU.
// Threads   The session's.
// Errors    Those of gpu_session.h; Cancelled. The weights must then not be computed with.
#pragma once

#include <stop_token>

#include "engine/model/device/device_plan.h"
#include "engine/model/pass/weights.h"
#include "kernels/base/result.h"
#include "kernels/cuda/gpu_session.h"
#include "kernels/cuda/gpu_transfer.h"

namespace dsm {

// `progress` gets the share of all bytes that go to the GPU.
Result<void> placeOnDevice(Weights& weights, const DevicePlan& plan, GpuSession& gpu,
                           GpuTransfer& transfer, const ProgressSink& progress,
                           const std::stop_token& stop);

// Brings the experts that stay into the memory of the host, as their residency wants it.
Result<void> keepOnHost(const Weights& weights, const DevicePlan& plan, Residency residency,
                        const std::stop_token& stop);

}  // namespace dsm
