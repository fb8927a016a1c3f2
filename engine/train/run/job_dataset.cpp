#include "engine/train/run/job_dataset.h"

#include <utility>

namespace dsm {

TextDatasetOptions datasetOptions(const TrainJob& job, std::vector<std::filesystem::path> files) {
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
