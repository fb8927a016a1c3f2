// Dataset report: what a person should know of a data set before a training run begins.
//
// Lengths are those of whole samples, in tokens, before the ends of long ones are cut off. The
// report is the same for a look at the data and for the run that learns from it: both say
// reportLines().
//
// Memory   The distinct lengths, and 16 bytes for each example as long as the builder lives; where
//          nearly equal rows are sought, what near_rows.h says.
// Threads  One at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/checkpoint/config.h"
#include "engine/text/tokenizer.h"
#include "engine/train/data/near_rows.h"
#include "engine/train/data/row_place.h"
#include "engine/train/data/sample_template.h"
#include "engine/train/dataset.h"
#include "kernels/base/reason.h"

namespace dsm {

// How many samples there are of each length.
class LengthCounts {
  public:
    void add(std::int64_t tokens) {
        ++counts_[tokens];
        ++total_;
    }
    // One that was added.
    void remove(std::int64_t tokens) {
        if (--counts_[tokens] == 0) counts_.erase(tokens);
        --total_;
    }

    std::int64_t total() const { return total_; }
    // The smallest length that at least `share` of the samples do not exceed; 0 without samples.
    std::int64_t percentile(double share) const;

    struct Bar {
        std::int64_t first = 0;  // lengths first..last
        std::int64_t last = 0;
        std::int64_t samples = 0;
    };
    // At most `bars` of equal, round width, from the shortest to the longest sample.
    std::vector<Bar> histogram(int bars) const;

  private:
    std::map<std::int64_t, std::int64_t> counts_;
    std::int64_t total_ = 0;
};

// One of the files that the rows are of.
struct ReportedFile {
    std::string name;           // without its folder
    std::string unit = "line";  // what the numbers of rows count; "line" or "row" (RowFile::unit())
};

struct RefusedRow {
    RowPlace place;
    Reason reason;
    bool trainsNothing = false;  // though it can be read
};

struct RepeatedRow {
    RowPlace place;
    RowPlace first;  // the example it repeats
};

struct ShownSample {
    RowPlace place;
    TrainingSample sample;
};

struct DatasetReport {
    static constexpr std::size_t kRowsListed = 20;
    static constexpr std::size_t kColumnsListed = 100;

    std::vector<ReportedFile> files;

    std::int64_t rows = 0;
    std::int64_t examples = 0;  // that are trained on; the repeated ones among them
    std::int64_t edited = 0;    // of the rows: read as a person changed them
    std::int64_t leftOut = 0;   // by a person; not of the rows
    std::int64_t refused = 0;
    std::int64_t trainNothing = 0;         // of the refused
    std::vector<RefusedRow> firstRefused;  // at most kRowsListed
    std::int64_t cut = 0;                  // longer than the limit
    std::int64_t cutInsideAnswer = 0;      // of these
    std::int64_t repeated = 0;             // equal, token by token, to an earlier example
    std::vector<RepeatedRow> firstRepeated;
    std::int64_t near = 0;  // nearly equal to an earlier example; not the repeated ones
    std::vector<RepeatedRow> firstNear;
    std::int64_t nearCompared = 0;   // examples that were looked at for it
    std::int64_t tokens = 0;         // after cutting
    std::int64_t trainedTokens = 0;  // likewise
    std::int64_t specialNames = 0;   // examples that spell a special token, which is plain text
    std::int64_t withHistory = 0;    // examples with earlier turns in a column of their own
    HistoryUse history = HistoryUse::Trained;
    std::map<std::string, std::int64_t> unusedColumns;  // examples that hold something there
    LengthCounts lengths;
    std::vector<ShownSample> firstSamples;

