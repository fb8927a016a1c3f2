// Dataset report: what a person should know of a data set before a training run begins.
//
// Lengths are those of whole samples, in tokens, before the ends of long ones are cut off.
//
// Memory   The distinct lengths, and 16 bytes for each example until duplicates are counted.
// Threads  One at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/config.h"
#include "engine/text/tokenizer.h"
#include "engine/train/data/sample_template.h"
#include "engine/train/dataset.h"

namespace dsm {

// How many samples there are of each length.
class LengthCounts {
  public:
    void add(std::int64_t tokens) {
        ++counts_[tokens];
        ++total_;
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

struct RefusedRow {
    std::int64_t line = 0;
    std::string reason;
};

struct RepeatedRow {
    std::int64_t line = 0;
    std::int64_t firstLine = 0;  // of the example it repeats
};

struct ShownSample {
    std::int64_t line = 0;
    TrainingSample sample;
};

struct DatasetReport {
    static constexpr std::size_t kRowsListed = 20;

    std::int64_t rows = 0;
    std::int64_t examples = 0;  // that are trained on; the repeated ones among them
    std::int64_t refused = 0;
    std::vector<RefusedRow> firstRefused;  // at most kRowsListed
    std::int64_t cut = 0;                  // longer than the limit
    std::int64_t repeated = 0;             // equal, token by token, to an earlier example
    std::vector<RepeatedRow> firstRepeated;
    std::int64_t tokens = 0;         // after cutting
    std::int64_t trainedTokens = 0;  // likewise
    std::int64_t specialNames = 0;   // examples that spell a special token, which is plain text
    LengthCounts lengths;
    std::vector<ShownSample> firstSamples;
};

// Adds up a report, example by example.
class ReportBuilder {
  public:
    explicit ReportBuilder(std::size_t samplesToShow) : samplesToShow_(samplesToShow) {}

    void addRefused(std::int64_t line, std::string reason);
    void add(std::int64_t line, const RenderedSample& rendered, bool spellsSpecial);
    DatasetReport finish();

  private:
    struct Seen {
        std::uint64_t hash;  // of the tokens; two different samples of one hash are not expected
        std::int64_t line;
        auto operator<=>(const Seen&) const = default;
    };

    void countRepeated();

    std::size_t samplesToShow_;
    DatasetReport report_;
    std::vector<Seen> seen_;
};

// What a data set is checked against.
struct TrainedModel {
    const Tokenizer& tokenizer;
    const ModelConfig& config;
    bool hasChatTemplate = false;
};

struct TrainingNote {
    bool isWarning = false;  // else only worth knowing
    std::string text;
};

// Whether the template and its end fit what the model was trained with, and what else in the report
// is likely not meant so.
std::vector<TrainingNote> checkTraining(const DatasetReport& report, SampleTemplate chosen,
                                        std::int64_t maximumTokens, const TrainedModel& model);

}  // namespace dsm
