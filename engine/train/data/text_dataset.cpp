#include "engine/train/data/text_dataset.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/train/data/followed_rows.h"
#include "engine/train/data/open_rows.h"
#include "kernels/base/check.h"
#include "kernels/base/thread_pool.h"

namespace dsm {
namespace {

// Rows that are worked on together: enough that the threads are busy, few enough to take little
// memory.
constexpr std::size_t kBatchRows = 1024;
constexpr std::size_t kBatchBytes = 4 << 20;

using Files = std::vector<std::unique_ptr<RowFile>>;

std::vector<ReportedFile> reported(const Files& files) {
    std::vector<ReportedFile> all;
    for (const auto& file : files)
        all.push_back({std::filesystem::path(file->name()).filename().string(), file->unit()});
    return all;
}

}  // namespace

// Turns rows into the samples of a data set, batch by batch, in the order of the files.
class DatasetReading {
  public:
    DatasetReading(const TextDatasetOptions& options, const Tokenizer& tokenizer,
                   const Files& files, const std::vector<RowEdits>& edits, TextDataset& dataset)
        : options_(options),
          tokenizer_(tokenizer),
          files_(files),
          edits_(edits),
          dataset_(dataset),
          renderer_(options, tokenizer),
          report_(options.samplesToShow, reported(files)),
          pool_(options.threads) {}

    void take(std::size_t file, const RawRow& raw) {
        RenderedRow row;
        row.place = {file, raw.line};
        row.offset = raw.offset;
        row.text = raw.text;
        row.problem = raw.problem;
        ++rows_;
        if (!applyEdit(row)) return;
        batchBytes_ += row.text.size();
        batch_.push_back(std::move(row));
        if (batch_.size() >= kBatchRows || batchBytes_ >= kBatchBytes) finishBatch();
    }
    // Nothing more is wanted: all rows that may be read were, or they cannot be kept.
    bool isFull() const {
        return !status_ || (options_.mostRows > 0 && rows_ >= options_.mostRows);
    }
    Result<void> finish() {
        finishBatch();
        if (status_ && options_.mostRows == 0) status_ = checkEdits();
        if (status_) status_ = dataset_.samples_.finish();
        dataset_.report_ = report_.finish();
        dataset_.report_.history = options_.history;
        dataset_.report_.edited = edited_;
        dataset_.report_.leftOut = leftOut_;
        return status_;
    }
    // What is needed to follow edits, but for the files. Follows finish(), and ends the use of this
    // object.
    FollowedRows takeFollowed() {
        return {.options = options_,
                .tokenizer = tokenizer_,
                .report = std::move(report_),
                .offsets = std::move(offsets_),
                .hashes = std::move(hashes_),
                .edited = edited_,
                .leftOut = leftOut_};
    }
    // A name that the options give and no row has. Follows finish().
    Result<void> checkColumns() const {
        for (const auto& [field, column] : options_.columns) {
            if (column.empty() || seenColumns_.contains(column)) continue;
            return failure(ErrorCode::Malformed, ReasonCode::ColumnNowhere,
                           {dataset_.files_.front(), column, field});
        }
        return {};
    }

  private:
    // False where the row is not read.
    bool applyEdit(RenderedRow& row);
    Result<void> checkEdits() const;
    void finishBatch();
    void keep(const RenderedRow& row);