    // "line 7", and of which file where there are several: "b.csv: line 7".
    std::string nameOf(const RowPlace& place) const;
    // The same as what stands before a sentence about the row.
    Reason reasonAt(const RowPlace& place) const;
    std::string fileOf(const RowPlace& place) const;
};

// Of the tokens; two different samples of one hash are not expected.
std::uint64_t sampleHash(const TrainingSample& sample);

// What an example adds to a report.
struct ReportedExample {
    RowPlace place;
    const RenderedSample& rendered;
    bool spellsSpecial = false;
    std::optional<WordSketch> sketch = {};  // of its words, where nearly equal rows are sought
    std::vector<std::string> unusedColumns = {};
    bool hasHistory = false;
};

// Adds up a report, example by example, and follows changes of them.
class ReportBuilder {
  public:
    ReportBuilder(std::size_t samplesToShow, std::vector<ReportedFile> files)
        : samplesToShow_(samplesToShow) {
        report_.files = std::move(files);
    }

    void addRefused(RefusedRow row);
    // In the order of the data set.
    void add(const ReportedExample& example);
    DatasetReport finish();

    // After finish(): one that is new, at any place, and one that is no more.
    void insert(const ReportedExample& example);
    void remove(const ReportedExample& example);

  private:
    struct Seen {
        std::uint64_t hash;
        PackedPlace place;
        auto operator<=>(const Seen&) const = default;
    };

    void count(const ReportedExample& example, int times);
    void countColumns(const ReportedExample& example, int times);
    void countRepeated();
    void countNear();

    std::size_t samplesToShow_;
    DatasetReport report_;
    std::vector<Seen> seen_;
    NearRows near_;
};

struct SharedSamples {
    std::int64_t count = 0;
    std::vector<std::int64_t> first;  // of the training, at most DatasetReport::kRowsListed
};

struct HashedSamples {
    std::int64_t size = 0;
    std::function<Result<std::uint64_t>(std::int64_t)> hash;
};
// Reads each sample that is asked for; borrows the data.
HashedSamples hashedSamples(const Dataset& data);

// Which samples of the training are, token by token, also in the evaluation. Cancelled after a
// stop; the errors of the samples.
Result<SharedSamples> findShared(const HashedSamples& training, const HashedSamples& evaluation,
                                 const std::stop_token& stop);

// What a data set is checked against.
struct TrainedModel {
    const Tokenizer& tokenizer;
    ModelConfig config;
    bool hasChatTemplate = false;
};

// Of a model's folder. Errors: those of readConfig() and ChatTemplate::load(); a chat template of another
// model is refused only where samples are made by the template chat.
Result<TrainedModel> readTrainedModel(const std::filesystem::path& folder,
                                      const Tokenizer& tokenizer, SampleTemplate chosen);

// What a note is about, for who says it in words of his own.
enum class NoteKind {
    NeverEnds,      // the reference template trains no end
    OtherForm,      // the reference template asks in another form than the chat does
    BaseModel,      // it learns the form of a chat from the data alone
    NoChatForm,     // a Chat model, and the raw template
    NoEndToken,     // the tokenizer has none
    OtherEndToken,  // than config.json
    TooLong,        // for what the model was made for
    Cut,
    TrainNothing,
    Refused,
    History,
    SpecialNames,
    Warmup,
    Shared  // rows of the evaluation are trained, too
};

struct TrainingNote {
    bool isWarning = false;  // else only worth knowing
    Reason reason;
    NoteKind kind = {};
};

// Whether the template and its end fit what the model was trained with, and what else in the report
// is likely not meant so.
std::vector<TrainingNote> checkTraining(const DatasetReport& report, SampleTemplate chosen,
                                        std::int64_t maximumTokens, const TrainedModel& model);

// Whether the learning rate ever reaches its height: a run of `steps`, `warmupSteps` of them to
// warm up.
std::vector<TrainingNote> checkWarmup(std::int64_t warmupSteps, std::int64_t steps);

// The report and its notes, each a line: counts, the first refused and repeated rows,
// columns that are not used, warnings. `file`: what is reported of.
std::vector<Reason> reportLines(const std::string& file, const DatasetReport& report,
                                const std::vector<TrainingNote>& notes);

}  // namespace dsm
