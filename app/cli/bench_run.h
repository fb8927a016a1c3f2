// The measurements of `deepseekmoe bench`: what the machine can do, and what the model makes of it.
//
// Every run of the model lies between two measurements of its limit, and its share is that of the
// greater one: shared machines drift, and no share should flatter. Of the repetitions the median
// counts. A GPU that chooses tokens by itself is measured doing so; elsewhere decode reads given
// ids.
//
// Threads   One thread, the model's.
#pragma once

#include <stop_token>

#include "app/cli/bench_plan.h"
#include "engine/model/model.h"
#include "kernels/base/result.h"

namespace dsm::cli {

// Errors  Cancelled; OutOfMemory; those of a GPU that failed; Malformed where the model's numbers
//         are not finite (non_finite.h): what they take tells nothing of a model that works.
Result<BenchReport> runBench(Model& model, const BenchPlan& plan, const BenchProgress& progress,
                             std::stop_token stop);

}  // namespace dsm::cli
