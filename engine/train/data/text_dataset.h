// TextDataset: a file of examples as the samples of a training run.
//
// The file is read once, from front to back: rows are parsed and tokenised by all threads at once,
// and the tokens kept on the disk (sample_spool.h), so that samples come at the speed of the disk's
// cache in any order and the file may change afterwards.
//
// Threads   read() on one thread, with a pool of its own; then as Dataset.
// Errors    read(): those of RowFile; Malformed where no row is usable, with the first reasons;
//           Cancelled; Io where the disk is full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

#include "engine/text/tokenizer.h"
#include "engine/train/data/dataset_report.h"
#include "engine/train/data/example.h"
#include "engine/train/data/sample_spool.h"
#include "engine/train/data/sample_template.h"
#include "engine/train/dataset.h"
#include "kernels/base/result.h"

namespace dsm {

struct TextDatasetOptions {
    std::filesystem::path file;
    SampleTemplate sampleTemplate = SampleTemplate::Chat;
    ColumnMap columns = {};
    HistoryUse history = HistoryUse::Trained;
    std::int64_t maximumTokens = 1024;
    int threads = 0;                // 0: one per core
    std::size_t samplesToShow = 3;  // in the report
};

class TextDataset : public Dataset {
  public:
    static Result<std::unique_ptr<TextDataset>> read(const TextDatasetOptions& options,
                                                     const Tokenizer& tokenizer,
                                                     const std::function<void(double)>& progress,
                                                     const std::stop_token& stop);

    const DatasetReport& report() const { return report_; }
    std::int64_t size() const override { return samples_.size(); }
    Result<TrainingSample> sample(std::int64_t i) const override;
    SampleLength length(std::int64_t i) const override { return samples_.length(i); }

  private:
    TextDataset(std::string file, SampleSpool samples, DatasetReport report)
        : file_(std::move(file)), samples_(std::move(samples)), report_(std::move(report)) {}

    std::string file_;  // its path
    SampleSpool samples_;
    DatasetReport report_;
};

}  // namespace dsm
