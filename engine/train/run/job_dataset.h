// How the files of a job are read as samples: in one place, so that an exported job learns what a run
// here would.
#pragma once

#include <filesystem>
#include <vector>

#include "engine/train/data/text_dataset.h"
#include "engine/train/job/job.h"

namespace dsm {

// `files`: those of the job to train from, or to evaluate on. The job has passed readJob().
TextDatasetOptions datasetOptions(const TrainJob& job, std::vector<std::filesystem::path> files);

}  // namespace dsm
