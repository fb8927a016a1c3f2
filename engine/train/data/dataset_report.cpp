#include "engine/train/data/dataset_report.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>

namespace dsm {
namespace {

// The next of 1, 2, 5, 10, 20, 50 .. that is not below `width`.
std::int64_t roundWidth(std::int64_t width) {
    std::int64_t power = 1;
    for (;;) {
        for (const std::int64_t step : {1, 2, 5}) {
            if (step * power >= width) return step * power;
        }
        power *= 10;
    }
}

std::uint64_t hashOf(const TrainingSample& sample) {
    const auto bytes = [](const std::vector<std::int32_t>& numbers) {
        return std::string_view(reinterpret_cast<const char*>(numbers.data()),
                                numbers.size() * sizeof(std::int32_t));
    };
    const std::hash<std::string_view> hash;
    constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio
    return hash(bytes(sample.ids)) * kMix + hash(bytes(sample.labels));
}

}  // namespace

std::int64_t LengthCounts::percentile(double share) const {
    const auto wanted = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(std::ceil(share * static_cast<double>(total_))));
    std::int64_t seen = 0;
    for (const auto& [tokens, count] : counts_) {
        seen += count;
        if (seen >= wanted) return tokens;
    }
    return 0;
}

std::vector<LengthCounts::Bar> LengthCounts::histogram(int bars) const {
    if (counts_.empty()) return {};
    const std::int64_t longest = counts_.rbegin()->first;
    std::int64_t width = roundWidth((longest - counts_.begin()->first) / bars + 1);
    std::int64_t first = counts_.begin()->first / width * width;
    if ((longest - first) / width >= bars) {  // the round beginning cost a bar too many
        width = roundWidth(width + 1);
        first = counts_.begin()->first / width * width;
    }
    std::vector<Bar> result;
    for (std::int64_t begin = first; begin <= longest; begin += width)
        result.push_back({begin, begin + width - 1, 0});
    for (const auto& [tokens, count] : counts_)
        result[static_cast<std::size_t>((tokens - first) / width)].samples += count;
    return result;
}

void ReportBuilder::addRefused(RefusedRow row) {
    ++report_.rows;
    ++report_.refused;
    if (row.trainsNothing) ++report_.trainNothing;
    if (report_.firstRefused.size() < DatasetReport::kRowsListed) {
        report_.firstRefused.push_back(std::move(row));
    }
}

void ReportBuilder::add(std::int64_t line, const RenderedSample& rendered, bool spellsSpecial) {
    const TrainingSample& sample = rendered.sample;
    ++report_.rows;
    ++report_.examples;
    if (rendered.isCut()) ++report_.cut;
    if (rendered.isCutInsideAnswer) ++report_.cutInsideAnswer;
    if (spellsSpecial) ++report_.specialNames;
    report_.tokens += static_cast<std::int64_t>(sample.ids.size());
    report_.trainedTokens += std::count_if(sample.labels.begin(), sample.labels.end(),
                                           [](std::int32_t id) { return id != kNotTrained; });
    report_.lengths.add(rendered.wholeTokens);
    seen_.push_back({hashOf(sample), line, report_.rows});
    if (report_.firstSamples.size() < samplesToShow_) {
        report_.firstSamples.push_back({line, sample});
    }
}

// Names beyond kColumnsListed are left out: a hostile file has another one in each row.
void ReportBuilder::addColumns(const std::vector<std::string>& unused, bool hasHistory) {
    if (hasHistory) ++report_.withHistory;
    for (const std::string& column : unused) {
        auto& all = report_.unusedColumns;
        if (all.size() < DatasetReport::kColumnsListed || all.contains(column)) ++all[column];
    }
}

void ReportBuilder::countRepeated() {
    std::sort(seen_.begin(), seen_.end());
    std::vector<RepeatedRow>& listed = report_.firstRepeated;
    for (std::size_t i = 0, first = 0; i < seen_.size(); ++i) {
        if (seen_[i].hash != seen_[first].hash) first = i;
        if (i == first) continue;
        ++report_.repeated;
        listed.push_back({seen_[i].line, seen_[first].line, seen_[i].row, seen_[first].row});
        if (listed.size() < 2 * DatasetReport::kRowsListed) continue;
        std::sort(listed.begin(), listed.end(),
                  [](const auto& a, const auto& b) { return a.row < b.row; });
        listed.resize(DatasetReport::kRowsListed);
    }
    std::sort(listed.begin(), listed.end(),
              [](const auto& a, const auto& b) { return a.row < b.row; });
    listed.resize(std::min(listed.size(), DatasetReport::kRowsListed));
}

std::string describe(const RepeatedRow& repeated, const std::string& unit) {
    const bool isOneLine = repeated.line == repeated.firstLine;
    const auto place = [&](std::int64_t line, std::int64_t row) {
        return unit + " " + std::to_string(line) +
               (isOneLine ? " (row " + std::to_string(row) + ")" : "");
    };
    return place(repeated.line, repeated.row) + " repeats " +
           place(repeated.firstLine, repeated.firstRow);
}

DatasetReport ReportBuilder::finish() {
    countRepeated();
    seen_ = {};
    return std::move(report_);
}

}  // namespace dsm
