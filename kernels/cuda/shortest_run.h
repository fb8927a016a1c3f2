// The shortest of a few runs of the same work on a GPU, by its own clock.
//
// Threads   The session's; uses its events 2 and 3, and waits.
// Errors    Those of gpu_session.h.
#pragma once

#include "kernels/base/result.h"
#include "kernels/cuda/gpu_session.h"

namespace dsm {

// Seconds. enqueue() queues the work; its first run, which wakes the GPU, is not counted.
template <class Enqueue>
Result<double> shortestRun(GpuSession& gpu, int runs, const Enqueue& enqueue) {
    constexpr int kBegun = 2;
    constexpr int kEnded = 3;
    double best = 0;
    for (int run = 0; run <= runs; ++run) {
        gpu.record(kBegun);
        enqueue();
        gpu.record(kEnded);
        if (auto done = gpu.finish(); !done) return tl::unexpected(done.error());
        const double seconds = gpu.millisecondsBetween(kBegun, kEnded) / 1e3;
        if (run == 1 || (run > 1 && seconds < best)) best = seconds;
    }
    return best;
}

}  // namespace dsm
