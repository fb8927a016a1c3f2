// Export of a job: what a job says, as a folder that trains where there are enough GPUs
// (export_deepspeed.h), its data read as a run would read it.
//
// Threads   One thread; progress is called there.
// Errors    Those of the data and of exportDeepSpeed(); Cancelled; Unsupported where the job
//           evaluates with files of its own, which the script there does not.
#pragma once

#include <filesystem>
#include <stop_token>

#include "engine/model/pass/weights.h"
#include "engine/train/job/job.h"

namespace dsm {

struct ExportPlace {
    std::filesystem::path folder;  // new or empty
    int gpus = 8;                  // of each node
    int nodes = 1;
};

// The examples in it.
Result<std::int64_t> exportJob(const TrainJob& job, const ExportPlace& place,
                               const ProgressSink& progress, const std::stop_token& stop);

}  // namespace dsm
