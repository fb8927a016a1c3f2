// TextDataset: files of examples as the samples of a training run, one file after the other.
//
// Each is read once, from front to back: rows are parsed and tokenised by all threads at once,
// and the tokens kept on the disk (sample_spool.h), so that samples come at the speed of the disk's
// cache in any order and the file may change afterwards.
//
// Threads   read() on one thread, with a pool of its own; then as Dataset.
// Errors    read(): those of RowFile; Malformed where no row is usable, with the first reasons;
//           Cancelled; Io where the disk is full; Unsupported for a system text beside another
//           template than chat; Malformed where a row that was edited is another now, or no more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "engine/text/tokenizer.h"
#include "engine/train/data/dataset_report.h"
#include "engine/train/data/example.h"
#include "engine/train/data/sample_shapes.h"
#include "engine/train/data/sample_spool.h"
#include "engine/train/data/sample_template.h"
#include "engine/train/dataset.h"
#include "kernels/base/result.h"

namespace dsm {

struct TextDatasetOptions {
    std::vector<std::filesystem::path> files;
    SampleTemplate sampleTemplate = SampleTemplate::Chat;
    std::string systemText = {};  // of the examples that have none of their own; chat only
    ColumnMap columns = {};
    HistoryUse history = HistoryUse::Trained;
    bool appliesEdits = false;  // those beside the files (row_edits.h)
    std::int64_t maximumTokens = 1024;
    int threads = 0;                // 0: one per core
    std::size_t samplesToShow = 3;  // in the report
    bool findsNear = false;         // rows that are nearly equal, for the report
    bool keepsShapes = false;       // shapes(), for samples that are read whole
    std::int64_t mostRows = 0;      // ends after so many, as if the files did; 0: all
    // Called in the order of the files, for all of them, where the report lists the first alone.
    std::function<void(const RefusedRow&)> refused = {};
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
    // Of the row that the sample was made from.
    RowPlace place(std::int64_t i) const { return places_[static_cast<std::size_t>(i)].place(); }
    const SampleShapes& shapes() const { return shapes_; }

  private:
    friend class DatasetReading;
    TextDataset(std::vector<std::string> files, SampleSpool samples)
        : files_(std::move(files)), samples_(std::move(samples)) {}

    std::vector<std::string> files_;  // their paths
    SampleSpool samples_;
    std::vector<PackedPlace> places_;  // of each sample
    SampleShapes shapes_;
    DatasetReport report_;
};

}  // namespace dsm