    const TextDatasetOptions& options_;
    const Tokenizer& tokenizer_;
    const Files& files_;
    const std::vector<RowEdits>& edits_;  // of each file, or of none
    TextDataset& dataset_;
    const RowRenderer renderer_;
    ReportBuilder report_;
    std::set<std::string> seenColumns_;  // of those that the options name
    ThreadPool pool_;
    std::vector<RenderedRow> batch_;
    std::size_t batchBytes_ = 0;
    std::int64_t rows_ = 0;
    std::int64_t edited_ = 0;
    std::int64_t leftOut_ = 0;
    std::vector<std::uint64_t> offsets_, hashes_;  // of samples whose edits are followed
    Result<void> status_;
};

bool DatasetReading::applyEdit(RenderedRow& row) {
    if (edits_.empty()) return true;
    const RowEdits::Edit* edit = edits_[row.place.file].find(row.place.line);
    if (edit == nullptr) return true;
    if (const auto same = RowEdits::check(*edit, row.text); !same) {
        const RowFile& file = *files_[row.place.file];
        Reason reason(file.countsRows() ? ReasonCode::AtRowOf : ReasonCode::AtLineOf,
                      {file.name(), std::to_string(row.place.line)});
        reason.add(reasonOf(same.error()));
        status_ = failure(ErrorCode::Malformed, reason);
        return false;
    }
    ++(edit->isLeftOut() ? leftOut_ : edited_);
    if (edit->isLeftOut()) return false;
    row.problem = {};  // of the text, which is not read
    row.edited = edit->row;
    return true;
}

// An edit that meets no row would be lost unseen.
Result<void> DatasetReading::checkEdits() const {
    std::size_t all = 0;
    for (const RowEdits& edits : edits_)
        all += edits.rows().size();
    if (all == static_cast<std::size_t>(edited_ + leftOut_)) return {};
    return failure(ErrorCode::Malformed, ReasonCode::EditsOfNoRows, {dataset_.files_.front()});
}

void DatasetReading::finishBatch() {
    pool_.run(static_cast<std::int64_t>(batch_.size()), 8,
              [&](std::int64_t begin, std::int64_t end) {
                  for (std::int64_t i = begin; i < end; ++i) {
                      RenderedRow& row = batch_[static_cast<std::size_t>(i)];
                      renderer_.render(row, *files_[row.place.file]);
                  }
              });
    for (RenderedRow& row : batch_) {
        seenColumns_.insert(row.mappedColumns.begin(), row.mappedColumns.end());
        if (row.problem.empty()) {
            keep(row);
            continue;
        }
        RefusedRow refused{row.place, std::move(row.problem), row.trainsNothing};
        if (options_.refused) options_.refused(refused);
        report_.addRefused(std::move(refused));
    }
    batch_.clear();
    batchBytes_ = 0;
}

void DatasetReading::keep(const RenderedRow& row) {
    report_.add(row.reported());
    if (options_.followsEdits) {
        offsets_.push_back(row.offset);
        hashes_.push_back(sampleHash(row.rendered.sample));
    }
    dataset_.places_.emplace_back(row.place);
    if (options_.keepsShapes) dataset_.shapes_.add(row.rendered.sample);
    if (status_) status_ = dataset_.samples_.add(row.rendered.sample);
}

namespace {

tl::unexpected<Error> nothingUsable(const std::vector<std::string>& files,
                                    const DatasetReport& report) {
    const bool isOne = files.size() == 1;
    const std::string of = isOne ? files.front() : std::to_string(files.size());
    if (report.rows == 0) {
        return failure(ErrorCode::Malformed, isOne ? ReasonCode::NoRows : ReasonCode::NoRowsInFiles,
                       {of});
    }
    Reason reason(isOne ? ReasonCode::NoRowUsable : ReasonCode::NoRowUsableInFiles,
                  {of, std::to_string(report.rows)});
    constexpr std::size_t kReasons = 3;
    for (std::size_t i = 0; i < report.firstRefused.size() && i < kReasons; ++i) {
        reason.add(report.reasonAt(report.firstRefused[i].place));
        reason.add(report.firstRefused[i].reason);
    }
    return failure(ErrorCode::Malformed, reason);
}

Result<void> checkOptions(const TextDatasetOptions& options) {
    DSM_CHECK(!options.files.empty());
    if (!options.systemText.empty() && options.sampleTemplate != SampleTemplate::Chat) {
        return failure(ErrorCode::Unsupported, ReasonCode::SystemTextNeedsChat,
                       {std::string(name(options.sampleTemplate))});
    }
    return checkColumnMap(options.columns);
}

Result<Files> openFiles(const TextDatasetOptions& options) {
    Files files;
    for (const std::filesystem::path& path : options.files) {
        auto file = openRows(path);
        if (!file) return tl::unexpected(file.error());
        files.push_back(std::move(*file));
    }
    return files;
}

Result<std::vector<RowEdits>> loadEdits(const TextDatasetOptions& options) {
    std::vector<RowEdits> all;
    if (!options.appliesEdits) return all;
    for (const std::filesystem::path& path : options.files) {
        auto edits = RowEdits::load(path);
        if (!edits) return tl::unexpected(edits.error());
        all.push_back(std::move(*edits));
    }
    return all;
}

// What of all files' bytes lies before each, and the whole at the end.
std::vector<double> bytesBefore(const TextDatasetOptions& options) {
    std::vector<double> before{0};
    for (const std::filesystem::path& path : options.files) {
        std::error_code error;
        const auto bytes = std::filesystem::file_size(path, error);
        before.push_back(before.back() + (error ? 1.0 : static_cast<double>(bytes)));
    }
    return before;
}

}  // namespace

Result<std::unique_ptr<TextDataset>> TextDataset::read(const TextDatasetOptions& options,
                                                       const Tokenizer& tokenizer,
                                                       const std::function<void(double)>& progress,
                                                       const std::stop_token& stop) {
    if (auto known = checkOptions(options); !known) return tl::unexpected(known.error());
    Result<Files> files = openFiles(options);
    if (!files) return tl::unexpected(files.error());
    const auto edits = loadEdits(options);
    if (!edits) return tl::unexpected(edits.error());
    Result<SampleSpool> samples = SampleSpool::create();
    if (!samples) return tl::unexpected(samples.error());
    std::vector<std::string> names;
    for (const auto& file : *files)
        names.push_back(file->name());
    std::unique_ptr<TextDataset> dataset(new TextDataset(std::move(names), std::move(*samples)));
    DatasetReading reading(options, tokenizer, *files, *edits, *dataset);
    // A disk that fills up ends the reading as a cancel does.
    std::stop_source enough;
    const std::stop_callback cancel(stop, [&] { enough.request_stop(); });
    const std::vector<double> before = bytesBefore(options);
    for (std::size_t i = 0; i < files->size() && !reading.isFull(); ++i) {
        const auto scanned = (*files)[i]->scan(
            [&](const RawRow& row, double share) {
                if (reading.isFull()) return;
                reading.take(i, row);
                if (reading.isFull()) enough.request_stop();
                const double done = before[i] + share * (before[i + 1] - before[i]);
                if (progress) progress(before.back() > 0 ? done / before.back() : 1);
            },
            enough.get_token());
        if (stop.stop_requested()) return cancelled();
        if (!scanned && !reading.isFull()) return tl::unexpected(scanned.error());
    }
    if (auto finished = reading.finish(); !finished) return tl::unexpected(finished.error());
    const DatasetReport& report = dataset->report();
    if (auto named = reading.checkColumns(); !named && report.rows > 0) {
        return tl::unexpected(named.error());
    }
    if (report.examples == 0) return nothingUsable(dataset->files_, report);
    if (options.followsEdits) {
        dataset->followed_ = std::make_unique<FollowedRows>(reading.takeFollowed());
        dataset->followed_->files = std::move(*files);
        dataset->followed_->options.refused = {};  // may be gone
    }
    return dataset;
}

Result<TrainingSample> TextDataset::sample(std::int64_t i) const {
    return samples_.sample(i).map_error([&](Error error) {
        error.message = "Example " + std::to_string(i + 1) + " of " + files_[place(i).file] + ": " +
                        error.message;
        return error;
    });
}

}  // namespace dsm
