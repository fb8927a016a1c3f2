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
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "engine/text/tokenizer.h"
#include "engine/train/data/dataset_report.h"
#include "engine/train/data/row_edits.h"
#include "engine/train/data/sample_shapes.h"
#include "engine/train/data/sample_spool.h"
#include "engine/train/data/text_dataset_options.h"
#include "engine/train/dataset.h"
#include "kernels/base/result.h"

namespace dsm {

struct FollowedRows;
struct RenderedRow;

// A row whose edit is another now.
struct EditedRow {
    RowPlace place;
    std::uint64_t offset = 0;                               // in its file
    std::string text;                                       // as the file holds it
    std::optional<RowEdits::Edit> before = {}, after = {};  // none: read as the text says
};

class TextDataset : public Dataset {
  public:
    ~TextDataset() override;

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

    // Of a set that follows edits, until an error; the files are expected to be as they were.
    struct FoundRow {
        std::uint64_t offset = 0;
        std::string text;
    };
    // The row that a sample was made from; NotFound where none was.
    Result<FoundRow> row(const RowPlace& place) const;
    Result<nlohmann::json> parse(const RowPlace& place, const std::string& text) const;
    const std::vector<std::uint64_t>& hashes() const;  // of each sample (sampleHash())
    // Becomes what reading all files with the edit would make of them, but for what is refused:
    // false, and nothing is changed, where the row is refused before or after.
    Result<bool> follow(const EditedRow& row);

  private:
    friend class DatasetReading;
    TextDataset(std::vector<std::string> files, SampleSpool samples);

    std::optional<std::int64_t> indexOf(const RowPlace& place) const;
    Result<void> insert(std::int64_t i, const RenderedRow& row);
    void remove(std::int64_t i, const RenderedRow& row);

    std::vector<std::string> files_;  // their paths
    SampleSpool samples_;
    std::vector<PackedPlace> places_;  // of each sample
    SampleShapes shapes_;
    DatasetReport report_;
    std::unique_ptr<FollowedRows> followed_;  // nullptr: edits are not followed
};

}  // namespace dsm
