// How the data of a job is read, by whoever reads it: a run, an export, an evaluation.
#pragma once

#include <utility>
#include <vector>

#include "engine/train/data/text_dataset.h"
#include "engine/train/job.h"

namespace dsm {

// `files` are the job's own or others that are to be read as its own are. The names in a job are
// those that its reader has checked.
inline TextDatasetOptions dataOptions(const TrainJob& job,
                                      std::vector<std::filesystem::path> files) {
    return {.files = std::move(files),
            .sampleTemplate = *sampleTemplateNamed(job.sampleTemplate),
            .systemText = job.systemText,
            .columns = {job.columns.begin(), job.columns.end()},
            .history = *historyUseNamed(job.history),
            .appliesEdits = job.appliesEdits,
            .maximumTokens = job.maxLength,
            .threads = job.threads,
            .samplesToShow = 0};
}

}  // namespace dsm
