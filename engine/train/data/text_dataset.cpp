#include "engine/train/data/text_dataset.h"

#include <new>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/train/data/row_file.h"
#include "kernels/base/thread_pool.h"

namespace dsm {
namespace {

// Rows that are worked on together: enough that the threads are busy, few enough to take little
// memory.
constexpr std::size_t kBatchRows = 1024;
constexpr std::size_t kBatchBytes = 4 << 20;

struct Row {
    std::int64_t line = 0;
    std::string text;
    std::string problem;
    bool trainsNothing = false;
    RenderedSample rendered;
    bool spellsSpecial = false;
    bool hasHistory = false;
    std::vector<std::string> unusedColumns;
    std::vector<std::string> mappedColumns;  // of those that the options name
};

// Turns rows into samples, batch by batch, in the order of the file.
class Reading {
  public:
    Reading(const TextDatasetOptions& options, const Tokenizer& tokenizer, const RowFile& file,
            SampleSpool& samples)
        : options_(options),
          tokenizer_(tokenizer),
          file_(file),
          samples_(samples),
          report_(options.samplesToShow, file.unit()),
          pool_(options.threads) {
        for (const TokenId id : {tokenizer.bosId(), tokenizer.eosId()}) {
            if (id >= 0) specialNames_.push_back(tokenizer.tokenText(id));
        }
    }

    void take(const RawRow& raw) {
        Row row;
        row.line = raw.line;
        row.text = raw.text;
        row.problem = raw.problem;
        batchBytes_ += row.text.size();
        batch_.push_back(std::move(row));
        if (batch_.size() >= kBatchRows || batchBytes_ >= kBatchBytes) finishBatch();
    }
    Result<DatasetReport> finish() {
        finishBatch();
        if (status_) status_ = samples_.finish();
        if (!status_) return tl::unexpected(status_.error());
        return report_.finish();
    }
    const Result<void>& status() const { return status_; }
    // A name that the options give and no row has. Follows finish().
    Result<void> checkColumns() const {
        for (const auto& [field, column] : options_.columns) {
            if (seenColumns_.contains(column)) continue;
            return failure(ErrorCode::Malformed, file_.name() + ": no row has the column " +
                                                     column + ", which is to be the " + field +
                                                     ".");
        }
        return {};
    }

  private:
    void finishBatch();
    void render(Row& row) const;
    bool spellsSpecial(const Example& example) const;

    const TextDatasetOptions& options_;
    const Tokenizer& tokenizer_;
    const RowFile& file_;
    SampleSpool& samples_;
    ReportBuilder report_;
    std::set<std::string> seenColumns_;  // of those that the options name
    ThreadPool pool_;
    std::vector<std::string> specialNames_;
    std::vector<Row> batch_;
    std::size_t batchBytes_ = 0;
    Result<void> status_;
};

bool Reading::spellsSpecial(const Example& example) const {
    const auto spells = [&](const std::string& text) {
        for (const std::string& name : specialNames_) {
            if (text.find(name) != std::string::npos) return true;
        }
        return false;
    };
    for (const Turn& message : example.messages) {
        if (spells(message.content)) return true;
    }
    return spells(example.text);
}

// On any thread; throws nothing.
void Reading::render(Row& row) const {
    if (!row.problem.empty()) return;
    try {
        const auto columns = file_.parse(row.text);
        if (!columns) {
            row.problem = columns.error().message;
            return;
        }
        for (const auto& [field, column] : options_.columns) {
            if (columns->contains(column)) row.mappedColumns.push_back(column);
        }
        auto example = readExample(*columns, options_.columns, options_.history);
        if (!example) {
            row.problem = example.error().message;
            return;
        }
        auto rendered =
            renderSample(*example, options_.sampleTemplate, tokenizer_, options_.maximumTokens);
        row.trainsNothing = !rendered && rendered.error().code == ErrorCode::NotFound;
        if (!rendered) row.problem = rendered.error().message;
        if (rendered) row.rendered = std::move(*rendered);
        row.spellsSpecial = spellsSpecial(*example);
        row.hasHistory = example->hasHistory;
        row.unusedColumns = std::move(example->unusedColumns);
    } catch (const std::bad_alloc&) {
        row.problem = "there is not enough memory for it.";
    }
}

void Reading::finishBatch() {
    pool_.run(static_cast<std::int64_t>(batch_.size()), 8,
              [&](std::int64_t begin, std::int64_t end) {
                  for (std::int64_t i = begin; i < end; ++i)
                      render(batch_[static_cast<std::size_t>(i)]);
              });
    for (Row& row : batch_) {
        seenColumns_.insert(row.mappedColumns.begin(), row.mappedColumns.end());
        if (!row.problem.empty()) {
            report_.addRefused({row.line, std::move(row.problem), row.trainsNothing});
            continue;
        }
        report_.add(row.line, row.rendered, row.spellsSpecial);
        report_.addColumns(row.unusedColumns, row.hasHistory);
        if (status_) status_ = samples_.add(row.rendered.sample);
    }
    batch_.clear();
    batchBytes_ = 0;
}

tl::unexpected<Error> nothingUsable(const std::string& file, const DatasetReport& report) {
    if (report.rows == 0) {
        return failure(ErrorCode::Malformed, file + " holds no rows.");
    }
    std::string message = file + ": none of " + std::to_string(report.rows) + " rows is usable.";
    constexpr std::size_t kReasons = 3;
    for (std::size_t i = 0; i < report.firstRefused.size() && i < kReasons; ++i) {
        const RefusedRow& row = report.firstRefused[i];
        message += (report.unit == "row" ? " Row " : " Line ") + std::to_string(row.line) + ": " +
                   row.reason;
    }
    return failure(ErrorCode::Malformed, message);
}

}  // namespace

Result<std::unique_ptr<TextDataset>> TextDataset::read(const TextDatasetOptions& options,
                                                       const Tokenizer& tokenizer,
                                                       const std::function<void(double)>& progress,
                                                       const std::stop_token& stop) {
    if (auto known = checkColumnMap(options.columns); !known) {
        return tl::unexpected(known.error());
    }
    const auto file = RowFile::open(options.file);
    if (!file) return tl::unexpected(file.error());
    Result<SampleSpool> samples = SampleSpool::create();
    if (!samples) return tl::unexpected(samples.error());
    Reading reading(options, tokenizer, **file, *samples);
    // A disk that fills up ends the reading as a cancel does.
    std::stop_source enough;
    const std::stop_callback cancel(stop, [&] { enough.request_stop(); });
    const auto scanned = (*file)->scan(
        [&](const RawRow& row, double share) {
            reading.take(row);
            if (!reading.status()) enough.request_stop();
            if (progress) progress(share);
        },
        enough.get_token());
    if (!reading.status()) return tl::unexpected(reading.status().error());
    if (!scanned) return tl::unexpected(scanned.error());
    Result<DatasetReport> report = reading.finish();
    if (!report) return tl::unexpected(report.error());
    report->history = options.history;
    if (auto named = reading.checkColumns(); !named && report->rows > 0) {
        return tl::unexpected(named.error());
    }
    if (report->examples == 0) return nothingUsable((*file)->name(), *report);
    return std::unique_ptr<TextDataset>(
        new TextDataset((*file)->name(), std::move(*samples), std::move(*report)));
}

Result<TrainingSample> TextDataset::sample(std::int64_t i) const {
    return samples_.sample(i).map_error([&](Error error) {
        error.message = "Example " + std::to_string(i + 1) + " of " + file_ + ": " + error.message;
        return error;
    });
}

}  // namespace dsm
